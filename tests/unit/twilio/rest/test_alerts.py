"""Notifications and alerts through the provider's SDK, after calls that went wrong."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.debugger import Debugger
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.store.logs import Logs
from tests.unit.twilio.bench import ACCOUNT, EPOCH, LONG, TOKEN, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.contract import CheckedApi
from tests.unit.twilio.pages import page

START = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY = "NO" + "0" * 32


@dataclass
class Told:
    """A bench whose debugger the SDK asks."""

    bench: Bench
    debugger: Debugger
    api: RestApi
    heard: int = 0

    def answer(self, request: RestRequest) -> RestResponse:
        for entry in self.bench.entries[self.heard :]:
            self.debugger.hear(entry)
        self.heard = len(self.bench.entries)
        return self.api.handle(request, EPOCH + self.bench.now)

    def ask(self, path: str, login: str = f"{ACCOUNT}:{TOKEN}", **query: str) -> tuple[int, dict[str, Any]]:
        """Ask without the SDK."""
        basic = "Basic " + base64.b64encode(login.encode()).decode()
        request = RestRequest(
            "GET", path, query=tuple(query.items()), authorization=basic, base_url="http://here:1"
        )
        answer = self.answer(request)
        return answer.status, json.loads(answer.body)


@pytest.fixture
def told(bench: Bench) -> Told:
    logs = Logs()
    debugger = Debugger(logs.alerts, bench.calls, Ids(random.Random(3)), wall_offset=EPOCH)
    return Told(bench, debugger, CheckedApi(bench.store, bench.calls, Ids(random.Random(4)), logs))


@pytest.fixture
def client(told: Told) -> Any:
    return in_process_client(ACCOUNT, TOKEN, told.answer)


@pytest.fixture
def trouble(told: Told, alice: Caller) -> str:
    """A refused call, a warning of a status callback a minute later, a failing webhook the next day; its call's SID."""
    bench = told.bench
    challenged = alice.challenge()
    alice.ack(alice.ask("INVITE", alice.prove(challenged, password="Wrong-Horse-42")))
    bench.wait(60.0)
    bench.pages["/voice"] = page(LONG)
    bench.pages["/status"] = page("late", "text/plain", 503)
    second = alice.other("call-2")
    second.dial()
    bench.pages["/status"] = page("", None, 204)
    second.ack(bench.response(200))
    second.bye()
    bench.wait(86_400.0)
    bench.pages["/voice"] = page("Out of order", "text/plain", 500)
    alice.other("call-3").dial()
    return next(bench.calls.newest_first(ACCOUNT)).sid


def codes(found: Any) -> list[str]:
    return [each.error_code for each in found]


ALL = ["11200", "15003", "15003", "15003", "32202"]


@pytest.mark.rule("monitor-alerts")
def test_notifications_have_the_webhook_and_the_refusal(client: Any, trouble: str) -> None:
    found = client.api.v2010.account.notifications.list()
    assert codes(found) == ALL
    failed, refused = found[0], found[-1]
    assert (failed.account_sid, failed.call_sid, failed.api_version) == (ACCOUNT, trouble, "2010-04-01")
    assert (failed.log, failed.error_code) == ("0", "11200")
    assert failed.more_info == "https://www.twilio.com/docs/errors/11200"
    assert (failed.request_method, failed.request_url) == ("POST", "http://app.test/voice")
    assert (
        failed.message_date
        == failed.date_created
        == failed.date_updated
        == datetime(2026, 1, 2, 0, 1, tzinfo=UTC)
    )
    assert failed.uri == f"/2010-04-01/Accounts/{ACCOUNT}/Notifications/{failed.sid}.json"
    assert failed.message_text == (
        "LogLevel=ERROR&sourceComponent=12000&Msg=http%3A%2F%2Fapp.test%2Fvoice%3A+HTTP+status+500"
        "&httpResponse=500&ErrorCode=11200&url=http%3A%2F%2Fapp.test%2Fvoice&EmailNotification=false"
    )
    assert (refused.call_sid, refused.request_method, refused.request_url) == (None, None, None)
    assert refused.message_date == START
    assert refused.message_text == (
        "LogLevel=ERROR&Msg=Authentication+failure+-+bad+user+credentials%3A+alice+with+a+wrong+password"
        "&ErrorCode=32202&EmailNotification=false"
    )
    assert found[1].message_text.startswith("LogLevel=WARN&")


def test_one_notification_has_request_and_answer(client: Any, trouble: str) -> None:
    notifications = client.api.v2010.account.notifications
    sid = notifications.list(limit=1)[0].sid
    one = notifications(sid).fetch()
    assert dict(parse_qsl(one.request_variables))["CallSid"] == trouble
    assert (one.response_headers, one.response_body) == ("Content-Type=text%2Fplain", "Out of order")
    refused = notifications(notifications.list()[-1].sid).fetch()
    assert (refused.request_variables, refused.response_headers, refused.response_body) == (None, None, None)


@pytest.mark.rule("monitor-alerts")
def test_what_one_alone_has_is_not_in_the_list(told: Told, trouble: str) -> None:
    _, listed = told.ask(f"/2010-04-01/Accounts/{ACCOUNT}/Notifications.json", PageSize="1")
    (first,) = listed["notifications"]
    _, one = told.ask(f"/2010-04-01/Accounts/{ACCOUNT}/Notifications/{first['sid']}.json")
    assert one.keys() - first.keys() == {"request_variables", "response_headers", "response_body"}
    assert first["call_sid"] == trouble
    _, listed = told.ask("/v1/Alerts", PageSize="1")
    _, alert = told.ask(f"/v1/Alerts/{first['sid']}")
    assert alert.keys() - listed["alerts"][0].keys() == {
        "request_variables", "request_headers", "response_headers", "response_body",
    }  # fmt: skip


@pytest.mark.rule("notifications-are-alerts", "call-notifications")
def test_a_call_has_its_own_notifications(client: Any, told: Told, trouble: str) -> None:
    (failed,) = client.calls(trouble).notifications.list()
    assert failed.error_code == "11200"
    assert failed.uri == f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{trouble}/Notifications/{failed.sid}.json"
    assert client.calls(trouble).notifications(failed.sid).fetch().response_body == "Out of order"
    other = client.api.v2010.account.notifications.list(log=1)[0]
    assert len(client.calls(other.call_sid).notifications.list(log=1)) == 3
    with pytest.raises(TwilioRestException) as missing:
        client.calls(trouble).notifications(other.sid).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)
    with pytest.raises(TwilioException, match="404"):
        client.calls("CA" + "0" * 32).notifications.page()
    assert client.calls(trouble).notifications.list(log=1) == []
    told.bench.calls.clear()
    assert told.bench.calls.find(other.call_sid) is None
    assert len(client.calls(other.call_sid).notifications.list()) == 3
    assert client.calls(other.call_sid).notifications.list(log=0) == []


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"log": 0}, ["11200", "32202"]),
        ({"log": 1}, ["15003", "15003", "15003"]),
        ({"log": 2}, []),
        ({"message_date": date(2026, 1, 1)}, ALL[1:]),
        ({"message_date": date(2026, 1, 2)}, ALL[:1]),
        ({"message_date": date(2026, 1, 3)}, []),
        ({"message_date_before": date(2026, 1, 2)}, ALL[1:]),
        ({"message_date_after": date(2026, 1, 2)}, ALL[:1]),
        ({"message_date_after": date(2026, 1, 1), "log": 0}, ["11200", "32202"]),
    ],
)
def test_notifications_are_filtered(client: Any, trouble: str, filters: Any, expected: list[str]) -> None:
    assert trouble
    assert codes(client.api.v2010.account.notifications.list(**filters)) == expected


@pytest.mark.rule("monitor-alerts")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"log_level": "error"}, ["11200", "32202"]),
        ({"log_level": "warning"}, ["15003", "15003", "15003"]),
        ({"log_level": "debug"}, []),
        ({"start_date": datetime(2026, 1, 1, 0, 1, tzinfo=UTC)}, ALL[:4]),
        ({"start_date": datetime(2026, 1, 1, 0, 1, 1, tzinfo=UTC)}, ALL[:1]),
        ({"end_date": datetime(2026, 1, 1, 0, 1, tzinfo=UTC)}, ALL[1:]),
        ({"end_date": datetime(2026, 1, 1, 0, 0, 59, tzinfo=UTC)}, ALL[-1:]),
        (
            {
                "start_date": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC),
                "end_date": datetime(2026, 1, 1, 23, tzinfo=UTC),
            },
            ["15003"] * 3,
        ),
    ],
)
def test_alerts_are_filtered(client: Any, trouble: str, filters: Any, expected: list[str]) -> None:
    assert trouble
    assert codes(client.monitor.v1.alerts.list(**filters)) == expected


def test_an_end_date_without_a_time_is_the_whole_day(told: Told, trouble: str) -> None:
    assert trouble
    _, found = told.ask("/v1/Alerts", StartDate="2026-01-01", EndDate="2026-01-01")
    assert [each["error_code"] for each in found["alerts"]] == ALL[1:]


@pytest.mark.rule("monitor-alerts")
def test_alerts_have_the_same(client: Any, told: Told, trouble: str) -> None:
    found = client.monitor.v1.alerts.list()
    assert codes(found) == ALL
    failed, refused = found[0], found[-1]
    assert (failed.account_sid, failed.resource_sid, failed.service_sid) == (ACCOUNT, trouble, None)
    assert (failed.log_level, failed.api_version) == ("error", "2010-04-01")
    assert failed.alert_text == client.api.v2010.account.notifications.list(limit=1)[0].message_text
    assert failed.more_info == "https://www.twilio.com/docs/errors/11200"
    assert (failed.request_method, failed.request_url) == ("POST", "http://app.test/voice")
    assert (
        failed.date_generated
        == failed.date_created
        == failed.date_updated
        == datetime(2026, 1, 2, 0, 1, tzinfo=UTC)
    )
    assert failed.url == f"https://monitor.twilio.com/v1/Alerts/{failed.sid}"
    domain = told.bench.store.domain_named("acme.sip.twilio.com")
    assert domain is not None
    assert (refused.resource_sid, refused.log_level, refused.request_url) == (domain.sid, "error", None)
    one = client.monitor.v1.alerts(failed.sid).fetch()
    assert (one.response_headers, one.response_body) == ("Content-Type=text%2Fplain", "Out of order")
    assert dict(parse_qsl(one.request_variables))["CallSid"] == trouble
    assert dict(parse_qsl(one.request_headers))["User-Agent"] == "TwilioProxy/1.1"
    assert found[1].log_level == "warning"


def test_the_sdk_reads_alerts_page_after_page_and_back(client: Any, trouble: str) -> None:
    assert trouble
    assert codes(client.monitor.v1.alerts.stream(page_size=2)) == ALL
    first = client.monitor.v1.alerts.page(page_size=2, log_level="warning")
    second = first.next_page()
    assert (codes(second), second.next_page()) == (["15003"], None)
    back = second.previous_page()
    assert (len(codes(back)), back.previous_page()) == (2, None)
    assert codes(client.api.v2010.account.notifications.stream(page_size=2)) == ALL
    page_of_two = client.api.v2010.account.notifications.page(
        message_date_before=date(2026, 1, 2), page_size=3
    )
    assert codes(page_of_two.next_page()) == ["32202"]


@pytest.mark.rule("monitor-paging")
def test_a_page_is_described_with_absolute_urls(told: Told, trouble: str) -> None:
    assert trouble
    _, found = told.ask("/v1/Alerts", LogLevel="warning", PageSize="2")
    second = found["meta"].pop("next_page_url")
    assert found["meta"] == {
        "key": "alerts", "page": 0, "page_size": 2, "previous_page_url": None,
        "url": "http://here:1/v1/Alerts?LogLevel=warning&PageSize=2&Page=0",
        "first_page_url": "http://here:1/v1/Alerts?LogLevel=warning&PageSize=2&Page=0",
    }  # fmt: skip
    assert second == "http://here:1/v1/Alerts?LogLevel=warning&PageSize=2&Page=1&PageToken=PA3"
    assert found["alerts"][0]["url"] == f"http://here:1/v1/Alerts/{found['alerts'][0]['sid']}"


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        (f"/2010-04-01/Accounts/{ACCOUNT}/Notifications.json", {"MessageDate": "yesterday"}, 400, 20422),
        (f"/2010-04-01/Accounts/{ACCOUNT}/Notifications.json", {"MessageDate<": "2026-13-01"}, 400, 20422),
        (f"/2010-04-01/Accounts/{ACCOUNT}/Notifications.json", {"Log": "error"}, 400, 20422),
        (f"/2010-04-01/Accounts/{ACCOUNT}/Notifications/{NOBODY}.json", {}, 404, 20404),
        (f"/2010-04-01/Accounts/{'AC' + '9' * 32}/Notifications.json", {}, 404, 20404),
        ("/v1/Alerts", {"StartDate": "today"}, 400, 20422),
        ("/v1/Alerts", {"EndDate": "0001-01-01T00:00:00+01:00"}, 400, 20422),
        ("/v1/Alerts", {"PageSize": "1001"}, 400, 20007),
        ("/v1/Alerts", {"PageToken": "x"}, 400, 21481),
        (f"/v1/Alerts/{NOBODY}", {}, 404, 20404),
        ("/v1/Events", {"StartDate": "today"}, 400, 20422),
        (f"/v1/Events/AE{'0' * 32}", {}, 404, 20404),
        ("/v1/Nothing", {}, 404, 20404),
        ("/v1", {}, 404, 20404),
        ("/v2/Alerts", {}, 404, 20404),
    ],
)
def test_what_is_wrong_is_reported(
    told: Told, path: str, query: dict[str, str], status: int, code: int
) -> None:
    answer = told.ask(path, **query)
    assert (answer[0], answer[1]["code"]) == (status, code)


def test_the_monitor_api_wants_credentials_and_changes_nothing(told: Told) -> None:
    assert told.ask("/v1/Alerts", login=f"{ACCOUNT}:wrong")[0] == 401
    basic = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    for method, path in (("POST", "/v1/Alerts"), ("DELETE", f"/v1/Events/AE{'0' * 32}")):
        assert told.answer(RestRequest(method, path, authorization=basic)).status == 405
    answer = told.answer(RestRequest("GET", "/v1/Alerts", authorization=basic))
    assert answer.header("X-API-Domain") == "monitor.twilio.com"


def test_an_account_sees_its_own_alerts_alone(told: Told, trouble: str) -> None:
    store = told.bench.store
    branch = store.accounts.create(now=EPOCH, owner_sid=ACCOUNT)
    login = f"{branch.sid}:{branch.auth_token}"
    assert told.ask("/v1/Alerts", login)[1]["alerts"] == []
    assert told.ask(f"/2010-04-01/Accounts/{branch.sid}/Notifications.json", login)[1]["notifications"] == []
    _, found = told.ask("/v1/Alerts")
    assert told.ask(f"/v1/Alerts/{found['alerts'][0]['sid']}", login)[0] == 404
    assert told.ask(f"/2010-04-01/Accounts/{branch.sid}/Calls/{trouble}/Notifications.json", login)[0] == 404
