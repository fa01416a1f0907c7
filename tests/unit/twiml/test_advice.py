"""What a document with streams says that fails in a call, or is hardly meant."""

from __future__ import annotations

import pytest

from sipdomain.twiml.findings import findings

LONG = "x" * 500


@pytest.mark.parametrize(
    ("inside", "level", "code", "reason"),
    [
        ('<Connect><Stream url="wss://a.example/?b=1"/></Connect>', "warning", None, "behind ? in the url"),
        ('<Connect><Stream url="ws://a.example/b"/></Connect>', "error", 31922, "the provider refuses ws:"),
        ('<Connect><Stream url="ws://127.0.0.1:5000/b"/></Connect>', "warning", 31922, "here it is allowed"),
        ('<Connect><Stream url="https://a.example/b"/></Connect>', "error", 31922, "https: is not a scheme"),
        ('<Connect><Stream url="wss://[a/b"/></Connect>', "error", 31923, "is not a URL"),
        ("<Connect><Stream/></Connect>", "error", 31923, "has no url"),
        ('<Connect><Stream url="/b" track="both_tracks"/></Connect>', "error", 31941, "not both_tracks"),
        ('<Connect><Stream url="/b"/></Connect><Pause length="40"/>', "warning", None, "in silence"),
        ('<Start><Stream url="/b"/></Start>', "warning", None, "nothing follows <Start>"),
        (
            f'<Connect><Stream url="/b"><Parameter name="a" value="{LONG}"/></Stream></Connect>',
            "warning", 12200, "501 characters",
        ),
        ("<Connect><ConversationRelay/></Connect>", "error", 64102, "has no url"),
        ('<Connect><ConversationRelay url="ws://a.example/b"/></Connect>', "error", 64102, "refuses ws:"),
        ('<Connect><ConversationRelay url="/b" interruptible="x"/></Connect>', "error", 64101, "none or dtmf"),
        ('<Connect><ConversationRelay url="/b" voice="x"/></Connect>', "error", 64106, "does not have"),
        (
            '<Connect><ConversationRelay url="/b"><Language voice=""/></ConversationRelay></Connect>',
            "warning", None, "without a code",
        ),
        ("<Start><Siprec/></Start><Say>Hi</Say>", "error", 31940, "has no connectorName"),
        ('<Start><Siprec connectorName="a"/></Start>', "warning", None, "nothing follows <Start>"),
        ("<Say>Hi</Say><Start><Transcription/></Start>", "warning", None, "nothing follows <Start>"),
        ("<Start><Recording/></Start>", "warning", None, "nothing follows <Start>"),
        ('<Connect><Stream url="/b" sampleRate="16000"/></Connect>', "note", None, "sampleRate has no effect here"),
        (
            '<Connect><ConversationRelay url="/b" customerName="Al" asrSmartFormat="true"/></Connect>',
            "note", None, "customerName has no effect here",
        ),
        (
            (
                '<Connect><ConversationRelay url="/b"><Language code="sv" asrSmartFormat="false"/>'
                "</ConversationRelay></Connect>"
            ),
            "note", None, "asrSmartFormat has no effect here",
        ),
        (
            '<Start><Transcription conversationId="c"/></Start><Pause/>',
            "note", None, "conversationId has no effect here",
        ),
        ("<Connect/>", "warning", 12200, "has nothing inside to connect to"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_the_error_that_it_has_in_a_call(
    inside: str, level: str, code: int | None, reason: str
) -> None:
    (found,) = findings(f"<Response>{inside}</Response>".encode(), "voice.xml")
    assert (found.level, found.code) == (level, code)
    assert reason in found.reason
    assert found.where.line == 1


def test_a_document_that_is_right_has_no_findings() -> None:
    right = '<Response><Connect><Stream url="wss://a.example/b"/></Connect><Say>Bye</Say></Response>'
    assert findings(right.encode(), "voice.xml") == ()
    right = '<Response><Connect><ConversationRelay url="wss://a.example/b?c=1"/></Connect></Response>'
    assert findings(right.encode(), "voice.xml") == ()
