"""A few words for each thing that a ladder shows."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from sipdomain.entries import (
    Announced,
    AudioMeasured,
    Decision,
    HttpAnswered,
    HttpRequested,
    Injected,
    Registered,
    Unregistered,
    VerbStarted,
)
from sipdomain.mask import masking
from sipdomain.sip.message import Message, Request, Response
from sipdomain.socket_entries import SocketEnded, SocketMessage, SocketOpen, SocketRequested, StreamEnded
from sipdomain.voice_entries import CompanyChanged, KeyHeard, SpeechHeard

_hide = masking(())
_PAYLOADS = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "18": "G729"}
_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_SIGNS = {"passed": "✔", "challenged": "?", "refused": "✘", "dropped": "✘", "noted": "·"}


def message_words(message: Request | Response) -> tuple[str, tuple[str, ...]]:
    """Return what a SIP message is, and what its body says in a line."""
    details = tuple(line for line in (session_words(message),) if line)
    if isinstance(message, Response):
        method = (message.headers.get("cseq") or "").partition(" ")[2]
        about = "" if method == "INVITE" else f" ({method})"
        error = message.headers.get("x-twilio-error")
        return f"{message.status} {message.reason}{about}", ((error,) if error else ()) + details
    credentials = message.headers.get("proxy-authorization") or message.headers.get("authorization") or ""
    user = re.search(r'username\s*=\s*"([^"]*)"', credentials)
    return f"{message.method}{f' as {user[1]}' if user else ''}", details


def session_words(message: Message) -> str:
    """Return a session description in one line: `PCMU 0, DTMF 101, sendrecv 127.0.0.1:4000`; "" without one."""
    if message.content_type != "application/sdp":
        return ""
    lines = message.body.decode("utf-8", "replace").splitlines()
    media = next((line for line in lines if line.startswith("m=")), "")
    kind, _, rest = media.removeprefix("m=").partition(" ")
    port, _, rest = rest.partition(" ")
    protocol, _, numbers = rest.partition(" ")
    maps = {
        found[1]: found[2]
        for line in lines
        if (found := re.fullmatch(r"a=rtpmap:(\d+)\s+([^/\s]+).*", line)) is not None
    }
    codecs = [f"{_codec(maps, number)} {number}" for number in numbers.split()]
    direction = next((line[2:] for line in lines if line[2:] in _DIRECTIONS), "sendrecv")
    host = next((line.split()[-1] for line in reversed(lines) if line.startswith("c=") and line.split()), "?")
    host = f"[{host}]" if ":" in host else host
    first = [kind] if kind != "audio" else []
    secure = ["SRTP"] if protocol.startswith("RTP/SAVP") else []
    return ", ".join([*first, *codecs, *secure, f"{direction} {host}:{port}"])


def _codec(maps: dict[str, str], number: str) -> str:
    name = maps.get(number, _PAYLOADS.get(number, "payload"))
    return "DTMF" if name.lower() == "telephone-event" else name


def decided(entry: Decision) -> tuple[str, tuple[str, ...], Literal["plain", "good", "bad"]]:
    """Return a decision, what was compared and how to fix it, and how it strikes the reader."""
    words = entry.check if entry.outcome == "passed" else f"{entry.check}: {entry.reason or entry.outcome}"
    if entry.outcome == "dropped":
        words += ", dropped"
    code = f" ({entry.code})" if entry.code else ""
    details = []
    if entry.outcome in {"refused", "dropped"} or entry.reason == "challenged-again":
        details += [
            f"{name} {value}" for name, value in (("got", entry.got), ("wanted", entry.wanted)) if value
        ]
        details += [f"fix: {entry.mend}"] if entry.mend else []
    elif entry.got:
        words += f" {entry.got}"
    tone: Literal["plain", "good", "bad"] = "plain"
    if entry.outcome in {"passed", "refused", "dropped"}:
        tone = "good" if entry.outcome == "passed" else "bad"
    return f"{_SIGNS[entry.outcome]} {words}{code}", tuple(details), tone


def begun(
    entry: VerbStarted | Announced | AudioMeasured | CompanyChanged | KeyHeard | SpeechHeard | Injected,
) -> tuple[str, Literal["plain", "bad", "dim"]]:
    """Return what began in a call in a few words, a verb above all, and how it strikes the reader."""
    if isinstance(entry, AudioMeasured):
        return f"· {measured(entry)}", "dim"
    if isinstance(entry, CompanyChanged):
        whom = "the other call" if entry.company == "call" else f"the {entry.company} {entry.text}"
        return f"▸ {entry.moved} {whom}", "plain"
    if isinstance(entry, KeyHeard):
        return f"▸ key {entry.key}", "plain"
    if isinstance(entry, SpeechHeard):
        own = " of its own" if entry.side == "outbound" else ""
        return f"▸ {entry.by} hears{own} “{entry.text}”", "plain"
    if isinstance(entry, Injected):
        return injected(entry), "dim"
    if isinstance(entry, Announced):
        return f"▸ apology: {entry.text}", "bad"
    return f"▸ {entry.verb} {entry.text}".rstrip(), "plain"


def bound(entry: Registered | Unregistered) -> tuple[str, Literal["plain", "good"]]:
    """Return what became of a registration, and how it strikes the reader."""
    if isinstance(entry, Registered):
        return f"● registered for {entry.expires:g} s, binding {entry.bindings} of {entry.user}", "good"
    return f"● binding {entry.cause}, {entry.bindings} left of {entry.user}", "plain"


def measured(entry: AudioMeasured) -> str:
    """Return how the audio of a call went: what came, and what the phone reported."""
    counted = f"RTP: {entry.sent} packets sent, {entry.received} received, {entry.lost} lost"
    words = f"{counted}, jitter {entry.jitter * 1000:.1f} ms"
    if entry.remote_lost is None or entry.remote_jitter is None:
        return f"{words}; the phone reported nothing by RTCP"
    trip = "" if entry.round_trip is None else f", round trip {entry.round_trip * 1000:.1f} ms"
    return f"{words}; the phone reported {entry.remote_lost} lost, jitter {entry.remote_jitter * 1000:.1f} ms{trip}"


def socket_words(entry: SocketRequested | SocketOpen | SocketMessage | SocketEnded | StreamEnded) -> str:
    """Return what happened on a WebSocket, in a few words; media is counted."""
    match entry:
        case SocketRequested():
            return f"WebSocket {urlsplit(_hide(entry.url)).path or '/'} ({entry.purpose})"
        case SocketOpen():
            return "101 open"
        case SocketMessage():
            return _message_words(entry)
        case SocketEnded(end="failed"):
            return f"failed: {entry.detail}"
        case SocketEnded():
            return f"{entry.end} {entry.code} {entry.detail}".rstrip()
        case StreamEnded():
            sent = f"media: {entry.frames} frames, {entry.frames / 50:.2f} s"
            return f"{sent}; {entry.received} came, {entry.queued:.2f} s, {entry.played:.2f} s played"


def _message_words(entry: SocketMessage) -> str:
    if entry.wrong:
        return f"wrong message: {entry.wrong}"
    message = entry.content
    event = message.get("event", entry.text[:40])
    match message:
        case {"mark": {"name": name}}:
            return f"{event} {name}"
        case {"dtmf": {"digit": digit}}:
            return f"{event} {digit}"
        case _:
            return str(event)


def asked(entry: HttpRequested) -> str:
    """Return an HTTP request in a few words."""
    # Part of an URL no longer shows that it holds a password.
    path = urlsplit(_hide(entry.url)).path or "/"
    moment = next((value for name, value in entry.parameters if name == "CallStatus"), "")
    about = {"voice": "", "status": f" {moment}"}.get(entry.purpose, f" ({entry.purpose})")
    return f"{entry.method} {path}{about}"


def answered(entry: HttpAnswered) -> tuple[str, bool]:
    """Return an HTTP answer in a few words, and whether it counts as a failure."""
    code = f" ({entry.error_code})" if entry.error_code else ""
    if not entry.status:
        return f"{entry.error or 'no answer'}{code}", True
    kind = entry.content_type.partition(";")[0].strip()
    size = f"{max(entry.size, len(entry.body))} bytes" if entry.body else ""
    words = ", ".join(part for part in (kind, size) if part)
    return f"{entry.status} {words}".rstrip() + code, bool(entry.error_code)


def injected(entry: Injected) -> str:
    """Return what was made to go wrong, marked as such wherever it is shown."""
    return f"injected {entry.fault}: {entry.text}".removesuffix(": ")
