"""Whether the server carries requests, or answers, to places that a stranger names (RFC 3261 section 16, RFC 5358)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sipdomain.audit.attacker import NOBODY, Attacker
from sipdomain.audit.canary import arrived, udp_canary
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import Probe

_ELSEWHERE: Final = "127.0.0.77"
_SETTLE: Final = 0.5
_MEND: Final = (
    "Carry requests on for the domains that are yours only, and take no Route and no Refer-To of strangers."
)
_MEND_VIA: Final = "Answer to the address that a request came from, and add received (RFC 3261 section 18.2)."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Name a place of our own as Request-URI, Route, Refer-To, maddr and Via, and see what comes there."""
    what = "Requests of strangers are carried on to places that they name"
    with udp_canary(attacker.host) as (canary, place):
        known = f"sip:{attacker.target.extension}@{attacker.target.domain}"
        there = f"sip:victim@{place}"
        tried: dict[str, tuple[str, dict[str, Any]]] = {
            "INVITE to it": ("INVITE", {"uri": there, "to": there}),
            "MESSAGE to it": ("MESSAGE", {"uri": there, "to": there}),
            "OPTIONS to it": ("OPTIONS", {"uri": there, "to": there}),
            "REGISTER to it": ("REGISTER", {"uri": f"sip:{place}", "to": there}),
            "Route": ("INVITE", {"fields": (("Route", f"<sip:{place};lr>"),)}),
            "maddr": (
                "OPTIONS",
                {"uri": f"{known};maddr={place}"},
            ),
            "REFER": ("REFER", {"fields": (("Refer-To", f"<{there}>"),)}),
        }
        answers = {
            how: attacker.asked(attacker.draft(method, NOBODY, **changes))
            for how, (method, changes) in tried.items()
        }
        came = arrived(canary, _SETTLE)
    evidence = tuple(f"{how}: {answer.words}" for how, answer in answers.items())
    if came:
        first = came[0].split(b"\r\n", 1)[0].decode("utf-8", "replace")[:120]
        yield Finding("relay", "found", "high", what, (*evidence, f"there came: {first}"), _MEND)
    elif not any(each.status for each in answers.values()):
        yield Finding("relay", "could not tell", "high", f"{what}: nobody answered", evidence)
    else:
        yield Finding("relay", "clean", "high", what, evidence)
    yield _reflected(attacker)


def _reflected(attacker: Attacker) -> Finding:
    what = "Answers go wherever Via says: floods can be turned on others"
    if not attacker.target.is_loopback:
        return Finding(
            "relay",
            "could not tell",
            "medium",
            f"{what}: only loopback has a second address of ours, by IPv4",
        )
    with udp_canary(_ELSEWHERE) as (canary, place):
        attacker.send(attacker.draft("OPTIONS", NOBODY, via=place))
        came = arrived(canary, _SETTLE)
    alive = attacker.ask("OPTIONS", NOBODY)
    evidence = (f"OPTIONS from {attacker.host} with Via {place}: {len(came)} answers there",)
    if came:
        return Finding("relay", "found", "medium", what, evidence, _MEND_VIA)
    if not alive.status:
        return Finding("relay", "could not tell", "medium", f"{what}: nobody answered", evidence)
    return Finding("relay", "clean", "medium", what, evidence)


PROBE: Final = Probe("relay", "requests and answers that are carried to places a stranger names", run)
