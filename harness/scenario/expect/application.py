"""What the webhook application received: questions, the fallback's turn, status callbacks.

The application's own record is what counts; the journal only tells which request had which purpose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlsplit

from harness.journal import HttpAnswered, HttpRequested
from harness.scenario.evidence import INSTRUCTIONS
from harness.scenario.expect.unmet import Unmet, listed
from harness.scenario.stage import Stage
from harness.scenario.values import Text, fits
from harness.scenario.world import AppRequest, PhoneCall

# The documentation's words for the moments of a call, where they differ from the value of CallStatus.
_SAME = {"answered": "in-progress"}


@dataclass(frozen=True, slots=True)
class Received:
    """A request that the application received about a call.

    Attributes:
        request: The application's record.
        purpose: As in the journal; "" when the emulator recorded no such request.
    """

    request: AppRequest
    purpose: str


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
    """Return what the application received about a call, oldest first."""
    sids = stage.evidence.call_sids(call.call_id)
    sent = list(stage.evidence.of(call.call_id, HttpRequested))
    found = []
    for request in stage.world.app_requests():
        if request.parameter("SipCallId") != call.call_id and request.parameter("CallSid") not in sids:
            continue
        match = next((each for each in sent if _is_same(each, request)), None)
        if match is not None:
            sent.remove(match)
        found.append(Received(request, match.purpose if match else ""))
    return found


def _is_same(sent: HttpRequested, got: AppRequest) -> bool:
    return urlsplit(sent.url).path == got.path and set(sent.parameters) <= set(got.parameters)


def asked(stage: Stage, call: PhoneCall, path: str, wanted: Wanted) -> Unmet | None:
    """Expect a question (not a callback) at a path, of a certain look."""
    candidates = [each for each in received(stage, call) if each.purpose != "status"]
    return _one_of(
        "webhook",
        path,
        [each.request for each in candidates if each.request.path == path],
        candidates,
        wanted,
    )


def fallback(stage: Stage, call: PhoneCall, path: str, wanted: Wanted) -> Unmet | None:
    """Expect that the fallback URL got its turn."""
    candidates = received(stage, call)
    matching = [
        each.request for each in candidates if each.purpose == "fallback" and each.request.path == path
    ]
    return _one_of("fallback", path, matching, candidates, wanted)


def no_fallback(stage: Stage, call: PhoneCall) -> Unmet | None:
    """Expect that the fallback URL had no turn."""
    turns = [each for each in stage.evidence.of(call.call_id, HttpRequested) if each.purpose == "fallback"]
    if not turns:
        return None
    return Unmet("fallback", "not asked", listed(each.url for each in turns), failures(stage, call))


def callback(stage: Stage, call: PhoneCall, status: str, wanted: Wanted) -> Unmet | None:
    """Expect a status callback for one CallStatus, of a certain look."""
    candidates = [each for each in received(stage, call) if each.purpose == "status"]
    matching = [
        each.request
        for each in candidates
        if each.request.parameter("CallStatus") == _SAME.get(status, status)
    ]
    return _one_of("callback", status, matching, candidates, wanted)


def callbacks(stage: Stage, call: PhoneCall, wanted: Sequence[str]) -> Unmet | None:
    """Expect exactly these CallStatus values in status callbacks, in order; "answered" means in-progress."""
    got = [
        each.request.parameter("CallStatus") or ""
        for each in received(stage, call)
        if each.purpose == "status"
    ]
    if got == [_SAME.get(status, status) for status in wanted]:
        return None
    return Unmet("callbacks", listed(wanted), listed(got), failures(stage, call))


def webhooks(stage: Stage, call: PhoneCall, count: int) -> Unmet | None:
    """Expect so many questions about a call; 0 means that the application heard nothing of it at all."""
    all_of_it = received(stage, call)
    counted = [each for each in all_of_it if count == 0 or each.purpose in INSTRUCTIONS]
    if len(counted) == count:
        return None
    return Unmet("webhooks", str(count) if count else "none", str(len(counted)), _summary(all_of_it))


def failures(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    """Return the HTTP requests of a call that failed, a line each."""
    return tuple(
        f"{each.purpose}: {each.error or each.status} ({each.error_code})"
        for each in stage.evidence.of(call.call_id, HttpAnswered)
        if each.error_code
    )


def _one_of(
    field: str, name: str, matching: Sequence[AppRequest], candidates: Sequence[Received], wanted: Wanted
) -> Unmet | None:
    if not matching:
        return Unmet(field, name, "no such request", _summary(candidates))
    unmet = [_unlike(request, wanted) for request in matching]
    best = min(unmet, key=len)
    return best[0] if best else None


def _unlike(request: AppRequest, wanted: Wanted) -> list[Unmet]:
    """Return all that a request lacks."""
    found = []
    if wanted.method is not None and request.method != wanted.method:
        found.append(Unmet("method", wanted.method, request.method))
    if wanted.signed is not None and request.signature_valid is not wanted.signed:
        words = {True: "a valid signature", False: "an invalid or missing signature", None: "no verdict"}
        found.append(Unmet("signed", words[wanted.signed], words[request.signature_valid]))
    for name, value in (wanted.parameters or {}).items():
        values = [got for key, got in request.parameters if key == name]
        if not any(fits(value, got) for got in values):
            near = () if values else _near(name, request)
            found.append(Unmet(f"parameters.{name}", str(value), listed(values, "no such parameter"), near))
    for name in wanted.absent:
        if (got := request.parameter(name)) is not None:
            found.append(Unmet("absent", f"no parameter {name}", got))
    return found


def _near(name: str, request: AppRequest) -> tuple[str, ...]:
    lowered = {key.lower(): key for key, _ in request.parameters}
    close = get_close_matches(name.lower(), list(lowered), n=3)
    return tuple(f"{key} = {got}" for key, got in request.parameters if key.lower() in close)


def _summary(candidates: Sequence[Received]) -> tuple[str, ...]:
    return tuple(
        f"{each.request.method} {each.request.path} ({each.purpose or 'unknown'})" for each in candidates
    )
