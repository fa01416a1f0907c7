"""Webhooks with faults, on virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from sipdomain.entries import Injected
from sipdomain.faults.webhooks import Double, Fail, Lose, Shuffle, Slow, Status, Type, WebhookFault
from sipdomain.journal import Journal
from sipdomain.runtime.bad_web import BadWeb
from sipdomain.runtime.sim.network import SimClock
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse, HttpResult

VOICE = HttpRequest(
    "POST", "http://app.test/voice?a=1", purpose="voice", read_timeout=5.0, total_timeout=15.0
)
STATUS = HttpRequest("POST", "http://app.test/status", purpose="status")
HURRIED = HttpRequest("POST", "http://app.test/voice", purpose="voice", total_timeout=2.0)
BRIEF = HttpRequest("POST", "http://app.test/voice", purpose="voice", read_timeout=0.49, total_timeout=0.49)
PAGE = HttpResponse(200, (("Content-Length", "4"),), b"abcd")


class Application:
    """Answers after 0.5 s."""

    def __init__(self, *faults: WebhookFault) -> None:
        self.clock, self.journal = SimClock(), Journal()
        self.web = BadWeb(self, self.clock, self.journal, random.Random(1), faults)
        self.result: HttpResult = PAGE
        self.asked: list[float] = []
        self.came: list[tuple[float, HttpResult]] = []

    def fetch(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        assert request in {VOICE, STATUS, HURRIED, BRIEF}
        self.asked.append(self.clock.now())
        self.clock.call_at(self.clock.now() + 0.5, lambda: done(self.result))

    def take(self, result: HttpResult) -> None:
        self.came.append((self.clock.now(), result))

    def ask(self, request: HttpRequest = VOICE) -> tuple[float, HttpResult]:
        self.web.fetch(request, self.take)
        assert self.came == []
        while self.clock.step(100.0):
            pass
        (only,) = self.came
        return only


def test_without_faults_nothing_changes_and_nothing_is_noted() -> None:
    app = Application()
    assert app.ask() == (0.5, PAGE)
    assert len(app.journal) == 0


@pytest.mark.parametrize("faults", [(), (Double(of=frozenset({"voice"})),)], ids=["as-it-is", "doubled"])
def test_what_came_of_an_exchange_is_reported_as_it_is_though_a_moment_late(
    faults: tuple[WebhookFault, ...],
) -> None:
    app = Application(*faults)
    app.result = HttpFailure("total-timeout", "no answer in 0.49 s")
    assert app.ask(BRIEF) == (0.5, app.result)


@pytest.mark.parametrize(
    ("fault", "at", "kind", "asked"),
    [
        (Fail(by="refused"), 0.0, "refused", 0),
        (Fail(by="silent"), 5.0, "timeout", 0),
        (Fail(by="reset"), 0.5, "disconnected", 1),
        (Fail(by="cut"), 0.5, "cut-off", 1),
        (Fail(by="garbage"), 0.5, "protocol", 1),
        (Slow(headers=4.6), 5.0, "timeout", 1),
        (Slow(body=5.1), 5.5, "timeout", 1),
    ],
)
def test_an_exchange_fails_as_a_real_one_does(fault: WebhookFault, at: float, kind: str, asked: int) -> None:
    app = Application(fault)
    came_at, result = app.ask()
    assert isinstance(result, HttpFailure)
    assert (came_at, result.kind, len(app.asked)) == (at, kind, asked)


def test_all_of_it_has_a_time_limit_too() -> None:
    app = Application(Slow(headers=1.0, body=1.0))
    came_at, result = app.ask(HURRIED)
    assert isinstance(result, HttpFailure)
    assert (came_at, result.kind, len(app.asked)) == (2.0, "total-timeout", 1)


def test_an_answer_comes_late_or_as_another_one() -> None:
    assert Application(Slow(headers=1.0, body=2.0)).ask() == (3.5, PAGE)
    short = HttpResponse(200, (("Content-Length", "2"),), b"ab", 2)
    assert Application(Fail(by="short")).ask() == (0.5, short)
    app = Application(Status(code=502))
    assert app.ask() == (0.0, HttpResponse(502))
    assert app.asked == []


def test_a_callback_comes_twice_and_late_and_counts_once() -> None:
    app = Application(Double(within=3.0), Shuffle(within=3.0))
    app.web.fetch(STATUS, app.take)
    assert app.web.held == 1
    while app.clock.step(100.0):
        pass
    assert app.web.held == 0
    assert len(app.asked) == 2
    assert min(app.asked) > 0.0
    assert max(app.asked) <= 6.0
    assert len(app.came) == 1


def test_what_is_injected_is_noted_without_the_query() -> None:
    app = Application(Slow(headers=1.5), Fail(by="cut"))
    app.ask()
    (noted,) = app.journal.select(Injected)
    assert noted == Injected(
        at=0.0,
        layer="webhook",
        fault="slow, fail",
        text="voice http://app.test/voice: header fields later by 1.5 s, cut",
    )


def test_a_lost_callback_never_leaves_and_counts_as_delivered() -> None:
    app = Application(Lose())
    assert app.ask(STATUS) == (0.0, HttpResponse(204))
    assert app.asked == []
    assert [(each.fault, each.text) for each in app.journal.select(Injected)] == [
        ("lose", "status http://app.test/status: lost")
    ]


def test_an_answer_says_that_it_is_something_else_or_nothing() -> None:
    app = Application(Type(name="text/html"))
    assert app.ask()[1] == HttpResponse(
        200, (("Content-Length", "4"), ("Content-Type", "text/html")), b"abcd"
    )
    nothing = Application(Type(name=""))
    nothing.result = HttpResponse(200, (("content-type", "text/xml"),), b"abcd")
    assert nothing.ask()[1] == HttpResponse(200, (), b"abcd")
