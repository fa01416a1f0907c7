"""What webhooks were asked, in words."""

from __future__ import annotations

from sipdomain.entries import HttpAnswered, HttpRequested
from sipdomain.mask import masking
from sipdomain.report.webhooks import webhooks

ASKED = HttpRequested(
    at=1.0, token=1, call_sid="CA1", call_id="a", purpose="voice", method="POST", url="http://127.0.0.1:5000/voice",
    parameters=(("From", "sip:alice@acme"), ("SipHeader_X-Pin", "Horse-42")),
)  # fmt: skip


def test_a_request_has_its_parameters_and_its_answer() -> None:
    answer = HttpAnswered(
        at=1.25, token=1, call_sid="CA1", call_id="a", purpose="voice", status=200, content_type="text/xml",
        body=b"<Response>\n  <Say>Hi</Say>\n</Response>", size=40,
    )  # fmt: skip
    assert list(webhooks([ASKED, answer], masking({"Horse-42"}))) == [
        "POST http://127.0.0.1:5000/voice  (voice)",
        "    From             sip:alice@acme",
        "    SipHeader_X-Pin  ********",
        "  200 text/xml, 40 bytes in 250 ms",
        "    <Response>",
        "      <Say>Hi</Say>",
        "    </Response>",
    ]


def test_a_failure_says_after_how_long() -> None:
    answer = HttpAnswered(
        at=6.0,
        token=1,
        call_sid="CA1",
        call_id="a",
        purpose="voice",
        status=0,
        error_code=11200,
        error="timed out",
    )
    assert list(webhooks([ASKED, answer], masking(())))[-1] == "  11200 timed out after 5000 ms"


def test_a_body_that_is_not_text_is_not_shown() -> None:
    answer = HttpAnswered(
        at=1.1, token=1, call_sid="CA1", call_id="a", purpose="media", status=200, content_type="audio/x-wav",
        body=b"RIFF\x00\x1b[2J", size=9,
    )  # fmt: skip
    assert list(webhooks([ASKED, answer], masking(())))[-1] == "  200 audio/x-wav, 9 bytes in 100 ms"


def test_a_request_without_an_answer_says_so() -> None:
    assert list(webhooks([ASKED], masking(())))[-1] == "  no answer yet"


def test_a_long_body_is_cut_with_a_count_and_has_no_terminal_escapes() -> None:
    answer = HttpAnswered(
        at=1.1, token=1, call_sid="CA1", call_id="a", purpose="voice", status=200, content_type="text/plain",
        body=b"\x1b[2J\n" * 33, size=165,
    )  # fmt: skip
    lines = list(webhooks([ASKED, answer], masking(())))
    assert lines[-1] == "    … 3 lines more"
    assert not any("\x1b" in each for each in lines)
