"""Whether the server proves its password to a stranger whom it hangs up on: the SIP digest leak.

Who is called, or calls, answers the other side's BYE or re-INVITE with 407; one that answers the challenge gives away a
digest of its password, to be guessed at leisure (https://www.rtcsec.com/article/sip-digest-leak/).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.calls import TakenCall, calling
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import Probe
from sipdomain.sip.message import Request

LONGEST: Final = 8.0
"""How long the server's own BYE or re-INVITE is waited for, in seconds."""
_SECOND: Final = 1.5
_OWN: Final = ("BYE", "INVITE")
"""Requests of the server's own within a call that can be challenged."""
_WHAT: Final = "The server answers a stranger's 407 with a digest of its password"
_MEND: Final = "Answer challenges of the realm only that was configured, and never within a call that somebody else began."
_CHALLENGE: Final = 'Proxy-Authenticate: Digest realm="audit.invalid", nonce="6175646974", algorithm=MD5'


def run(attacker: Attacker) -> Iterator[Finding]:
    """Call, wait until the server hangs up or renews the call, challenge that, and see whether credentials come."""
    with calling(attacker) as call:
        if not call.is_up:
            evidence = (f"INVITE: {call.answer.words}",)
            yield Finding("leak", "could not tell", "high", f"{_WHAT}: no call was taken", evidence)
            return
        yield _challenged(attacker, call)


def _challenged(attacker: Attacker, call: TakenCall) -> Finding:
    first = attacker.request(_OWN, call.draft.call_id, LONGEST)
    if first is None:
        evidence = (f"no BYE and no re-INVITE in {LONGEST:.0f} s",)
        mend = "Let the extension answer and hang up, within some seconds."
        return Finding("leak", "could not tell", "high", f"{_WHAT}: it asked for nothing", evidence, mend)
    attacker.respond(first, "407 Proxy Authentication Required", _CHALLENGE)
    second = _next(attacker, call, first)
    call.ended = first.method == "BYE"
    if second is None:
        evidence = (f"{first.method} answered with 407: nothing more",)
        return Finding("leak", "clean", "high", _WHAT, evidence)
    attacker.respond(second, "200 OK" if second.method == "BYE" else "488 Not Acceptable Here")
    digest = second.headers.get("proxy-authorization") or second.headers.get("authorization")
    if digest:
        shown = (f"{first.method} answered with 407: {second.method} with a digest for realm audit.invalid",)
        return Finding("leak", "found", "high", _WHAT, shown, _MEND)
    evidence = (f"{first.method} answered with 407: {second.method} without credentials",)
    return Finding("leak", "clean", "high", _WHAT, evidence)


def _next(attacker: Attacker, call: TakenCall, first: Request) -> Request | None:
    """Return the request that follows the challenge; copies of the first one are challenged again."""
    until = time.perf_counter() + _SECOND
    while (left := until - time.perf_counter()) > 0:
        found = attacker.request(_OWN, call.draft.call_id, left)
        if found is None:
            return None
        if found.headers.get("cseq") != first.headers.get("cseq"):
            return found
        attacker.respond(found, "407 Proxy Authentication Required", _CHALLENGE)
    return None


PROBE: Final = Probe("leak", "digests of its password that the server gives to a stranger", run)
