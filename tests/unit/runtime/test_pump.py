"""What a core asks for is carried, each kind by one carrier; what nothing carries is an error."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final, get_args

import pytest

from sipdomain.entries import Entry, Note, PhoneEvent
from sipdomain.journal import Journal
from sipdomain.media.agreement import Agreement
from sipdomain.media.hearing import StartHearing, StopHearing
from sipdomain.media.outputs import (
    CloseMedia,
    CloseRoom,
    ConnectMedia,
    MediaOutput,
    OpenMedia,
    OpenRoom,
    Patch,
    PauseRecording,
    PreparePrompt,
    ResumeRecording,
    SendDtmf,
    StartPlayback,
    StartRecording,
    StopPlayback,
    StopRecording,
    Unpatch,
)
from sipdomain.media.prompts import Keys
from sipdomain.media.silence import StartListening, StopListening
from sipdomain.media.streaming import ClearAudio, QueueAudio, QueueMark, SendEvent, StartStream, StopStream
from sipdomain.phone import Phone, PhoneSettings
from sipdomain.runtime.pump import Output, Pump, Web, Wires
from sipdomain.runtime.sim.network import SimClock
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.twilio.webhooks.http import Fetch, HttpRequest, HttpResponse, HttpResult
from sipdomain.twilio.webhooks.socket import CloseSocket, OpenSocket, SendText, SocketOutput

HERE, THERE = Address("127.0.0.1", 5060), Address("127.0.0.2", 5060)
OUTPUTS: Final[dict[type[object], tuple[Output, str]]] = {
    Send: (Send(Flow("udp", HERE, THERE), b"OPTIONS"), "network"),
    Fetch: (Fetch(1, HttpRequest("GET", "http://app.test/voice")), "web"),
    Entry: (Note(at=0.0, source="test", text="a note"), "journal"),
    PhoneEvent: (PhoneEvent(at=0.0, phone="alice", call_id="", event="dialled"), "journal"),
    OpenMedia: (OpenMedia("1", "127.0.0.1"), "media"),
    ConnectMedia: (ConnectMedia("1", Agreement(THERE, 0, "PCMU")), "media"),
    CloseMedia: (CloseMedia("1"), "media"),
    OpenRoom: (OpenRoom("CF1"), "media"),
    CloseRoom: (CloseRoom("CF1"), "media"),
    Patch: (Patch("1", "CF1"), "media"),
    Unpatch: (Unpatch("1", "CF1"), "media"),
    PreparePrompt: (PreparePrompt(1, Keys("1")), "media"),
    StartPlayback: (StartPlayback("1", 1, Keys("1")), "media"),
    StopPlayback: (StopPlayback("1", 1), "media"),
    SendDtmf: (SendDtmf("1", "5"), "media"),
    StartListening: (StartListening("1", 1, 5.0), "media"),
    StartHearing: (StartHearing("1", 1), "media"),
    StopHearing: (StopHearing("1", 1), "media"),
    StopListening: (StopListening("1", 1), "media"),
    StartRecording: (StartRecording("1", "RE1"), "media"),
    PauseRecording: (PauseRecording("1", "RE1", skip=True), "media"),
    ResumeRecording: (ResumeRecording("1", "RE1"), "media"),
    StopRecording: (StopRecording("1", "RE1"), "media"),
    StartStream: (StartStream("1", 1, "MZ1", ("inbound",), 0.0, "{}"), "media"),
    SendEvent: (SendEvent("1", 1, "mark", "{}"), "media"),
    QueueAudio: (QueueAudio("1", 1, b"\xff"), "media"),
    QueueMark: (QueueMark("1", 1, "end"), "media"),
    ClearAudio: (ClearAudio("1", 1), "media"),
    StopStream: (StopStream("1", 1), "media"),
    OpenSocket: (OpenSocket(1, "ws://app.test/stream"), "wires"),
    SendText: (SendText(1, "{}"), "wires"),
    CloseSocket: (CloseSocket(1), "wires"),
}


class Carriers:
    """All of them in one; each writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.answers: list[tuple[int, HttpResult, float]] = []
        self.journal = Journal()
        self.journal.listen(lambda entry: self.asked.append(("journal", entry)))

    def send(self, flow: Flow, data: bytes) -> None:
        """Be the network."""
        self.asked.append(("network", Send(flow, data)))

    def carry(self, output: MediaOutput) -> None:
        """Be the media side."""
        self.asked.append(("media", output))

    def fetch(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        """Be the web."""
        self.asked.append(("web", Fetch(1, request)))
        done(HttpResponse(204))

    def fetched(self, token: int, result: HttpResult, now: float) -> Sequence[Output]:
        """Be who takes answers."""
        self.answers.append((token, result, now))
        return []

    def wires(self) -> Wires:
        """Return what a pump is given for WebSockets."""
        return Wires(Sockets(self.asked), lambda _event, _now: [])


class Sockets:
    """Carries WebSockets; writes down what it was asked."""

    def __init__(self, asked: list[tuple[str, object]]) -> None:
        self._asked = asked

    def carry(self, output: SocketOutput) -> None:
        """Carry an output out."""
        self._asked.append(("wires", output))


def phone() -> Phone:
    settings = PhoneSettings(
        name="alice", user="alice", domain="acme.sip.twilio.com", username="alice", password="Correct-Horse-42",
        local=HERE, proxy=THERE, transport="udp",
    )  # fmt: skip
    return Phone(settings, rng=random.Random(1))


def test_each_output_has_an_example() -> None:
    assert set(OUTPUTS) == set(get_args(Output))


@pytest.mark.parametrize("kind", OUTPUTS)
def test_an_output_goes_to_its_carrier(kind: type[object]) -> None:
    output, carrier = OUTPUTS[kind]
    all_of_them = Carriers()
    pump = Pump(
        phone(), "alice", clock=SimClock(), journal=all_of_them.journal, network=all_of_them, media=all_of_them,
        web=Web(all_of_them, all_of_them.fetched), wires=all_of_them.wires(),
    )  # fmt: skip
    pump.feed(lambda: [output])
    # A message that is sent is written down before.
    assert all_of_them.asked[-1] == (carrier, output)
    assert [name for name, _ in all_of_them.asked[:-1]] == (["journal"] if carrier == "network" else [])
    assert all_of_them.answers == ([(1, HttpResponse(204), 0.0)] if carrier == "web" else [])


@pytest.mark.parametrize("kind", [kind for kind, (_, carrier) in OUTPUTS.items() if carrier != "journal"])
def test_an_output_that_nothing_carries_is_an_error(kind: type[object]) -> None:
    output, carrier = OUTPUTS[kind]
    pump = Pump(phone(), "alice", clock=SimClock(), journal=Journal())
    wrong = f"alice asks for {kind.__name__}, and its pump has no {carrier}"
    with pytest.raises(RuntimeError, match=wrong):
        pump.feed(lambda: [output])


def test_after_such_an_error_the_next_input_is_taken() -> None:
    journal = Journal()
    pump = Pump(phone(), "alice", clock=SimClock(), journal=journal)
    with pytest.raises(RuntimeError, match="CloseMedia"):
        pump.feed(lambda: [CloseMedia("1")])
    note = Note(at=0.0, source="test", text="a note")
    pump.feed(lambda: [note])
    assert list(journal) == [note]
