"""<Stream>: the handshake, the messages to the letter, the queue with its marks, and what ends a stream."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sipdomain.entries import Alert
from sipdomain.media.streaming import FramesDropped
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.socket_entries import SocketMessage
from sipdomain.twilio.webhooks.signature import sign
from sipdomain.twilio.webhooks.socket import OpenSocket, SocketOpened
from tests.parity.documents import dialled
from tests.parity.streaming import (
    alerts,
    callbacks,
    closed,
    ended,
    events,
    messages,
    moments,
    of,
    requested,
    spoken,
    statuses,
    streamed,
    verbs,
)
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page


def connect(attributes: str = "", inside: str = "", url: str = "/bot") -> str:
    return f'<Response><Connect><Stream url="{url}" {attributes}>{inside}</Stream></Connect><Say>After</Say></Response>'


def start(attributes: str = "", after: str = '<Pause length="2"/>') -> str:
    return f'<Response><Start><Stream url="/bot" {attributes}/></Start>{after}</Response>'


@pytest.mark.rule("stream-messages", "stream-parameters", "stream-stop", "stream-close-code")
def test_messages_come_in_order_and_each_has_the_documented_form() -> None:
    found = streamed(document=connect(inside='<Parameter name="who" value="Ann"/>'))
    connected, begun, stop = messages(found)
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    sid = begun["streamSid"]
    assert re.fullmatch("MZ[0-9a-f]{32}", sid)
    call = begun["start"]["callSid"]
    assert begun == {
        "event": "start",
        "sequenceNumber": "1",
        "start": {
            "accountSid": begun["start"]["accountSid"],
            "streamSid": sid,
            "callSid": call,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"who": "Ann"},
        },
        "streamSid": sid,
    }
    assert stop == {
        "event": "stop",
        "sequenceNumber": str(ended(found).messages + 2),
        "stop": {"accountSid": begun["start"]["accountSid"], "callSid": call},
        "streamSid": sid,
    }
    assert (closed(found).end, closed(found).code) == ("closed", 1000)


@pytest.mark.rule(
    "socket-handshake", "socket-signature", "socket-query", "socket-signed-query", "stream-relative-url"
)
def test_the_handshake_is_signed_over_the_url_without_its_query() -> None:
    asked = requested(streamed(document=connect(url="/bot?who=Ann")))
    assert asked.url == "ws://127.0.0.1:5000/bot"
    names = [name for name, _ in asked.headers]
    assert names == ["User-Agent", "X-Twilio-Signature"]
    assert dict(asked.headers)["User-Agent"] == "Twilio.TmeWs/1.0"


@pytest.mark.rule("socket-signature")
@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("wss://example.com/stream", "KG4JbhDlv15BMlxSTOWKt9btbgg="),
        ("wss://example.com:8443/stream", "h5nQOGjnjNcEDkbszCvyxbTlCUQ="),
    ],
)
def test_signatures_are_those_that_the_providers_library_computes(url: str, signature: str) -> None:
    assert sign("12345", url, ()) == signature


@pytest.mark.rule("socket-signature")
def test_a_bot_that_checks_the_signature_accepts_the_handshake() -> None:
    found = streamed({"kind": "recorder", "signed": True})
    assert alerts(found) == []
    assert events(found) == ["connected", "start", "stop"]


@pytest.mark.rule("stream-media", "stream-timestamp", "stream-gap")
def test_a_frame_goes_every_20_ms_also_in_silence() -> None:
    found = streamed(steps=[3.0])
    assert 145 <= ended(found).frames <= 150
    assert ended(found).messages == ended(found).frames


@pytest.mark.rule("stream-mark", "connect-stream")
def test_a_mark_comes_back_at_the_end_of_its_audio_and_the_next_verb_runs_when_the_bot_closes() -> None:
    bot = {"kind": "talking", "lines": ["One", "Two three"], "pause": 1, "close": True}
    found = streamed(bot, steps=[9.0])
    (opened, *_), (first, second) = moments(found, "start"), moments(found, "mark")
    words = ended(found).queued
    assert first - opened == pytest.approx(words / 3, abs=0.11)
    assert second - first == pytest.approx(1 + words - (first - opened), abs=0.001)
    assert ended(found).played == pytest.approx(words)
    assert [each["mark"]["name"] for each in messages(found) if each["event"] == "mark"] == [
        "line 1",
        "line 2",
    ]
    assert verbs(found) == ["Connect", "Say"]


@pytest.mark.rule("stream-clear", "stream-clear-frame", "stream-dtmf")
def test_a_key_reaches_the_bot_and_clear_silences_it_within_a_frame() -> None:
    bot = {
        "kind": "talking",
        "lines": ["A very long line that nobody wants to hear to its end"],
        "clear_on_key": True,
    }
    found = streamed(bot, steps=[1.0, ("press", "5"), 2.0])
    (key,) = [each for each in messages(found) if each["event"] == "dtmf"]
    assert key["dtmf"] == {"track": "inbound_track", "digit": "5"}
    (pressed,), (cleared,), (marked,) = (
        moments(found, "dtmf"), moments(found, "clear", "in"), moments(found, "mark"),
    )  # fmt: skip
    assert pressed <= cleared <= marked <= pressed + 0.001
    begun = moments(found, "start")[0]
    assert ended(found).played == pytest.approx(cleared - begun, abs=0.02)
    assert ended(found).played < ended(found).queued


@pytest.mark.rule("connect-stream")
def test_the_caller_hears_what_the_bot_says_and_the_bot_what_the_caller_says() -> None:
    words = "Is anybody there"
    found = streamed({"kind": "echo", "delay": 2}, steps=[("say", words), 5.0], words=words)
    assert found.correlation > 0.95


@pytest.mark.rule("stream-wrong-message", "stream-binary")
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("binary", 31950),
        ("not-json", 31951),
        ("unknown-event", 31951),
        ("missing-field", 31951),
        ("extra-field", 31951),
        ("wrong-stream-sid", 31951),
        ("not-base64", 31951),
    ],
)
def test_a_wrong_message_is_left_out_with_one_warning_and_the_stream_goes_on(fault: str, code: int) -> None:
    found = streamed({"kind": "bad", "fault": fault, "times": 3})
    assert alerts(found) == [code]
    assert events(found) == ["connected", "start", "stop"]
    assert len([each for each in of(found, SocketMessage) if each.wrong]) == 3


@pytest.mark.rule("socket-failures", "stream-closed", "stream-broken", "socket-timeout")
@pytest.mark.parametrize(
    ("bot", "code"),
    [
        ({"fault": "fragment"}, 31924),
        ({"fault": "break"}, 31921),
        ({"fault": "close"}, 31921),
        ({"fault": "status", "status": 500}, 31920),
        ({"fault": "never-answers"}, 31901),
    ],
)
def test_a_socket_that_fails_or_is_closed_has_an_error_and_the_next_verb_runs(
    bot: dict[str, Any], code: int
) -> None:
    found = streamed({"kind": "bad", **bot}, steps=[9.0])
    assert alerts(found) == [code]
    assert verbs(found) == ["Connect", "Say"]


@pytest.mark.rule("socket-scheme", "socket-loopback", "socket-failures")
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ws://bot.example/stream", 31922),
        ("https://bot.example/stream", 31922),
        ("wss:///stream", 31923),
        ("wss://[bot/stream", 31923),
        ("wss://bot.example/stream", 31902),
        ("ws://127.0.0.1:9/stream", 31902),
        ("ws://127.0.0.1:5000/nowhere", 31920),
    ],
)
def test_a_url_that_cannot_be_used_or_reached_has_its_error(url: str, code: int) -> None:
    found = streamed(document=connect(url=url))
    assert spoken(found) == ["After"]
    assert alerts(found) == [code]


@pytest.mark.rule("connect-track")
def test_connect_streams_the_inbound_track_alone() -> None:
    found = streamed(document=connect('track="both_tracks"'))
    assert [each for each in alerts(found) if each == 31941]
    assert events(found) == []
    assert verbs(found) == ["Connect", "Say"]


@pytest.mark.rule("start-stream", "stream-chunk")
def test_start_goes_on_with_the_next_verb_while_both_tracks_are_streamed() -> None:
    found = streamed(document=start('track="both_tracks"', "<Say>Hello</Say>"), steps=[5.0])
    assert verbs(found) == ["Start", "Say"]
    (begun,) = [each for each in messages(found) if each["event"] == "start"]
    assert begun["start"]["tracks"] == ["inbound", "outbound"]
    assert ended(found).messages == 2 * ended(found).frames
    assert events(found) == ["connected", "start", "stop"]


@pytest.mark.rule("start-stream")
def test_a_call_ends_where_no_verb_follows_start() -> None:
    found = streamed(document=start(after=""))
    assert statuses(found)[-1] == "completed"
    assert events(found) in ([], ["connected", "start", "stop"])


@pytest.mark.rule("start-stream")
def test_stop_ends_a_stream_by_its_name() -> None:
    after = '<Pause length="1"/><Stop><Stream name="copy"/></Stop><Pause length="2"/>'
    found = streamed(document=start('name="copy"', after), steps=[5.0])
    assert ended(found).text == "copy"
    assert 48 <= ended(found).frames <= 50
    assert verbs(found) == ["Start", "Pause", "Stop", "Pause"]


@pytest.mark.rule("start-stream-closed")
def test_the_call_goes_on_when_the_server_of_a_started_stream_closes() -> None:
    found = streamed(
        {"kind": "recorder", "close_after": 1},
        document=start(after='<Pause length="3"/><Say>Still</Say>'),
        steps=[9.0],
    )
    assert spoken(found) == ["Still"]
    assert alerts(found) == [31921]


@pytest.mark.rule("stream-one-way", "stream-one-way-goes-on")
def test_a_message_on_a_started_stream_is_an_error_and_the_stream_goes_on() -> None:
    found = streamed({"kind": "echo"}, document=start())
    assert alerts(found) == [31924]
    assert events(found) == ["connected", "start", "stop"]


@pytest.mark.rule("stream-tracks", "stream-too-many")
def test_a_fifth_track_is_not_streamed() -> None:
    stream = '<Start><Stream url="/bot" track="both_tracks"/></Start>'
    found = streamed(document=f'<Response>{stream * 3}<Pause length="1"/></Response>')
    assert alerts(found) == [31941]
    assert len([each for each in events(found) if each == "start"]) == 2


@pytest.mark.rule("stream-callback", "stream-callback-closed")
@pytest.mark.parametrize(
    ("bot", "told"),
    [
        ({"kind": "recorder"}, [("stream-started", None), ("stream-stopped", None)]),
        (
            {"kind": "bad", "fault": "status"},
            [("stream-error", "31920 the handshake was answered with 500, not 101")],
        ),
        (
            {"kind": "recorder", "close_after": 1},
            [("stream-started", None), ("stream-error", "31921 the server closed the socket with 1000")],
        ),
    ],
)
def test_the_callback_is_told_of_the_begin_and_the_end(
    bot: dict[str, Any], told: list[tuple[str, str | None]]
) -> None:
    attributes = 'name="copy" statusCallback="/told"'
    found = streamed(bot, document=connect(attributes), more={"/told": {"status": 204}})
    said = callbacks(found)
    assert [(each["StreamEvent"], each.get("StreamError")) for each in said] == told
    assert said[0]["StreamName"] == "copy"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said[0]["Timestamp"])
    assert said[0].keys() - {"StreamError"} == {
        "AccountSid", "CallSid", "StreamSid", "StreamName", "StreamEvent", "Timestamp",
    }  # fmt: skip


@pytest.mark.rule("connect-action")
def test_the_action_is_asked_when_the_bot_closes() -> None:
    document = '<Response><Connect action="/then"><Stream url="/bot"/></Connect></Response>'
    found = streamed(
        {"kind": "recorder", "close_after": 1}, document=document, more={"/then": {"say": "Back again"}}
    )  # fmt: skip
    assert spoken(found) == ["Back again"]
    (asked,) = callbacks(found, "action")
    assert re.fullmatch("MZ[0-9a-f]{32}", asked["StreamSid"])


@pytest.mark.rule("stream-redirected")
def test_another_document_by_the_rest_api_ends_the_stream() -> None:
    def redirect(world: SimWorld) -> None:
        _, calls = world.rest("GET", "Calls", {})
        twiml = "<Response><Say>Elsewhere</Say></Response>"
        world.rest("POST", f"Calls/{calls['calls'][0]['sid']}", {"Twiml": twiml})

    found = streamed(steps=[1.0, redirect, 3.0])
    assert events(found) == ["connected", "start", "stop"]
    assert spoken(found) == ["Elsewhere"]
    assert alerts(found) == []


@pytest.mark.rule("stream-url")
@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("wss://bot.example/stream", "wss://bot.example/stream"),
        ("bot", "wss://app.test/bot"),
        ("/a/bot", "wss://app.test/a/bot"),
    ],
)
def test_a_url_is_absolute_or_beside_the_document(make: Make, written: str, asked: str) -> None:
    alice = dialled(make, page(connect(url=written)), voice_url="https://app.test/voice")
    alice.ack(alice.bench.response(200))
    (opened,) = (each for each in alice.bench.sockets if isinstance(each, OpenSocket))
    assert opened.url == asked


@pytest.mark.rule("stream-overflow")
def test_a_server_that_reads_too_slowly_has_one_warning(make: Make) -> None:
    alice = dialled(make, page(connect(url="wss://bot.example/stream")))
    bench = alice.bench
    alice.ack(bench.response(200))
    (opened,) = (each for each in bench.sockets if isinstance(each, OpenSocket))
    bench.carry(bench.emulator.socket(SocketOpened(opened.socket), bench.now))
    for _ in range(2):
        bench.tell(FramesDropped(bench.record.sid, opened.socket))
    assert [each.code for each in bench.entries if isinstance(each, Alert)] == [31930]


@pytest.mark.rule("connect-nouns")
def test_another_noun_of_connect_ends_the_document() -> None:
    found = streamed(document="<Response><Connect><Room>standup</Room></Connect></Response>")
    assert alerts(found) == [13750]


@pytest.mark.rule("stream-messages")
def test_a_run_is_the_same_by_its_seed() -> None:
    bot = {"kind": "talking", "lines": ["One", "Two"], "chunk": 100}
    runs = [[repr(each) for each in streamed(bot, seed=7).entries] for _ in range(2)]
    assert runs[0] == runs[1]
