"""What goes wrong with requests to customers' URLs: time, tries, certificates, statuses."""

from __future__ import annotations

import pytest

from sipdomain.entries import Alert, HttpAnswered
from sipdomain.twilio.webhooks.http import FailureKind, HttpFailure, HttpResponse
from tests.parity.webhooks import VOICE, dialled
from tests.unit.twilio.bench import SAY
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "connect", "read", "total"),
    [
        ("", 5.0, 15.0, 15.0),
        ("#ct=2000", 2.0, 15.0, 15.0),
        ("#rt=1000", 5.0, 1.0, 15.0),
        ("#tt=900", 0.9, 0.9, 0.9),
        ("#ct=1&rt=1", 0.1, 0.1, 15.0),
        ("#ct=99999&rt=99999&tt=99999", 10.0, 15.0, 15.0),
        ("#ct=-1&rt=x&tt=²&rc=" + "9" * 5000, 5.0, 15.0, 15.0),
        ("#e=dublin&sni=n&unknown=1", 5.0, 15.0, 15.0),
    ],
)
def test_the_time_for_a_request_can_be_set_in_the_fragment(
    make: Make, fragment: str, connect: float, read: float, total: float
) -> None:
    request = dialled(make, VOICE + fragment).asks[0].request
    assert (request.connect_timeout, request.read_timeout, request.total_timeout) == (connect, read, total)
    assert request.url == VOICE


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "kind", "words"),
    [
        ("", "connect-timeout", "no connection in 5 s"),
        ("#ct=1500", "connect-timeout", "no connection in 1.5 s"),
        ("", "timeout", "no answer in 15 s"),
        ("", "total-timeout", "no answer in 15 s"),
        ("#rt=1000", "timeout", "no answer in 1 s"),
        ("#tt=900", "total-timeout", "no answer in 0.9 s, the total time for this URL"),
    ],
)
def test_the_alert_says_how_long_was_waited(make: Make, fragment: str, kind: FailureKind, words: str) -> None:
    bench = dialled(make, f"{VOICE}{fragment or '#'}&rc=0", voice=HttpFailure(kind, ""))
    assert bench.journal(HttpAnswered)[-1].error == words
    assert bench.journal(Alert)[0].text == f"{VOICE}: {words}"


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "kind", "code"),
    [
        ("", "timeout", 11205),
        ("", "total-timeout", 11205),
        ("#tt=900", "total-timeout", 11203),
        ("#rt=1000", "timeout", 11205),
        ("#rt=1000&tt=14000", "timeout", 11205),
    ],
)
def test_the_code_says_who_ran_out_of_time(make: Make, fragment: str, kind: FailureKind, code: int) -> None:
    bench = dialled(make, VOICE + fragment, voice=HttpFailure(kind, ""))
    assert bench.alerts == [code]


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "answer", "tries"),
    [
        ("", HttpFailure("refused", ""), 2),
        ("", HttpFailure("connect-timeout", ""), 2),
        ("", HttpFailure("tls", ""), 2),
        ("", HttpFailure("dns", ""), 1),
        ("", HttpFailure("timeout", ""), 1),
        ("", HttpFailure("disconnected", ""), 1),
        ("", HttpFailure("protocol", ""), 1),
        ("", HttpFailure("too-large", ""), 1),
        ("", page("", status=500), 1),
        ("", page("", status=404), 1),
        ("#rc=0", HttpFailure("refused", ""), 1),
        ("#rc=5", HttpFailure("refused", ""), 6),
        ("#rc=99", HttpFailure("refused", ""), 6),
        ("#rp=5xx", page("", status=503), 2),
        ("#rp=5xx", page("", status=404), 1),
        ("#rp=5xx", HttpFailure("refused", ""), 1),
        ("#rp=4xx,rt&rc=2", HttpFailure("timeout", ""), 3),
        ("#rp=all", page("", status=404), 2),
    ],
)
def test_only_what_the_policy_names_is_tried_again(
    make: Make, fragment: str, answer: HttpFailure | HttpResponse, tries: int
) -> None:
    bench = dialled(make, VOICE + fragment, voice=answer)
    assert len(bench.asks) == tries
    tokens = {ask.header("I-Twilio-Idempotency-Token") for ask in bench.asks}
    assert len(tokens) == 1


@pytest.mark.rule("webhook-timeouts")
def test_all_tries_together_have_fifteen_seconds(make: Make) -> None:
    bench = dialled(make, VOICE + "#rc=5", voice=None)
    for left in (15.0, 10.0, 5.0):
        (ask,) = bench.waiting
        assert ask.request.total_timeout == left
        assert ask.request.connect_timeout == 5.0
        bench.wait(5.0)
        bench.answer(ask, HttpFailure("connect-timeout", "no route"))
    assert bench.waiting == []
    assert bench.alerts == [11203]


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(("kind", "words"), [("tls", "TLS handshake failed"), ("protocol", "not HTTP")])
def test_the_alert_says_why_tls_or_http_could_not_be_spoken(
    make: Make, kind: FailureKind, words: str
) -> None:
    bench = dialled(make, VOICE + "#rc=0", voice=HttpFailure(kind, "the server speaks no TLS there"))
    assert bench.journal(Alert)[0].text == f"{VOICE}: {words}: the server speaks no TLS there"


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("refused", 11202),
        ("connect-timeout", 11201),
        ("timeout", 11205),
        ("dns", 11210),
        ("tls", 11220),
        ("protocol", 11206),
        ("disconnected", 11206),
        ("cut-off", 11206),
        ("too-large", 11750),
    ],
)
def test_each_way_to_fail_has_its_code(make: Make, kind: FailureKind, code: int) -> None:
    bench = dialled(make, VOICE + "#rc=0", voice=HttpFailure(kind, "in words"))
    assert bench.alerts == [code]
    (answered,) = bench.journal(HttpAnswered)
    assert (answered.status, answered.error_code) == (0, code)
    assert answered.error


@pytest.mark.rule("certificate-codes")
@pytest.mark.parametrize(
    ("kind", "code"), [("tls-authority", 11237), ("tls-name", 11235), ("tls-expired", 11236), ("tls", 11220)]
)
def test_each_fault_of_a_certificate_has_its_code(make: Make, kind: FailureKind, code: int) -> None:
    assert dialled(make, VOICE + "#rc=0", voice=HttpFailure(kind, "in words")).alerts == [code]


@pytest.mark.rule("failure-codes", "http-error")
@pytest.mark.parametrize("status", [100, 400, 401, 404, 500, 599])
def test_an_http_error_is_11200(make: Make, status: int) -> None:
    assert dialled(make, voice=page(SAY, status=status)).alerts == [11200]


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://[::1/x", 11100),
        ("ftp://app.test/x", 11100),
        ("https://:80/x", 11100),
        ("http://h:99999/", 11100),
        ("http://h/#rp=sometimes", 11243),
        ("mailto:x", 11100),
    ],
)
def test_a_url_that_cannot_be_asked_is_11100(make: Make, target: str, code: int) -> None:
    bench = dialled(make, voice=page(f"<Response><Redirect>{target}</Redirect></Response>"))
    assert bench.alerts == [code]
    assert len(bench.asks) == 1
