"""The probes: one file and one line here for each, in the order in which they run.

Those that try many passwords come last: a server that locks a user out is blind, for the others, from then on.
"""

from __future__ import annotations

from typing import Final

from sipdomain.audit.probes import (
    access,
    anonymous,
    dialogs,
    downgrade,
    enumeration,
    flood,
    identity,
    injection,
    leak,
    media,
    nonces,
    oversize,
    passwords,
    relay,
    replay,
    scanners,
    ssrf,
    timing,
    tls,
)
from sipdomain.audit.probes.probe import Probe

PROBES: Final[dict[str, Probe]] = {
    each.name: each
    for each in (
        anonymous.PROBE,
        access.PROBE,
        relay.PROBE,
        enumeration.PROBE,
        replay.PROBE,
        nonces.PROBE,
        downgrade.PROBE,
        identity.PROBE,
        dialogs.PROBE,
        leak.PROBE,
        media.PROBE,
        injection.PROBE,
        ssrf.PROBE,
        tls.PROBE,
        oversize.PROBE,
        scanners.PROBE,
        passwords.PROBE,
        timing.PROBE,
        flood.PROBE,
    )
}
"""By name."""
