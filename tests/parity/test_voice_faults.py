"""Webhooks that fail or hang in the middle of a verb, and callers who vanish then: nothing stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from sipdomain.media.outputs import DtmfReceived, MediaSilent
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse, HttpResult
from tests.parity.documents import heard
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import Page, page

HERE: Final = "http://app.test/bad"
FAILURES: Final[dict[str, tuple[Page, int]]] = {
    "hangs": (HttpFailure("timeout", ""), 11205),
    "hangs-in-the-body": (HttpFailure("total-timeout", ""), 11205),
    "cut-off": (HttpFailure("cut-off", ""), 11206),
    "disconnected": (HttpFailure("disconnected", ""), 11206),
    "refused": (HttpFailure("refused", ""), 11202),
    "server-error": (HttpResponse(500), 11200),
    "redirect-loop": (HttpResponse(302, (("Location", "/bad"),)), 11215),
    "too-large": (HttpFailure("too-large", ""), 11750),
    "no-twiml": (page("<html/>"), 12102),
}


def press(bench: Bench) -> None:
    bench.tell(DtmfReceived(bench.record.sid, "1", 0.1))


def wait(bench: Bench) -> None:
    bench.wait(10.0)


MIDDLES: Final[dict[str, tuple[str, Callable[[Bench], None]]]] = {
    "Gather": ('<Gather numDigits="1" action="/bad"/>', press),
    "Record": ('<Record maxLength="2" action="/bad"/>', wait),
    "Dial": ('<Dial timeLimit="3" action="/bad"><Conference waitUrl="">Room</Conference></Dial>', wait),
    "Dial Queue": ('<Dial timeout="5" action="/bad"><Queue>support</Queue></Dial>', wait),
    "Enqueue": ('<Enqueue waitUrl="/leave" action="/bad">support</Enqueue>', wait),
    "Refer": ('<Refer action="/bad"><Sip>:</Sip></Refer>', wait),
    "Redirect": ("<Pause/><Redirect>/bad</Redirect>", wait),
}
"""By the verb, how a call comes to ask for /bad in the middle of it."""
AROUND: Final[dict[str, str]] = {
    "Enqueue": '<Enqueue waitUrl="/bad">support</Enqueue>',
    "Conference": '<Dial><Conference waitUrl="/bad">Room</Conference></Dial>',
}


def begin(alice: Caller, document: str) -> Bench:
    """Let Alice call a document."""
    bench = alice.bench
    bench.pages |= {
        "/voice": page(
            f'<Response><Say>Hello</Say>{document}<Say>Next</Say><Pause length="600"/></Response>'
        ),
        "/leave": page("<Response><Leave/></Response>"),
    }
    alice.talk()
    bench.wait(2.0)
    return bench


@pytest.mark.rule("fallback")
@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize(("document", "act"), MIDDLES.values(), ids=MIDDLES)
def test_an_action_that_fails_ends_the_call_with_the_apology(
    alice: Caller, document: str, act: Callable[[Bench], None], answer: Page, code: int
) -> None:
    alice.bench.pages["/bad"] = answer
    bench = begin(alice, document)
    act(bench)
    bench.wait(20.0)
    raised = [each for each in bench.alerts if each in {code for _, code in FAILURES.values()}]
    assert raised == [code]
    assert heard(bench)[-1] == "We're sorry, an application error has occurred. Goodbye."
    assert bench.record.status == "completed"
    alice.agree()
    bench.wait(60.0)
    assert bench.emulator.census == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.rule("enqueue-result-of-errors", "conference-wait")
@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("document", AROUND.values(), ids=AROUND)
def test_a_wait_document_that_fails_lets_the_call_go_on(
    alice: Caller, document: str, answer: Page, code: int
) -> None:
    alice.bench.pages["/bad"] = answer
    bench = begin(alice, document)
    assert (bench.alerts, heard(bench)) == ([code], ["Hello", "Next"])
    assert (bench.record.status, bench.emulator.queued, bench.emulator.open_conferences) == (
        "in-progress",
        0,
        0,
    )


def vanish_by_bye(alice: Caller) -> None:
    alice.bye()


def vanish_in_silence(alice: Caller) -> None:
    """Send no audio any more, and answer nothing."""
    alice.bench.tell(MediaSilent(alice.bench.record.sid, 60.0))


WAYS: Final = {"by-BYE": vanish_by_bye, "in-silence": vanish_in_silence}


@pytest.mark.rule("no-audio", "document-end")
@pytest.mark.parametrize("vanish", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("document", "act"), MIDDLES.values(), ids=MIDDLES)
@pytest.mark.parametrize(
    "late",
    [HttpFailure("timeout", ""), page("<Response><Say>Too late</Say></Response>")],
    ids=["fails", "late"],
)
def test_a_caller_who_vanishes_while_the_action_hangs_leaves_nothing(
    alice: Caller,
    document: str,
    act: Callable[[Bench], None],
    vanish: Callable[[Caller], None],
    late: HttpResult,
) -> None:
    alice.bench.pages["/bad"] = None
    bench = begin(alice, document)
    act(bench)
    (hanging,) = bench.waiting
    vanish(alice)
    assert bench.record.status == "completed"
    bench.wait(5.0)
    bench.answer(hanging, late)
    bench.wait(100.0)
    assert [each.path for each in bench.asks].count("/bad") == 1
    assert heard(bench)[-1] != "Too late"
    assert bench.emulator.census == (0, 0, 0, 0, 0, 0, 0)
    assert (bench.emulator.queued, bench.emulator.open_conferences, bench.emulator.open_recordings) == (
        0,
        0,
        0,
    )
    assert bench.emulator.deadline is None
