"""What an account is told of what went wrong, and of what was changed."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.debugger import Debugger
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store.logs import Logs
from tests.unit.twilio.bench import ACCOUNT, BOTH, EPOCH, TOKEN, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.contract import CheckedApi
from tests.unit.twilio.pages import page


def asked(bench: Bench) -> Any:
    """Return the SDK's client, for what happened on a bench."""
    logs = Logs()
    debugger = Debugger(logs.alerts, bench.calls, Ids(random.Random(3)), wall_offset=EPOCH)
    for entry in bench.entries:
        debugger.hear(entry)
    api = CheckedApi(bench.store, bench.calls, Ids(random.Random(4)), logs)
    return in_process_client(ACCOUNT, TOKEN, lambda request: api.handle(request, EPOCH))


@pytest.mark.rule("alert-of-a-refusal")
@BOTH
def test_a_refused_request_is_an_alert_that_names_the_domain(make: Make, profile: Any) -> None:
    bench = make(profile)
    domain = bench.domain(users=None, addresses=["10.0.0.1"])
    Caller(bench, flow()).invite()
    (alert,) = asked(bench).monitor.v1.alerts.list()
    assert (alert.error_code, alert.log_level, alert.resource_sid) == ("32201", "error", domain.sid)
    assert asked(bench).calls.list() == []


@pytest.mark.rule("alert-with-exchange")
def test_an_alert_about_a_url_has_request_and_answer(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("Out of order", "text/plain", 500)
    alice.dial()
    alerts = asked(bench).monitor.v1.alerts
    one = alerts(alerts.list()[0].sid).fetch()
    assert (one.resource_sid, one.error_code) == (bench.record.sid, "11200")
    assert (one.request_method, one.request_url) == ("POST", "http://app.test/voice")
    assert f"CallSid={bench.record.sid}" in one.request_variables.split("&")
    assert (one.response_headers, one.response_body) == ("Content-Type=text%2Fplain", "Out of order")


@pytest.mark.rule("notifications-are-alerts")
def test_a_notification_and_its_alert_have_one_sid(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("Out of order", "text/plain", 500)
    alice.dial()
    client = asked(bench)
    (notification,) = client.api.v2010.account.notifications.list()
    alert = client.monitor.v1.alerts(notification.sid).fetch()
    assert (alert.alert_text, alert.error_code) == (notification.message_text, notification.error_code)


@pytest.mark.rule("changes-are-events", "changes-of-parts-are-updates")
def test_a_change_is_an_event_of_the_types_that_the_provider_lists(bench: Bench) -> None:
    client = asked(bench)
    users = client.sip.credential_lists.create(friendly_name="staff")
    client.sip.credential_lists(users.sid).credentials.create("bob", "Correct-Horse-43")
    found = client.monitor.v1.events.list()
    assert [(each.event_type, each.resource_sid, each.actor_sid) for each in found] == [
        ("sip-credential-list.updated", users.sid, ACCOUNT),
        ("sip-credential-list.created", users.sid, ACCOUNT),
    ]
    assert "Correct-Horse-43" not in json.dumps([each.event_data for each in found])
