"""What the webhook application received: questions, the fallback's turn, status callbacks.

The application's own record is what counts; the journal only says which request had which purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlencode, urlsplit

from sipdomain.entries import HttpAnswered, HttpRequested
from sipdomain.scenario.asked import Asked
from sipdomain.scenario.evidence import INSTRUCTIONS
from sipdomain.scenario.expect.finding import Finding, Standing, complete, counted, listed, unjudged
from sipdomain.scenario.expect.misspelt import in_words, meant, meant_in_its_case
from sipdomain.scenario.expect.possible_here import may_be_told
from sipdomain.scenario.expect.progress import unless_lost
from sipdomain.scenario.expect.sequence import in_order
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
        headers: Header fields that must be there, among others.
        body: What the body must be, as it came.
        nth: Which one, in the order in which the emulator sent them, counted from 1; None for any.
        count: How many there must be that are so, or None.
    """

    method: str | None = None
    signed: bool | None = None
    parameters: Mapping[str, Text] | None = None
    absent: Sequence[str] = ()
    headers: Mapping[str, Text] | None = None
    body: Text | None = None
    nth: int | None = None
    count: int | None = None


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
    body = urlencode(sent.parameters) if sent.method == "POST" else ""
    parameters = (*query, *sent.parameters)
    return Received(AppRequest(sent.method, url.path, parameters, sent.headers, None, body), sent)


def request(stage: Stage, call: PhoneCall, kind: str, name: str, wanted: Wanted) -> Finding:
    """Expect a request of a certain look, the nth one to be so, or so many of them.

    Args:
        stage: The scenario's state.
        call: The call.
        kind: "webhook" for a question (not a callback), "fallback", or "callback".
        name: The path; of a callback the CallStatus.
        wanted: Its look.
    """
    matching, candidates = _of_kind(stage, call, kind, name)
    if wanted.count == 0 and kind != "callback" and not stage.chances.may_be_asked(name):
        return _never_asked(stage, name, candidates)
    if wanted.count is not None:
        counted_so = _counted(matching, candidates, kind, name, wanted, wanted.count)
        is_none = kind == "callback" and wanted.count == 0
        return unless_lost(stage, call, _if_told(stage, counted_so) if is_none else counted_so)
    if wanted.nth is not None:
        matching = _nth(stage, call, kind, name, matching, wanted.nth)
    if not matching:
        got = "no such request" if wanted.nth is None else f"no request number {wanted.nth}"
        return Finding(Standing.OPEN, kind, name, got, _summary(candidates))
    best = min((_unlike(each.request, wanted) for each in matching), key=len)
    if not best:
        return Finding(Standing.MET, kind, name, name)
    return replace(best[0], standing=Standing.LOST) if wanted.nth is not None else best[0]


def found(stage: Stage, call: PhoneCall, kind: str, name: str, wanted: Wanted) -> AppRequest | None:
    """Return the request that is meant: the nth, or the first that is so; None when there is none."""
    matching, _ = _of_kind(stage, call, kind, name)
    if wanted.nth is not None:
        matching = _nth(stage, call, kind, name, matching, wanted.nth)
    return next((each.request for each in matching if not _unlike(each.request, wanted)), None)


def value(request: AppRequest, field: str) -> str | None:
    """Return what a request has at a field, such as `parameters.CallSid`; None when it has none."""
    kind, _, name = field.partition(".")
    match kind:
        case "parameters":
            return request.parameter(name)
        case "headers":
            return next((got for key, got in request.headers if key.lower() == name.lower()), None)
        case _:
            return {"method": request.method, "body": request.body}.get(kind, request.path)


def _of_kind(stage: Stage, call: PhoneCall, kind: str, name: str) -> tuple[list[Received], list[Received]]:
    """Return the requests of a kind and name, and those among which they were looked for."""
    is_callback = kind == "callback"
    candidates = [each for each in received(stage, call) if (each.purpose == "status") == is_callback]
    if is_callback:
        status = _SAME.get(name, name)
        return [each for each in candidates if each.request.parameter("CallStatus") == status], candidates
    matching = [each for each in candidates if each.request.path == name]
    return [each for each in matching if kind != "fallback" or each.purpose == "fallback"], candidates


def _nth(
    stage: Stage, call: PhoneCall, kind: str, name: str, matching: Sequence[Received], number: int
) -> list[Received]:
    """Return the one that was sent as the nth, where it was received: what was sent before it stays before it."""

    def is_of_kind(sent: HttpRequested) -> bool:
        if kind == "callback":
            status = dict(sent.parameters).get("CallStatus")
            return sent.purpose == "status" and status == _SAME.get(name, name)
        is_of_purpose = sent.purpose == "fallback" if kind == "fallback" else sent.purpose != "status"
        return is_of_purpose and urlsplit(sent.url).path == name

    sent = [each for each in stage.seen(call, HttpRequested) if is_of_kind(each)]
    token = sent[number - 1].token if len(sent) >= number else None
    return [each for each in matching if each.sent is not None and each.sent.token == token]


def _counted(
    matching: Sequence[Received],
    candidates: Sequence[Received],
    kind: str,
    name: str,
    wanted: Wanted,
    count: int,
) -> Finding:
    if count == 0 and (misspelt := _misspelt([each.request for each in matching], wanted)) is not None:
        return misspelt
    got = sum(not _unlike(each.request, wanted) for each in matching)
    said = f"{got}, and {len(matching) - got} that are otherwise" if len(matching) > got else str(got)
    return Finding(counted(count, got), "count", f"{count} times {kind} {name}", said, _summary(candidates))


def _misspelt(requests: Sequence[AppRequest], wanted: Wanted) -> Finding | None:
    """Return that no request is so because a name is misspelt; None where none is."""
    parameters = {key for each in requests for key, _ in each.parameters}
    fields = {key for each in requests for key, _ in each.headers}
    looked_for = [
        *(("parameters", name, meant_in_its_case(name, parameters)) for name in wanted.parameters or {}),
        *(("request_headers", name, meant(name, fields)) for name in wanted.headers or {}),
    ]
    for word, name, likely in looked_for:
        if likely is not None:
            return Finding(Standing.LOST, f"{word}.{name}", "a name that a request has", in_words(likely))
    return None


def _if_told(stage: Stage, found: Finding) -> Finding:
    return found if may_be_told(stage) else unjudged(found, "no status URL is set")


def _never_asked(stage: Stage, path: str, candidates: Sequence[Received]) -> Finding:
    """Return that it proves nothing that a path was not asked: nothing leads there, as to one that is misspelt."""
    paths = dict.fromkeys(each.path for each in stage.world.app_requests())
    near = get_close_matches(path, list(paths), n=1)
    got = "cannot be judged: nothing in this scenario leads there"
    return Finding(Standing.OPEN, "count", f"0 times {path}", got, (*near, *_summary(candidates)))


def no_fallback(stage: Stage, call: PhoneCall) -> Finding:
    """Expect that the fallback URL had no turn."""
    turns = [each.url for each in stage.seen(call, HttpRequested) if each.purpose == "fallback"]
    standing = Standing.LOST if turns else Standing.SO_FAR
    found = Finding(standing, "fallback", "not asked", listed(turns, "not asked"), failures(stage, call))
    return unless_lost(stage, call, found)


def order(stage: Stage, call: PhoneCall, wanted: Sequence[Asked]) -> Finding:
    """Expect these requests in the order in which the emulator sent them, whatever came between."""
    sent = [each for each in received(stage, call) if each.sent is not None]
    seen = sorted(sent, key=lambda each: (each.sent.at, each.sent.token) if each.sent else (0.0, 0))
    return in_order("order", wanted, seen, _is_it, _summary(seen))


def _is_it(wanted: Asked, got: Received) -> bool:
    if wanted.callback is not None:
        status = got.request.parameter("CallStatus")
        is_it = got.purpose == "status" and status == _SAME.get(wanted.callback, wanted.callback)
    elif wanted.fallback is not None:
        is_it = got.purpose == "fallback" and got.request.path == wanted.fallback
    else:
        is_it = got.purpose != "status" and got.request.path == wanted.webhook
    return is_it and not _unlike(got.request, Wanted(parameters=wanted.parameters))


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
    return unless_lost(stage, call, found if wanted else _if_told(stage, found))


def webhooks(stage: Stage, call: PhoneCall, count: int) -> Finding:
    """Expect so many questions about a call; 0 means that no request about it was sent at all."""
    heard, sent = received(stage, call), stage.seen(call, HttpRequested)
    asked = sum(each.purpose in INSTRUCTIONS for each in sent) if count else max(len(sent), len(heard))
    found = Finding(counted(count, asked), "webhooks", str(count or "none"), str(asked), _summary(heard))
    return unless_lost(stage, call, found)


def failures(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    """Return the HTTP requests of a call that failed, a line each."""
    return tuple(
        f"{each.purpose}: {each.error or each.status} ({each.error_code})"
        for each in stage.seen(call, HttpAnswered)
        if each.error_code
    )


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
    for name, value in (wanted.headers or {}).items():
        values = [got for key, got in request.headers if key.lower() == name.lower()]
        if not any(fits(value, got) for got in values):
            got = listed(values, "no such header field")
            found.append(Finding(Standing.OPEN, f"request_headers.{name}", str(value), got))
    if wanted.body is not None and (request.body is None or not fits(wanted.body, request.body)):
        got = "a body that was not kept" if request.body is None else request.body or "an empty body"
        found.append(Finding(Standing.OPEN, "body", str(wanted.body), got))
    for name in wanted.absent:
        if (there := request.parameter(name)) is not None:
            found.append(Finding(Standing.OPEN, "absent", f"no parameter {name}", there))
        elif (likely := meant_in_its_case(name, (key for key, _ in request.parameters))) is not None:
            found.append(Finding(Standing.OPEN, "absent", f"no parameter {name}", in_words(likely)))
    return found


def _near(name: str, request: AppRequest) -> tuple[str, ...]:
    lowered = {key.lower(): key for key, _ in request.parameters}
    close = get_close_matches(name.lower(), list(lowered), n=3)
    return tuple(f"{key} = {got}" for key, got in request.parameters if key.lower() in close)


def _summary(candidates: Sequence[Received]) -> tuple[str, ...]:
    return tuple(
        f"{each.request.method} {each.request.path} ({each.purpose or 'unknown'})" for each in candidates
    )
