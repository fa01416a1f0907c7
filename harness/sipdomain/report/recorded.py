"""A call of a capture or a journal as a scenario: who calls, what the application answers, and the ladder to expect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from sipdomain.entries import Entry, HttpAnswered, HttpRequested, VerbStarted
from sipdomain.errors import RemoteProtocolError, SetupError
from sipdomain.mask import masking
from sipdomain.sip.message import Request
from sipdomain.trace.calls import Call, cseq, status
from sipdomain.trace.trace import SipPacket
from sipdomain.voice_entries import KeyHeard

PASSWORD: Final = "Recorded-Call-1"  # noqa: S105 - of a phone that is made up; the real one is in no capture
WRONG: Final = "Another-Call-1"
ADDRESS: Final = "127.0.0.10"
MOST_MESSAGES: Final = 200
"""How many messages the ladder of a scenario may have."""
MOST_KEYS: Final = 100
"""How many keys are pressed in a row."""
LONGEST: Final = 600
"""How many seconds a document of a recorded call waits at most."""
STABLE: Final = ("Allow", "Supported", "Server", "User-Agent")
"""The header fields of an answer that do not differ from call to call."""
_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.IGNORECASE)
_USER: Final = re.compile(r"[A-Za-z0-9+_.-]{1,60}")
_USERNAME: Final = re.compile(r'username="([^"]*)"')
_INSTRUCTIONS: Final = frozenset({"voice", "fallback", "redirect", "action"})


def scenario_of(call: Call, entries: Sequence[Entry] = ()) -> dict[str, Any]:
    """Return a scenario that plays a call again, as YAML has it.

    Args:
        call: A call to a domain that was answered, was busy, or was refused for its credentials.
        entries: The records of a journal, which say what the application answered, which keys were heard, and which verbs
            were carried out; nothing where there is none.

    Raises:
        SetupError: It is another kind of call.
    """
    invites = _once(call.requests("INVITE"))
    if not invites:
        raise SetupError(f"{call.call_id} is no call: it has no INVITE")
    finals = [status(each) for each in _once(call.responses("INVITE")) if status(each) >= 200]
    last = finals[-1] if finals else 0
    login = next(filter(None, map(_username, invites)), "")
    if last // 100 != 2 and last != 486 and not (last == 403 and login):
        said = f"was refused with {last}" if last else "has no final response"
        raise SetupError(
            f"the call {said}; what can be recorded was answered, was busy (486), or was refused for its credentials (403)"
        )
    domain = _domain(invites[0])
    asks = login or any(each in {401, 407} for each in finals)
    user = _user(login or _from(invites[0]))
    given: dict[str, Any] = {}
    phone: dict[str, Any] = {"user": user}
    if asks:
        given["credential_lists"] = {"recorded": {user: PASSWORD}}
        phone["password"] = WRONG if last == 403 else PASSWORD
    else:
        given["access_lists"] = {"recorded": [ADDRESS]}
        phone["address"] = ADDRESS
    if invites[0].transport != "udp":
        phone["transport"] = invites[0].transport
    replies = _replies(call, entries)
    given["domains"] = {domain: {"calls": ["recorded"], "voice": next(iter(replies), "/voice")}}
    given["app"] = replies or {"/voice": _document(call, last)}
    given["phones"] = {"caller": phone}
    return {
        "scenario": f"Recorded: a call to {domain}",
        "given": given,
        "steps": _steps(call, invites[0], domain, [each for each in entries if _is_of(call, each)]),
    }


def _steps(call: Call, invite: SipPacket, domain: str, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    hide = masking(())
    fields = [
        hide(f"{name}: {value}").split(": ", 1)
        for name, value in invite.message.headers
        if name.lower().startswith("x-")
    ]
    dial: dict[str, Any] = {"name": "call", "to": f"sip:{_called(invite)}@{domain}"}
    if fields:
        dial["headers"] = fields
    within = min(LONGEST, round(call.ended_at - call.packets[0].at) + 30)
    responses = [status(each) for each in _once(call.responses("INVITE"))]
    steps: list[dict[str, Any]] = [{"dial": dial}]
    steps.append({"expect": {"call": "call", "responses": responses, "within": within}})
    keys = "".join(each.key for side, stream in call.streams if side == "caller" for each in stream.events)
    steps += [_press(keys)] if keys else _presses(entries, within)
    answered, bye = call.answered, next(iter(call.requests("BYE")), None)
    if answered is not None and bye is not None:
        by_phone = call.side(bye.source) == "caller"
        if by_phone:
            steps.append({"hang_up": {"call": "call"}})
        ended = {"call": "call", "ended_by": "phone" if by_phone else "cloud", "within": within}
        steps.append({"expect": ended})
    verbs = [each.verb for each in entries if isinstance(each, VerbStarted)]
    if verbs and answered is not None and bye is not None:
        steps.append({"expect": {"call": "call", "verbs": verbs, "within": within}})
    steps.append({"expect": {"call": "call", "order": _ladder(call), "within": within}})
    if answered is not None:
        steps.append({"expect": {"call": "call", "message": _answer(answered)}})
    return steps


def _presses(entries: Iterable[Entry], within: int) -> list[dict[str, Any]]:
    """Return steps that press the keys that were heard, each row of them once the verb is there that heard it."""
    steps: list[dict[str, Any]] = []
    verbs: list[str] = []
    for entry in entries:
        if isinstance(entry, VerbStarted):
            verbs.append(entry.verb)
        elif isinstance(entry, KeyHeard):
            wanted = {"call": "call", "verbs_begin": list(verbs), "within": within}
            if verbs and {"expect": wanted} not in steps:
                steps.append({"expect": wanted})
            if steps and "press" in steps[-1]:
                steps[-1]["press"]["keys"] += entry.key
            else:
                steps.append(_press(entry.key))
    return steps


def _press(keys: str) -> dict[str, Any]:
    return {"press": {"call": "call", "keys": keys[:MOST_KEYS]}}


def _is_of(call: Call, entry: Entry) -> bool:
    return getattr(entry, "call_id", "") == call.call_id


def _ladder(call: Call) -> list[dict[str, Any]]:
    """Return each message once, in order; what came first of those that cross is what the caller sent."""
    found: list[dict[str, Any]] = []
    for each in _once(call.packets)[:MOST_MESSAGES]:
        sender = "phone" if call.side(each.source) == "caller" else "cloud"
        if isinstance(each.message, Request):
            found.append({"method": each.message.method, "from": sender})
        else:
            found.append({"status": status(each), "of": cseq(each)[1], "from": sender})
    return found


def _answer(packet: SipPacket) -> dict[str, Any]:
    headers = {name: value for name in STABLE if (value := packet.message.headers.get(name.lower()))}
    found: dict[str, Any] = {"status": status(packet), "of": "INVITE"}
    if headers:
        found["headers"] = headers
    return found


def _document(call: Call, last: int) -> dict[str, Any]:
    """Return a reply that lets a call last as long as it did, for who knows nothing of the application's own."""
    if last == 486:
        return {"reject": "busy"}
    answered = call.answered
    lasted = call.ended_at - answered.at if answered is not None else 0.0
    bye = next(iter(call.requests("BYE")), None)
    by_caller = bye is not None and call.side(bye.source) == "caller"
    return {"pause": LONGEST if by_caller else max(1, min(LONGEST, round(lasted)))}


def _replies(call: Call, entries: Iterable[Entry]) -> dict[str, Any]:
    """Return what the application answered, by path, in the order in which it was asked; the voice URL first."""
    asked: dict[int, str] = {}
    found: dict[str, Any] = {}
    for entry in entries:
        if not _is_of(call, entry):
            continue
        if isinstance(entry, HttpRequested) and entry.purpose in _INSTRUCTIONS:
            asked[entry.token] = entry.url
        elif isinstance(entry, HttpAnswered) and entry.token in asked and entry.status:
            url = urlsplit(asked[entry.token])
            body = entry.body.decode("utf-8", "replace").replace(f"{url.scheme}://{url.netloc}", "")
            reply = {"status": entry.status, "content_type": entry.content_type or "text/xml", "body": body}
            found.setdefault(url.path or "/", []).append(reply)
    return {path: replies[0] if len(replies) == 1 else replies for path, replies in found.items()}


def _once(packets: Iterable[SipPacket]) -> list[SipPacket]:
    return list({(each.data, each.source.host): each for each in reversed(list(packets))}.values())[::-1]


def _username(packet: SipPacket) -> str:
    headers = packet.message.headers
    found = _USERNAME.search(headers.get("proxy-authorization") or headers.get("authorization") or "")
    return found[1] if found is not None else ""


def _from(packet: SipPacket) -> str:
    try:
        return packet.message.from_.uri.user or ""
    except (RemoteProtocolError, AttributeError):
        return ""


def _user(text: str) -> str:
    return text if _USER.fullmatch(text) else "caller"


def _called(packet: SipPacket) -> str:
    try:
        user = packet.message.uri.user if isinstance(packet.message, Request) else ""
    except RemoteProtocolError:
        user = ""
    return user if user and _USER.fullmatch(user) else "100"


def _domain(packet: SipPacket) -> str:
    try:
        host = packet.message.uri.host if isinstance(packet.message, Request) else ""
    except RemoteProtocolError:
        host = ""
    label = host.partition(".")[0]
    return label.lower() if _LABEL.fullmatch(label) and not label.isdigit() else "recorded"
