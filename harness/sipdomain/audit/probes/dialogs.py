"""Whether a stranger can end or change a call of others, or begin one by an ACK alone (RFC 3261 section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sipdomain.audit.attacker import NOBODY, Attacker, attacking
from sipdomain.audit.calls import TakenCall, calling
from sipdomain.audit.draft import OFFER
from sipdomain.audit.finding import Finding
from sipdomain.audit.probes.probe import Probe

_WHAT: Final = "A stranger who knows a Call-ID can act in the call"
_GHOST: Final = "An ACK of no call is answered, or breaks the server"
_MEND: Final = "Find a call by Call-ID and both tags (RFC 3261 section 12), and answer 481 to everybody else."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Call; as somebody else, send BYE, INVITE and CANCEL with its Call-ID and other tags. Then an ACK of no call."""
    with calling(attacker) as call:
        if call.is_up:
            with attacking(attacker.target) as stranger:
                yield _forged(attacker, stranger, call)
        else:
            evidence = (f"INVITE: {call.answer.words}",)
            yield Finding("dialogs", "could not tell", "high", f"{_WHAT}: no call was taken", evidence)
    yield _ghost(attacker)


def _forged(attacker: Attacker, stranger: Attacker, call: TakenCall) -> Finding:
    named = {"call_id": call.draft.call_id, "sequence": call.draft.sequence + 7}
    own = attacker.target.user or NOBODY
    tried: dict[str, tuple[str, dict[str, Any]]] = {
        "BYE without a To tag": ("BYE", {}),
        "BYE with a wrong To tag": ("BYE", {"to_tag": "0"}),
        "BYE with the right To tag and a wrong From tag": ("BYE", {"to_tag": call.answer.to_tag}),
        "INVITE with a wrong To tag": ("INVITE", {"to_tag": "0"}),
        "CANCEL of another branch": ("CANCEL", {"sequence": call.draft.sequence}),
    }
    answers = {
        how: stranger.asked(stranger.draft(method, own, **{**named, **changes}))
        for how, (method, changes) in tried.items()
    }
    evidence = [f"{how}: {answer.words}" for how, answer in answers.items()]
    # The call's own BYE says whether it still stood.
    last = attacker.exchange(call.draft.within("BYE", call.answer.to_tag, ahead=20))
    call.ended = True
    evidence.append(f"our own BYE, at last: {last.words}")
    if any(200 <= each.status < 300 for each in answers.values()):
        return Finding("dialogs", "found", "high", _WHAT, tuple(evidence), _MEND)
    if last.status != 200:
        why = f"{_WHAT}: the call was over before its own BYE"
        return Finding("dialogs", "could not tell", "high", why, tuple(evidence))
    return Finding("dialogs", "clean", "high", _WHAT, tuple(evidence))


def _ghost(attacker: Attacker) -> Finding:
    body = OFFER.format(host=attacker.host, port=40_000)
    draft = attacker.draft("ACK", NOBODY, body=body, to_tag="ghost-7431")
    attacker.send(draft)
    answered = attacker.final(draft, 0.3)
    alive = attacker.ask("OPTIONS", NOBODY)
    evidence = (f"ACK of no call: {answered.words}", f"OPTIONS after it: {alive.words}")
    if answered.status:
        return Finding(
            "dialogs",
            "found",
            "low",
            _GHOST,
            evidence,
            "Ignore an ACK of no call (RFC 3261 section 17.1.1.3).",
        )
    if not alive.status:
        return Finding("dialogs", "could not tell", "low", f"{_GHOST}: nobody answers", evidence)
    return Finding("dialogs", "clean", "low", _GHOST, evidence)


PROBE: Final = Probe("dialogs", "calls that a stranger ends or changes, and ACKs of no call", run)
