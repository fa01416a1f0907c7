"""Whether an access list believes what a request says of its origin, or a source that is forged."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import NOBODY, Attacker, attacking
from sipdomain.audit.canary import arrived
from sipdomain.audit.draft import Draft
from sipdomain.audit.finding import Finding
from sipdomain.audit.forged import cannot_forge, send_from
from sipdomain.audit.probes.probe import Probe
from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.codec import call_id_of, parse
from sipdomain.sip.message import Response

USUAL: Final = ("127.0.0.1", "10.0.0.1", "192.168.1.1")
"""Addresses that an access list may have, when none is named."""
_REFUSED: Final = frozenset({0, 400, 401, 403, 405, 407, 416, 420, 429, 482, 483, 500, 503})
_WHAT: Final = "A request is let in by the origin that it claims"
_FORGED: Final = "A call is let in by the source of its packet alone, which anybody can forge over UDP"
_MEND: Final = "Compare the access list with the packet's own source; believe no header field of strangers."
_MEND_FORGED: Final = "Ask for credentials besides the access list, or take calls by TLS alone."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Call without credentials, then again with each claim; who is let in by one was let in by nothing else."""
    refused = attacker.ask("INVITE", NOBODY)
    first = (f"INVITE without credentials: {refused.words}",)
    if not refused.status:
        yield _against_silence(attacker, first)
        yield _forged(attacker, refused)
        return
    if refused.status not in {401, 403, 407}:
        yield Finding(
            "access", "could not tell", "critical", f"{_WHAT}: a call without one is not refused", first
        )
        return
    let_in: list[str] = []
    tried = unanswered = 0
    hosts = attacker.target.trusted or (*USUAL, attacker.target.address.host)
    for how, draft in (each for host in hosts for each in _claims(attacker, host)):
        answer = attacker.asked(draft)
        tried += 1
        unanswered += not answer.status
        if answer.status not in _REFUSED and answer.status != refused.status:
            let_in.append(f"{how}: {answer.words}")
        if not answer.status and not attacker.ask("INVITE", NOBODY).status:
            # Not this claim alone is unanswered: nobody is there to judge the others.
            break
    if let_in:
        yield Finding("access", "found", "critical", _WHAT, (*first, *let_in[:20]), _MEND)
    elif unanswered:
        lost = f"{unanswered} of {tried} claims: no answer"
        yield Finding("access", "could not tell", "critical", f"{_WHAT}: answers are missing", (*first, lost))
    else:
        yield Finding("access", "clean", "critical", _WHAT, (*first, f"{tried} claims: refused alike"))
    yield _forged(attacker, refused)


def _claims(attacker: Attacker, trusted: str) -> Iterator[tuple[str, Draft]]:
    forms = [trusted] if ":" in trusted else [trusted, f"[::ffff:{trusted}]"]
    for host in forms:
        bare = host.strip("[]")
        # rport and our own received would undo a claim: the answer still has to find us by the packet's source.
        yield f"Via {host}", attacker.draft("INVITE", NOBODY, via=f"{host}:5060;rport")
        received = f"{attacker.host}:{attacker.port};rport;received={bare}"
        yield f"received={bare}", attacker.draft("INVITE", NOBODY, via=received)
        origin = f"sip:{NOBODY}@{host}"
        yield f"From and Contact at {host}", attacker.draft("INVITE", NOBODY, from_=origin, contact=origin)
        for name, value in (
            ("X-Forwarded-For", bare),
            ("X-Real-IP", bare),
            ("Forwarded", f"for={host}"),
            ("P-Asserted-Identity", f"<sip:{NOBODY}@{host}>"),
            ("Remote-Party-ID", f"<sip:{NOBODY}@{host}>"),
        ):
            yield f"{name}: {value}", attacker.draft("INVITE", NOBODY, fields=((name, value),))


def _against_silence(attacker: Attacker, first: tuple[str, ...]) -> Finding:
    """Send all claims at once to a server that drops what strangers send: any answer at all was let in."""
    drafts = {
        draft.call_id: (how, draft)
        for trusted in attacker.target.trusted or USUAL
        for how, draft in _claims(attacker, trusted)
    }
    for _, draft in drafts.values():
        attacker.pace()
        attacker.send(draft)
    let_in: list[str] = []
    until = time.perf_counter() + attacker.target.patience
    while (left := until - time.perf_counter()) > 0 and (data := attacker.wire.receive(left)) is not None:
        claim = drafts.pop(call_id_of(data), None)
        if claim is not None:
            how, draft = claim
            let_in.append(f"{how}: {data[:60].decode('utf-8', 'replace').splitlines()[0]}")
            attacker.send(draft.cancelling())
    if let_in:
        return Finding("access", "found", "critical", _WHAT, (*first, *let_in[:20]), _MEND)
    trusted = _loopback_trusted(attacker)
    if not trusted:
        why = (
            "nobody answers, so it may be silent or not there; name an address that it answers with --trusted"
        )
        return Finding("access", "could not tell", "critical", f"{_WHAT}: {why}", first)
    with attacking(attacker.target, source=trusted) as known:
        heard = known.ask("OPTIONS", NOBODY)
    evidence = (*first, f"{len(drafts)} claims: no answer", f"OPTIONS from {trusted}: {heard.words}")
    if not heard.status:
        return Finding(
            "access", "could not tell", "critical", f"{_WHAT}: {trusted} is not answered", evidence
        )
    return Finding("access", "clean", "critical", _WHAT, evidence)


def _loopback_trusted(attacker: Attacker) -> str:
    """Return an address of the access list that is this machine's own, or ""."""
    if not attacker.target.is_loopback:
        return ""
    return next((each for each in attacker.target.trusted if each.startswith("127.")), "")


def _forged(attacker: Attacker, refused: Answer) -> Finding:
    target = attacker.target
    trusted = next((each for each in target.trusted if each.startswith("127.")), "")
    if not trusted:
        return Finding(
            "access",
            "not run",
            "info",
            _FORGED,
            mend="Name an address of its access list in 127.0.0.0/8 with --trusted.",
        )
    if why := cannot_forge(target):
        return Finding("access", "could not tell", "info", f"{_FORGED}: {why}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as answers:
        try:
            answers.bind((trusted, 0))
        except OSError as error:
            return Finding("access", "could not tell", "info", f"{_FORGED}: {error.strerror}")
        port = answers.getsockname()[1]
        draft = attacker.draft(
            "INVITE", NOBODY, via=f"{trusted}:{port};rport", contact=f"sip:{NOBODY}@{trusted}:{port}"
        )
        failed = send_from(trusted, port, target.address, bytes(draft))
        answer = _last(arrived(answers, 1.0))
        for each in _ending(draft, answer):
            answers.sendto(bytes(each), target.address)
    evidence = (
        f"INVITE from {attacker.host}: {refused.words}",
        f"the same in a packet that says it is from {trusted}: {answer.words}",
    )
    if failed or not answer.status:
        return Finding("access", "could not tell", "info", f"{_FORGED}: {failed or 'no answer'}", evidence)
    if answer.status not in _REFUSED:
        return Finding("access", "found", "info", _FORGED, evidence, _MEND_FORGED)
    return Finding("access", "clean", "info", _FORGED, evidence)


def _last(came: Sequence[bytes]) -> Answer:
    """Return the last answer of several datagrams."""
    for data in reversed(came):
        try:
            message = parse(data)
        except RemoteProtocolError:
            continue
        if isinstance(message, Response):
            return Answer(message.status, 0.0, message)
    return Answer(0, 0.0)


def _ending(invite: Draft, answer: Answer) -> list[Draft]:
    """Return what ends the call that a forged packet began: CANCEL while it rings, ACK, and BYE where it was taken."""
    if not answer.status:
        return []
    if answer.status < 200:
        return [invite.cancelling()]
    ack = invite.acknowledging(answer.status, answer.to_tag)
    return [ack, invite.within("BYE", answer.to_tag, ahead=1)] if answer.status < 300 else [ack]


PROBE: Final = Probe("access", "access lists that believe what a request says of its origin", run)
