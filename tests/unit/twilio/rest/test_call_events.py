"""Events of a call: the requests about it with their answers."""

from __future__ import annotations

import random
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.debugger import Debugger
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestRequest, RestResponse
from sipdomain.twilio.store import answered_requests as exchanges, user_messages
from sipdomain.twilio.store.answered_requests import Exchanges
from sipdomain.twilio.store.logs import Logs
from sipdomain.twilio.store.user_messages import Subscriptions, UserMessage
from tests.unit.twilio.bench import ACCOUNT, EPOCH, LONG, TOKEN, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.contract import CheckedApi
from tests.unit.twilio.pages import page


@pytest.fixture
def client(bench: Bench) -> Any:
    """The SDK; what the bench's journal has is heard before each of its requests."""
    logs = Logs()
    debugger = Debugger(
        logs.alerts, bench.calls, Ids(random.Random(3)), wall_offset=EPOCH, exchanges=logs.exchanges
    )
    api = CheckedApi(bench.store, bench.calls, Ids(random.Random(4)), logs, switchboard=bench)
    heard = 0

    def answer(request: RestRequest) -> RestResponse:
        nonlocal heard
        for entry in bench.entries[heard:]:
            debugger.hear(entry)
        heard = len(bench.entries)
        return api.handle(request, EPOCH + bench.now)

    return in_process_client(ACCOUNT, TOKEN, answer)


@pytest.mark.rule("call-events")
def test_a_call_has_what_its_webhooks_were_asked_and_answered(
    client: Any, alice: Caller, bench: Bench
) -> None:
    bench.pages |= {"/voice": page(LONG), "/status": page("late", "text/plain", 503)}
    alice.talk(("X-Order", "7"))
    told = client.calls(bench.record.sid).events.list()
    (voice,) = (each for each in told if each.request["url"] == "http://app.test/voice")
    late = [each.response for each in told if each.request["url"] == "http://app.test/status"]
    assert {(each["response_code"], each["response_body"]) for each in late} == {(503, "late")}
    assert (voice.request["method"], voice.request["url"]) == ("POST", "http://app.test/voice")
    parameters = voice.request["parameters"]
    assert (parameters["call_sid"], parameters["call_status"]) == (bench.record.sid, "ringing")
    assert parameters["sip_header_x-order"] == "7"
    response = voice.response
    assert (response["response_code"], response["content_type"], response["response_body"]) == (
        200,
        "text/xml",
        LONG,
    )
    assert response["date_created"].endswith(" 2026 00:00:00 +0000")


@pytest.mark.parametrize(
    ("collection", "parameters"),
    [("Streams", {"url": "ws://127.0.0.1:5000/bot"}), ("Transcriptions", {"name": "mine"})],
)
def test_what_is_begun_beside_a_call_stands_among_its_events(
    collection: str, parameters: dict[str, str], client: Any, alice: Caller, bench: Bench
) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    call = client.calls(bench.record.sid)
    begun = getattr(call, collection.lower()).create(**parameters)
    (told,) = (each for each in call.events.list() if each.request["url"].endswith(f"/{collection}.json"))
    assert begun.sid in told.response["response_body"]


def test_a_request_that_changed_a_call_is_reported_without_its_password(client: Any, bench: Bench) -> None:
    made = client.calls.create(
        to="sip:bob@127.0.0.20",
        from_="Jack",
        twiml="<Response/>",
        sip_auth_username="u",
        sip_auth_password="Geheim-1",
    )
    client.calls(made.sid).update(status="completed")
    first, second = client.calls(made.sid).events.list()
    assert first.request["url"].endswith("/Calls.json")
    assert first.request["parameters"] == {
        "to": "sip:bob@127.0.0.20", "from": "Jack", "twiml": "<Response/>", "sip_auth_username": "u",
    }  # fmt: skip
    assert (first.response["response_code"], made.sid in first.response["response_body"]) == (201, True)
    assert (second.request["parameters"], second.response["response_code"]) == ({"status": "completed"}, 200)


@pytest.mark.rule("user-messages", "user-messages-of-sip", "call-events")
def test_a_user_defined_message_is_taken_and_stands_among_the_events(
    client: Any, alice: Caller, bench: Bench
) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    call = client.calls(bench.record.sid)
    sent = call.user_defined_messages.create(content='{"status": "almost"}', idempotency_key="k1")
    assert (sent.sid[:2], sent.call_sid, sent.account_sid) == ("KX", bench.record.sid, ACCOUNT)
    assert sent.date_created.isoformat() == "2026-01-01T00:00:00+00:00"
    made = call.user_defined_message_subscriptions.create(callback="http://app.test/messages", method="GET")
    assert made.uri.endswith(f"/Calls/{bench.record.sid}/UserDefinedMessageSubscriptions/{made.sid}.json")
    message, subscription = [
        each.request for each in call.events.list() if "UserDefined" in each.request["url"]
    ]
    assert message["parameters"] == {"content": '{"status": "almost"}', "idempotency_key": "k1"}
    assert subscription["parameters"] == {"callback": "http://app.test/messages", "method": "GET"}
    assert call.user_defined_message_subscriptions(made.sid).delete()
    with pytest.raises(TwilioRestException) as refused:
        call.user_defined_message_subscriptions(made.sid).delete()
    assert (refused.value.status, refused.value.code) == (404, 20404)
    assert "/messages" not in [ask.path for ask in bench.asks]


@pytest.mark.rule("user-messages-refused")
@pytest.mark.parametrize(
    ("content", "code"),
    [("", 20001), ("almost", 20001), ('"' + "x" * 10_000 + '"', 20001), ('"' + "x" * 9_998 + '"', None)],
)
def test_a_message_that_is_not_json_or_too_long_is_refused(
    client: Any, alice: Caller, bench: Bench, content: str, code: int | None
) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    found = None
    try:
        client.calls(bench.record.sid).user_defined_messages.create(content=content)
    except TwilioRestException as refused:
        found = refused.code
    assert found == code


@pytest.mark.rule("user-messages-refused")
def test_a_call_that_is_over_takes_no_message_and_one_that_is_not_there_neither(
    client: Any, alice: Caller, bench: Bench
) -> None:
    alice.talk()
    alice.bye()
    for sid, expected in ((bench.record.sid, (400, 21220)), ("CA" + "0" * 32, (404, 20404))):
        with pytest.raises(TwilioRestException) as refused:
            client.calls(sid).user_defined_messages.create(content="{}")
        assert (refused.value.status, refused.value.code) == expected
        with pytest.raises(TwilioRestException) as refused:
            client.calls(sid).user_defined_message_subscriptions.create(callback="http://app.test/messages")
        assert (refused.value.status, refused.value.code) == expected


def exchanged(kept: Exchanges, sid: str, *, body: bytes = b"") -> None:
    kept.add(
        sid,
        at=0.0,
        duration=0.1,
        method="GET",
        url="http://a",
        parameters=(),
        status=200,
        content_type="",
        body=body,
    )


def test_only_so_many_are_kept_and_the_oldest_goes_first() -> None:
    kept = Exchanges()
    for number in range(exchanges.MOST + 5):
        exchanged(kept, f"CA{number}")
    assert (kept.of("CA4"), len(kept.of("CA5"))) == ([], 1)


def test_only_so_many_bytes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "MOST_BYTES", 10_000)
    kept = Exchanges()
    for number in range(4):
        exchanged(kept, f"CA{number}", body=b"x" * 9_000)
    assert [len(kept.of(f"CA{number}")) for number in range(4)] == [0, 0, 1, 1]
    assert len(kept.of("CA3")[0].body) == 4_096


def test_only_so_many_subscriptions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_messages, "MOST", 2)
    kept = Subscriptions()
    for number in range(3):
        kept.add(UserMessage(sid=f"ZY{number}", account_sid=ACCOUNT, call_sid="CA1", created_at=0.0))
    assert [kept.take_out("CA1", f"ZY{number}") for number in range(3)] == [False, True, True]
    kept.add(UserMessage(sid="ZY4", account_sid=ACCOUNT, call_sid="CA1", created_at=0.0))
    assert not kept.take_out("CA2", "ZY4")
    kept.clear()
    assert not kept.take_out("CA1", "ZY4")
