"""<Refer>: what is sent to the phone, what is made of its answers and news, and what the action is told."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.entries import VerbStarted
from sipdomain.sip.message import Request, Response
from tests.parity.test_numbers import ordered, plan
from tests.unit.twilio.bench import ACCOUNT, ACME, EPOCH, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

TOLD = ("ReferCallStatus", "ReferSipResponseCode", "NotifySipResponseCode")
BOB = "<Sip>\n  bob@pbx.example?X-Order=7&amp;User-to-User=1%3Bencoding%3Dhex </Sip>"


class Transfer:
    """A caller whose document transfers her."""

    def __init__(self, bench: Bench, alice: Caller) -> None:
        self.bench, self.alice = bench, alice
        domain = bench.store.domain_named(ACME)
        assert domain is not None
        bench.store.domains.update(ACCOUNT, domain.sid, voice_status_callback_url="", now=EPOCH)
        bench.pages["/after"] = page('<Response><Say>After</Say><Pause length="600"/></Response>')
        self.refer: Request | None = None

    def begin(self, attributes: str = 'action="/after"', noun: str = BOB, after: str = "") -> Request:
        """Let the call be answered and transferred; return the REFER."""
        self.bench.pages["/voice"] = page(f"<Response><Refer {attributes}>{noun}</Refer>{after}</Response>")
        self.alice.talk()
        self.refer = self.bench.request("REFER")
        return self.refer

    def answer(self, status: int) -> None:
        """Answer the REFER."""
        assert self.refer is not None
        names = ("Via", "From", "To", "Call-ID", "CSeq")
        self.alice.send(
            bytes(Response(status, None, [(name, self.refer.require(name.lower())) for name in names]))
        )

    def notify(self, status: int, state: str = "active;expires=60", event: str = "refer", **more: Any) -> int:
        """Report; return the status of the answer."""
        body = f"SIP/2.0 {status} Something\r\n".encode()
        fields = [("Event", event), ("Subscription-State", state), ("Content-Type", "message/sipfrag")]
        request = self.alice.build("NOTIFY", *fields, **more)
        self.alice.send(Request(request.method, request.target, request.headers, body))
        return next(each.status for each in self.bench.take() if isinstance(each, Response))

    @property
    def told(self) -> list[tuple[str, ...]]:
        """What the action was told."""
        asked = [each.parameters for each in self.bench.asks if each.path == "/after"]
        return [tuple(each.get(name, "") for name in TOLD) for each in asked]


@pytest.fixture
def transfer(bench: Bench, alice: Caller) -> Transfer:
    return Transfer(bench, alice)


@pytest.mark.rule("refer-out")
@pytest.mark.rule("refer-action")
@pytest.mark.rule("refer-notify")
def test_a_phone_that_reports_success_is_in_progress(transfer: Transfer) -> None:
    refer = transfer.begin()
    assert refer.require("refer-to") == "<sip:bob@pbx.example?X-Order=7&User-to-User=1%3Bencoding%3Dhex>"
    assert refer.require("referred-by") == f"<sip:100@{ACME}>"
    assert (refer.target, refer.cseq.number) == ("sip:alice@127.0.0.10:5070", 1)
    transfer.answer(202)
    assert [transfer.notify(status) for status in (100, 180)] == [200, 200]
    assert transfer.told == []
    assert transfer.notify(200, "terminated;reason=noresource") == 200
    assert transfer.told == [("in-progress", "202", "200")]
    assert transfer.notify(200) == 481
    assert [each.text for each in transfer.bench.journal(VerbStarted)] != []
    assert transfer.alice.bye().status == 200


@pytest.mark.rule("refer-action")
@pytest.mark.rule("refer-failures")
@pytest.mark.parametrize(
    ("status", "news", "told"),
    [
        (202, [180, 486], ("busy", "202", "486")),
        (202, [100, 600], ("busy", "202", "600")),
        (202, [503], ("failed", "202", "503")),
        (200, [180, 200], ("in-progress", "200", "200")),
        (405, [], ("failed", "405", "")),
        (603, [], ("failed", "603", "")),
        (401, [], ("failed", "401", "")),
    ],
)
def test_what_the_phone_answers_and_reports_becomes_a_status(
    transfer: Transfer, status: int, news: list[int], told: tuple[str, ...]
) -> None:
    transfer.begin()
    transfer.answer(status)
    assert [transfer.notify(each) for each in news] == [200] * len(news)
    assert transfer.told == [told]


@pytest.mark.rule("refer-action")
def test_a_caller_who_hangs_up_first_is_canceled(transfer: Transfer) -> None:
    transfer.begin(after="<Say>Never</Say>")
    transfer.answer(202)
    transfer.notify(180)
    assert transfer.alice.bye().status == 200
    assert transfer.told == [("canceled", "202", "180")]
    assert [each.verb for each in transfer.bench.journal(VerbStarted)] == ["Refer"]


@pytest.mark.rule("refer-notify")
def test_news_may_overtake_the_answer(transfer: Transfer) -> None:
    transfer.begin()
    assert transfer.notify(200, "terminated;reason=noresource") == 200
    assert transfer.told == []
    transfer.answer(202)
    assert transfer.told == [("in-progress", "202", "200")]


@pytest.mark.rule("refer-without-news")
@pytest.mark.rule("refer-wait")
def test_a_phone_that_reports_nothing_is_waited_for_three_minutes(transfer: Transfer) -> None:
    transfer.begin()
    transfer.answer(202)
    transfer.bench.wait(179.0)
    assert transfer.told == []
    transfer.bench.wait(2.0)
    assert transfer.told == [("", "202", "")]


@pytest.mark.rule("refer-wait")
def test_a_phone_that_never_answers_fails(transfer: Transfer) -> None:
    transfer.begin()
    transfer.bench.wait(40.0)
    assert transfer.told == [("failed", "", "")]


@pytest.mark.rule("refer-notify")
@pytest.mark.parametrize(
    ("event", "body_type", "status"),
    [
        ("refer;id=1", "message/sipfrag", 200),
        ("refer;id=9", "message/sipfrag", 481),
        ("presence", "x/y", 481),
    ],
)
def test_only_news_of_this_transfer_is_taken(
    transfer: Transfer, event: str, body_type: str, status: int
) -> None:
    del body_type
    transfer.begin()
    transfer.answer(202)
    assert transfer.notify(180, event=event) == status
    assert transfer.notify(180, event="refer", number=1) == 500


@pytest.mark.rule("refer-notify")
def test_an_end_without_a_status_ends_it(transfer: Transfer) -> None:
    transfer.begin()
    transfer.answer(202)
    assert transfer.notify(999, "terminated;reason=giveup") == 200
    assert transfer.told == [("", "202", "")]


@pytest.mark.rule("refer-failures")
@pytest.mark.parametrize(
    ("noun", "codes"),
    [
        ("", [12200]),
        ("<Sip/>", [13243, 12200]),
        ("<Sip>sip:</Sip>", [12200]),
        ("<Sip>bob@</Sip>", [12200]),
    ],
)
def test_what_is_not_a_uri_fails_and_nothing_is_sent(transfer: Transfer, noun: str, codes: list[int]) -> None:
    transfer.bench.pages["/voice"] = page(f'<Response><Refer action="/after">{noun}</Refer></Response>')
    transfer.alice.talk()
    assert transfer.told == [("failed", "", "")]
    assert transfer.bench.alerts == codes


@pytest.mark.rule("refer-then")
def test_without_an_action_the_next_verb_follows_or_the_end(transfer: Transfer) -> None:
    transfer.begin("", after="<Say>Next</Say>")
    transfer.answer(405)
    assert [each.text for each in transfer.bench.journal(VerbStarted)][1:] == ["Next"]
    transfer.bench.wait(5.0)
    assert transfer.bench.request("BYE").require("reason").startswith("Q.850;cause=16")


@pytest.mark.rule("refer-then")
def test_a_redirect_by_the_rest_api_takes_its_place(transfer: Transfer) -> None:
    transfer.begin()
    transfer.answer(202)
    transfer.bench.pages["/other"] = page('<Response><Pause length="600"/></Response>')
    transfer.bench.post(f"/Calls/{transfer.bench.record.sid}.json", 200, Url="http://app.test/other")
    assert transfer.notify(200) == 481
    assert transfer.told == []


@pytest.mark.rule("refer-leg")
def test_a_call_to_a_number_cannot_be_transferred(bench: Bench) -> None:
    plan(bench)
    bench.pages["/voice"] = page(f"<Response><Refer>{BOB}</Refer></Response>")
    ordered(bench)
    bench.wait(60.0)
    assert (bench.alerts, bench.emulator.open_calls) == ([13801], 0)
