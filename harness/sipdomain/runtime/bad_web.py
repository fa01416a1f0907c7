"""Webhooks with faults: what asks URLs does so as its faults decide, on real or virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sipdomain.entries import Injected
from sipdomain.faults.webhooks import Treatment, WebhookChain, WebhookFault
from sipdomain.journal import Journal
from sipdomain.runtime.clock import Clock
from sipdomain.runtime.pump import HttpClient
from sipdomain.twilio.webhooks.http import FailureKind, HttpFailure, HttpRequest, HttpResponse, HttpResult

MOST_COPIES: Final = 1_000
"""How many copies of requests may wait to be sent at once; past that a further one is left out."""
_LOST: Final = 204
"""The status that a request which is lost counts as answered with; `Status` has none below 400."""
_UNASKED: Final = frozenset({"refused", "silent"})
_FAILURES: Final[Mapping[str, tuple[FailureKind, str]]] = {
    "refused": ("refused", "injected: connection refused"),
    "reset": ("disconnected", "injected: closed without an answer"),
    "cut": ("cut-off", "injected: closed in the middle"),
    "garbage": ("protocol", "injected: not HTTP"),
}


class BadWeb:
    """Stands between a pump and what asks URLs.

    Attributes:
        client: What asks URLs.
        clock: The time; that of the faults begins with the client.
        journal: Where is written what was injected.
        rng: What chance is drawn from.
    """

    def __init__(
        self,
        client: HttpClient,
        clock: Clock,
        journal: Journal,
        rng: random.Random,
        faults: tuple[WebhookFault, ...] = (),
    ) -> None:
        """Begin to count the time; `faults` befall requests, in this order."""
        self.client, self.clock, self.journal, self.rng = client, clock, journal, rng
        self._chain = WebhookChain(faults)
        self._began_at = clock.now()
        self._copies = 0

    @property
    def faults(self) -> tuple[WebhookFault, ...]:
        """What befalls requests, in this order."""
        return self._chain.faults

    @faults.setter
    def faults(self, faults: tuple[WebhookFault, ...]) -> None:
        """Take others from now on."""
        self._chain = WebhookChain(faults)

    @property
    def held(self) -> int:
        """How many copies of requests are still to be sent."""
        return self._copies

    def fetch(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        """Carry out a request as the faults let it, and its copies; `done` is called once."""
        now = self.clock.now()
        met: list[str] = []
        treated = self._chain.decide(request.purpose, now - self._began_at, self.rng, met=met)
        if met:
            text = f"{request.purpose} {request.url.partition('?')[0]}: {'; '.join(map(_words, treated))}"
            self.journal.append(
                Injected(at=now, layer="webhook", fault=", ".join(met), text=text, call_id=request.call_id)
            )
        first, *copies = treated
        self._carry_out(first, request, done)
        for copy in copies:
            if self._copies < MOST_COPIES:
                self._copies += 1
                self.clock.call_at(now + copy.late, lambda: self._send_copy(request))

    def _send_copy(self, request: HttpRequest) -> None:
        self._copies -= 1
        self.client.fetch(request, _ignore)

    def _carry_out(
        self, treatment: Treatment, request: HttpRequest, done: Callable[[HttpResult], None]
    ) -> None:
        if treatment.late:
            self.clock.call_at(
                self.clock.now() + treatment.late,
                lambda: self._carry_out(treatment._replace(late=0.0), request, done),
            )
            return
        asked_at = self.clock.now()

        def answered(result: HttpResult) -> None:
            self._answer(treatment, request, asked_at, result, done)

        if treatment == Treatment():
            self.client.fetch(request, done)
        elif treatment.status:
            answered(HttpResponse(treatment.status))
        elif treatment.ending in _UNASKED:
            answered(HttpFailure("refused", "injected"))
        else:
            self.client.fetch(request, answered)

    def _answer(
        self,
        treatment: Treatment,
        request: HttpRequest,
        asked_at: float,
        result: HttpResult,
        done: Callable[[HttpResult], None],
    ) -> None:
        now = self.clock.now()
        ready_at = now + treatment.headers + treatment.body
        begins_late = treatment.headers and now + treatment.headers - asked_at > request.read_timeout
        if treatment.ending == "silent" or begins_late:
            ready_at = asked_at + request.read_timeout
            result = HttpFailure("timeout", f"injected: no answer in {request.read_timeout:.3g} s")
        elif treatment.body > request.read_timeout:
            ready_at = now + treatment.headers + request.read_timeout
            result = HttpFailure("timeout", f"injected: no body in {request.read_timeout:.3g} s")
        elif treatment.ending in _FAILURES:
            result = HttpFailure(*_FAILURES[treatment.ending])
        elif treatment.content_type is not None and isinstance(result, HttpResponse):
            result = _retyped(result, treatment.content_type)
        if treatment.ending == "short" and isinstance(result, HttpResponse):
            result = _shortened(result)
        if ready_at >= asked_at + request.total_timeout:
            ready_at = asked_at + request.total_timeout
            result = HttpFailure("total-timeout", f"injected: no answer in {request.total_timeout:.3g} s")
        # A pump takes news later, never from within what it asked for.
        self.clock.call_at(max(ready_at, now), lambda: done(result))


def _ignore(_: HttpResult) -> None:
    """Take the answer to a copy: nobody waits for it."""


def _shortened(response: HttpResponse) -> HttpResponse:
    """Return an answer whose Content-Length is that of half its body: the rest comes behind its end."""
    half = len(response.body) // 2
    headers = [each for each in response.headers if each[0].lower() != "content-length"]
    return replace(
        response,
        headers=(*headers, ("Content-Length", str(half))),
        body=response.body[:half],
        excess=len(response.body) - half,
    )


def _retyped(response: HttpResponse, content_type: str) -> HttpResponse:
    """Return an answer that says that it is something else."""
    headers = tuple(each for each in response.headers if each[0].lower() != "content-type")
    return replace(response, headers=(*headers, *([("Content-Type", content_type)] if content_type else [])))


def _words(treatment: Treatment) -> str:
    """Say what becomes of a request, or of a copy."""
    words = [
        f"{name} {value:.3g} s"
        for name, value in (
            ("sent later by", treatment.late),
            ("header fields later by", treatment.headers),
            ("body later by", treatment.body),
        )
        if value
    ]
    words += ["lost" if treatment.status == _LOST else str(treatment.status)] * bool(treatment.status)
    words += [f"as {treatment.content_type or 'nothing'}"] * (treatment.content_type is not None)
    words += [treatment.ending] * bool(treatment.ending)
    return ", ".join(words) or "sent"
