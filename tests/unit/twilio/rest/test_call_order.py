"""What a request to make a call may say."""

from __future__ import annotations

import pytest

from sipdomain.errors import RestError
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.rest.call_order import call_order
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.store.trunk_model import Application
from tests.unit.twilio.bench import Bench

USUAL = {"To": "sip:bob@127.0.0.1", "From": "reception", "Url": "http://app.test/voice"}


def test_all_parameters_reach_the_order() -> None:
    order = call_order(
        Parameters(
            (
                ("To", "sip:bob@127.0.0.1:5070;transport=tcp?X-A=1"), ("From", "+15551230000"),
                ("Twiml", "<Response/>"), ("FallbackUrl", "https://app.test/sorry"), ("FallbackMethod", "get"),
                ("StatusCallback", "https://app.test/status"), ("StatusCallbackEvent", "answered"),
                ("StatusCallbackEvent", "initiated"), ("Timeout", "9"), ("TimeLimit", "60"),
                ("SipAuthUsername", "cloud"), ("SipAuthPassword", "secret"), ("SendDigits", "12w#"),
            )
        )
    )  # fmt: skip
    assert isinstance(order.to, Uri)
    assert (order.to.host, order.to.port, order.to.headers) == ("127.0.0.1", 5070, "X-A=1")
    assert (order.from_, order.timeout, order.time_limit) == ("+15551230000", 9, 60)
    assert (order.username, order.password, order.send_digits) == ("cloud", "secret", "12w#")
    assert order.webhooks == CallWebhooks(
        twiml="<Response/>", fallback_url="https://app.test/sorry", fallback_method="GET",
        status_callback="https://app.test/status", events=("initiated", "answered"),
    )  # fmt: skip


@pytest.mark.rule("inline-twiml", "outbound-uri-limits")
@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"To": ""}, 400, 21201),
        ({"From": ""}, 400, 21213),
        ({"Url": ""}, 400, 21205),
        ({"Url": "ftp://app.test/"}, 400, 21205),
        ({"Method": "PUT"}, 400, 21209),
        ({"Twiml": "x" * 4001}, 400, 32018),
        ({"To": "+1555"}, 400, 21211),
        ({"To": "155512300"}, 400, 21211),
        ({"To": "alice"}, 400, 21211),
        ({"To": "client:"}, 400, 21211),
        ({"To": "client:alice smith"}, 400, 21211),
        ({"To": "client:" + "a" * 122}, 400, 21211),
        ({"To": "911"}, 501, 0),
        ({"To": "+15551230000", "From": "reception"}, 400, 21212),
        ({"To": "+15551230000", "From": "client:alice"}, 400, 21212),
        ({"To": "client:alice", "From": "reception"}, 400, 21212),
        ({"To": "sip:bob@"}, 400, 21211),
        ({"To": "sip:bob@127.0.0.1;transport=ws"}, 400, 21211),
        ({"To": f"sip:{'b' * 250}@127.0.0.1"}, 400, 21211),
        ({"To": f"sip:bob@127.0.0.1?X-A={'a' * 1020}"}, 400, 21227),
        ({"To": "sip:bob@127.0.0.1?X%20A=1"}, 400, 21228),
        ({"To": "sip:bob@127.0.0.1?X-A=1%0d%0aX-B:2"}, 400, 21229),
        ({"To": "sip:bob@127.0.0.1?X-Twilio-CallSid=CA1"}, 400, 32113),
        ({"From": "a\nb"}, 400, 21212),
        ({"Timeout": "0"}, 400, 21208),
        ({"Timeout": "601"}, 400, 21208),
        ({"Timeout": "soon"}, 400, 21208),
        ({"SendDigits": "12x"}, 400, 21206),
        ({"SipAuthUsername": "u"}, 400, 21225),
        ({"SipAuthUsername": "u" * 256, "SipAuthPassword": "p"}, 400, 21221),
        ({"SipAuthUsername": "u", "SipAuthPassword": "p\n"}, 400, 21224),
        ({"StatusCallbackEvent": "answered busy"}, 400, 20422),
        ({"MachineDetection": "Enable"}, 501, 0),
        ({"Record": "perhaps"}, 400, 20422),
        ({"Record": "true", "RecordingChannels": "three"}, 400, 20422),
    ],
)
def test_what_cannot_be_ordered_is_reported(form: dict[str, str], status: int, code: int) -> None:
    with pytest.raises(RestError) as refused:
        call_order(Parameters(tuple((USUAL | form).items())))
    assert (refused.value.status, refused.value.code) == (status, code)


@pytest.mark.rule("outbound-caller")
@pytest.mark.parametrize(
    ("to", "from_", "called", "caller"),
    [
        ("+1 (555) 123-0000", "+1.555.123.0001", "+15551230000", "+15551230001"),
        ("555 123 0000", "1-555-123-0001", "+15551230000", "+15551230001"),
        ("client:alice?order=7", "client:bob", "client:alice", "client:bob"),
        ("Client:alice", "+15551230001", "client:alice", "+15551230001"),
        ("client:" + "a" * 121, "client:bob", "client:" + "a" * 121, "client:bob"),
    ],
)
def test_numbers_and_clients_are_called_by_their_like(to: str, from_: str, called: str, caller: str) -> None:
    order = call_order(Parameters(tuple((USUAL | {"To": to, "From": from_}).items())))
    assert (order.to, order.from_) == (called, caller)


def test_what_means_nothing_here_is_let_be() -> None:
    order = call_order(Parameters(tuple((USUAL | {"Record": "false", "Trim": "trim-silence"}).items())))
    assert order.webhooks.url == "http://app.test/voice"


def test_an_application_has_its_webhooks_asked_in_place_of_those_of_the_form() -> None:
    application = Application(
        sid="AP1", account_sid="AC1", number=1, created_at=0.0, updated_at=0.0,
        voice_url="http://app.test/menu", voice_method="GET",
        voice_fallback_url="http://app.test/sorry", status_callback="http://app.test/over",
    )  # fmt: skip
    form = Parameters((*USUAL.items(), ("Method", "POST"), ("StatusCallback", "http://other.test/")))
    assert call_order(form, application).webhooks == CallWebhooks(
        url="http://app.test/menu", method="GET", fallback_url="http://app.test/sorry",
        status_callback="http://app.test/over", events=("completed",),
    )  # fmt: skip


def test_only_an_application_of_the_account_with_a_voice_url_takes_a_call(bench: Bench) -> None:
    call = {"To": "sip:bob@127.0.0.1", "From": "reception"}
    silent = bench.post("/Applications", 201, FriendlyName="silent")["sid"]
    assert bench.post("/Calls", 400, **call, ApplicationSid=silent)["code"] == 21218
    assert bench.post("/Calls", 400, **call, ApplicationSid="AP" + "0" * 32)["code"] == 21218
    spoken = bench.post("/Applications", 201, VoiceUrl="http://app.test/menu")["sid"]
    assert bench.post("/Calls", 201, **call, ApplicationSid=spoken)["direction"] == "outbound-api"
