"""The probes: one file and one line here for each, in the order in which they run.

Those that try many passwords come last: a server that locks a user out is blind, for the others, from then on.
"""

from __future__ import annotations

from typing import Final

from sipdomain.audit.probes import anonymous, enumeration, passwords, replay, scanners, timing
from sipdomain.audit.probes.probe import Probe

PROBES: Final[dict[str, Probe]] = {
    each.name: each
    for each in (
        anonymous.PROBE,
        enumeration.PROBE,
        replay.PROBE,
        scanners.PROBE,
        passwords.PROBE,
        timing.PROBE,
    )
}
"""By name."""
