"""What the webhook application received: questions, the fallback's turn, status callbacks.

The application's own record is what counts; the journal only says which request had which purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlsplit

from sipdomain.entries import HttpAnswered, HttpRequested
from sipdomain.scenario.evidence import INSTRUCTIONS
from sipdomain.scenario.expect.finding import Finding, Standing, complete, listed
from sipdomain.scenario.expect.progress import unless_lost
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Text, fits
from sipdomain.scenario.world import AppRequest, PhoneCall

# The documentation's words for the moments of a call, where they differ from the value of CallStatus.
_SAME = {"answered": "in-progress"}


@dataclass(frozen=True, slots=True)
class Received:
    """A request that the application received about a call.

    Attributes:
        request: The application's record.
        sent: The emulator's, or None when it sent no such request.
    """

    request: AppRequest
    sent: HttpRequested | None = None

    @property
    def purpose(self) -> str:
        """The purpose that the emulator sent it for, or ""."""
        return self.sent.purpose if self.sent is not None else ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one request must look like.

    Attributes:
        method: "GET" or "POST", or None for either.
        signed: Whether the signature must be valid, or None for either.
        parameters: Parameters that must be there, among others.
        absent: Parameters that must not be there.
    """

    method: str | None = None
    signed: bool | None = None
    parameters: Mapping[str, Text] | None = None
    absent: Sequence[str] = ()


def received(stage: Stage, call: PhoneCall) -> list[Received]:
    """Return what the application received about a call, oldest first.

    A request that was answered and is not in the application's record comes first: that application
    keeps no record, is another one, or has let its oldest requests go.
    """
    sids = stage.evidence.call_sids(call.call_id)
    sent = stage.seen(call, HttpRequested)
    found = []
    for request in stage.world.app_requests():
        if request.parameter("SipCallId") != call.call_id and request.parameter("CallSid") not in sids:
            continue
        likest = max(sent, key=lambda each: _likeness(each, request), default=None)
        match = likest if likest is not None and _likeness(likest, request) else None
        if match is not None:
            sent.remove(match)
        found.append(Received(request, match))
    answered = {each.token for each in stage.seen(call, HttpAnswered) if each.status}
    return [*(_unrecorded(each) for each in sent if each.token in answered), *found]


def _likeness(sent: HttpRequested, got: AppRequest) -> int:
    """Return 0 when they cannot be the same request, 2 when no parameter is there besides those sent."""
    url = urlsplit(sent.url)
    if url.path != got.path or not set(sent.parameters) <= set(got.parameters):
        return 0
    query = parse_qsl(url.query, keep_blank_values=True)
    return 2 if {*sent.parameters, *query} == set(got.parameters) else 1


def _unrecorded(sent: HttpRequested) -> Received:
    url = urlsplit(sent.url)
    query = () if sent.method == "GET" and sent.parameters else parse_qsl(url.query, keep_blank_values=True)
    return Received(AppRequest(sent.method, url.path, (*query, *sent.parameters), sent.headers), sent)


def asked(stage: Stage, call: PhoneCall, path: str, wanted: Wanted) -> Finding:
    """Expect a question (not a callback) at a path, of a certain look."""
    candidates = [each for each in received(stage, call) if each.purpose != "status"]
    matching = [each.request for each in candidates if each.request.path == path]
    return _one_of("webhook", path, matching, candidates, wanted)


def fallback(stage: Stage, call: PhoneCall, path: str, wanted: Wanted) -> Finding:
    """Expect that the fallback URL got its turn."""
    candidates = received(stage, call)
    matching = [
        each.request for each in candidates if each.purpose == "fallback" and each.request.path == path
    ]
    return _one_of("fallback", path, matching, candidates, wanted)


def no_fallback(stage: Stage, call: PhoneCall) -> Finding:
    """Expect that the fallback URL had no turn."""
    turns = [each.url for each in stage.seen(call, HttpRequested) if each.purpose == "fallback"]
    standing = Standing.LOST if turns else Standing.SO_FAR
    found = Finding(standing, "fallback", "not asked", listed(turns, "not asked"), failures(stage, call))
    return unless_lost(stage, call, found)


def callback(stage: Stage, call: PhoneCall, status: str, wanted: Wanted) -> Finding:
    """Expect a status callback for one CallStatus, of a certain look."""
    candidates = [each for each in received(stage, call) if each.purpose == "status"]
    matching = [
        each.request
        for each in candidates
        if each.request.parameter("CallStatus") == _SAME.get(status, status)
    ]
    return _one_of("callback", status, matching, candidates, wanted)


def callbacks(stage: Stage, call: PhoneCall, wanted: Sequence[str]) -> Finding:
    """Expect exactly these CallStatus values in status callbacks, in order; "answered" means in-progress."""
    arrived = {each.sent.token: each.request for each in received(stage, call) if each.sent is not None}
    failed = {each.token for each in stage.seen(call, HttpAnswered)} - set(arrived)
    got = []
    for sent in stage.seen(call, HttpRequested):
        if sent.purpose == "status" and sent.token in arrived:
            got.append(arrived[sent.token].parameter("CallStatus") or "")
        elif sent.purpose == "status" and sent.token in failed:
            got.append(f"{dict(sent.parameters).get('CallStatus', '')} (not delivered)")
    standing = complete([_SAME.get(status, status) for status in wanted], got)
    found = Finding(standing, "callbacks", listed(wanted), listed(got), failures(stage, call))
    return unless_lost(stage, call, found)


def webhooks(stage: Stage, call: PhoneCall, count: int) -> Finding:
    """Expect so many questions about a call; 0 means that no request about it was sent at all."""
    heard, sent = received(stage, call), stage.seen(call, HttpRequested)
    asked = sum(each.purpose in INSTRUCTIONS for each in sent) if count else max(len(sent), len(heard))
    standing = Standing.SO_FAR if asked == count else Standing.OPEN if asked < count else Standing.LOST
    found = Finding(standing, "webhooks", str(count or "none"), str(asked), _summary(heard))
    return unless_lost(stage, call, found)


def failures(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    """Return the HTTP requests of a call that failed, a line each."""
    return tuple(
        f"{each.purpose}: {each.error or each.status} ({each.error_code})"
        for each in stage.seen(call, HttpAnswered)
        if each.error_code
    )


def _one_of(
    field: str, name: str, matching: Sequence[AppRequest], candidates: Sequence[Received], wanted: Wanted
) -> Finding:
    if not matching:
        return Finding(Standing.OPEN, field, name, "no such request", _summary(candidates))
    best = min((_unlike(request, wanted) for request in matching), key=len)
    return best[0] if best else Finding(Standing.MET, field, name, name)


def _unlike(request: AppRequest, wanted: Wanted) -> list[Finding]:
    """Return all that a request lacks; another one may have it."""
    found = []
    if wanted.method is not None and request.method != wanted.method:
        found.append(Finding(Standing.OPEN, "method", wanted.method, request.method))
    if wanted.signed is not None and request.signature_valid is not wanted.signed:
        words = {True: "a valid signature", False: "an invalid or missing signature", None: "no verdict"}
        got = words[request.signature_valid]
        found.append(Finding(Standing.OPEN, "signed", words[wanted.signed], got))
    for name, value in (wanted.parameters or {}).items():
        values = [got for key, got in request.parameters if key == name]
        if not any(fits(value, got) for got in values):
            near, got = () if values else _near(name, request), listed(values, "no such parameter")
            found.append(Finding(Standing.OPEN, f"parameters.{name}", str(value), got, near))
    for name in wanted.absent:
        if (there := request.parameter(name)) is not None:
            found.append(Finding(Standing.OPEN, "absent", f"no parameter {name}", there))
        elif others := [key for key, _ in request.parameters if key.lower() == name.lower()]:
            got = f"none is spelt so, but {others[0]} is there"
            found.append(Finding(Standing.OPEN, "absent", f"no parameter {name}", got))
    return found


def _near(name: str, request: AppRequest) -> tuple[str, ...]:
    lowered = {key.lower(): key for key, _ in request.parameters}
    close = get_close_matches(name.lower(), list(lowered), n=3)
    return tuple(f"{key} = {got}" for key, got in request.parameters if key.lower() in close)


def _summary(candidates: Sequence[Received]) -> tuple[str, ...]:
    return tuple(
        f"{each.request.method} {each.request.path} ({each.purpose or 'unknown'})" for each in candidates
    )
