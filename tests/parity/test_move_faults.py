"""A referUrl that fails or hangs, and who vanishes meanwhile: everybody's call ends, and nothing stays."""

from __future__ import annotations

from typing import Final

import pytest

from sipdomain.entries import VerbStarted
from sipdomain.media.outputs import MediaSilent
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResult
from tests.parity.dialled import Called, Exchange
from tests.parity.test_dial_faults import clear
from tests.parity.test_moved_calls import DESK, line, talk
from tests.parity.test_voice_faults import FAILURES
from tests.unit.twilio.pages import Page, page

__all__ = ["line"]
TOO_LATE: Final = page("<Response><Say>Too late</Say></Response>")


def refer(line: Exchange, bob: Called, who: str) -> None:
    """Let one of the two ask for the other to be moved."""
    if who == "bob":
        bob.ask("REFER", 1, DESK)
    else:
        line.alice.send(line.alice.build("REFER", DESK))


@pytest.mark.rule("refer-in")
@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
def test_a_refer_url_that_fails_ends_both(line: Exchange, who: str, answer: Page, code: int) -> None:
    line.bench.pages |= {"/moved": answer, "/bad": answer}
    bob = talk(line)
    refer(line, bob, who)
    line.bench.wait(60.0)
    assert code in line.bench.alerts
    clear(line)


@pytest.mark.rule("refer-in")
@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("late", [HttpFailure("timeout", ""), TOO_LATE], ids=["fails", "late"])
def test_both_vanish_while_the_refer_url_hangs(line: Exchange, who: str, late: HttpResult) -> None:
    line.bench.pages["/moved"] = None
    bob = talk(line)
    refer(line, bob, who)
    (hanging,) = line.bench.waiting
    for each in (line.parent, line.children[0]):
        line.bench.tell(MediaSilent(each.sid, 60.0))
    line.bench.answer(hanging, late)
    line.bench.wait(10.0)
    assert "Too late" not in [each.text for each in line.bench.journal(VerbStarted)]
    clear(line)


@pytest.mark.rule("refer-in")
@pytest.mark.parametrize("who", ["alice", "bob"])
@pytest.mark.parametrize("goes", ["alice", "bob"])
def test_one_hangs_up_while_the_refer_url_hangs(line: Exchange, who: str, goes: str) -> None:
    line.bench.pages["/moved"] = None
    bob = talk(line)
    refer(line, bob, who)
    (hanging,) = line.bench.waiting
    line.bench.take()
    if goes == "alice":
        line.leave()
    else:
        bob.hang_up()
    line.bench.wait(5.0)
    line.bench.answer(hanging, page("<Response/>"))
    line.bench.wait(60.0)
    clear(line)
