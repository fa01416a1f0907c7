"""Recordings in virtual time: of two joined sessions, and of whole calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest

from sipdomain.media.match import Match, find
from sipdomain.media.outputs import (
    CloseMedia,
    MediaOutput,
    PauseRecording,
    RecordingDone,
    ResumeRecording,
    StartPlayback,
    StartRecording,
    StopPlayback,
    StopRecording,
    Track,
)
from sipdomain.media.prompts import Prompt, Speech
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration
from tests.unit.runtime.sim.line import WELCOME, Line
from tests.unit.runtime.sim.test_media import GOODBYE

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

SORRY = Speech("Sorry, I have to go.")


def channels(done: RecordingDone, count: int = 2) -> list[npt.NDArray[np.int16]]:
    return list(np.frombuffer(done.audio, "<i2").reshape(-1, count).T)


class Recorded:
    """A line whose cloud is recorded, and what is done on it at which moment."""

    def __init__(
        self, *steps: tuple[float, MediaOutput], phone: Iterable[tuple[float, MediaOutput]] = ()
    ) -> None:
        self.line = Line()
        script = [(at, self.line.cloud, step) for at, step in steps]
        script += [(at, self.line.phone, step) for at, step in phone]
        for at, side, step in sorted(script, key=lambda each: each[0]):
            self.line.run(at)
            side.carry(step)

    @property
    def done(self) -> RecordingDone:
        (done,) = (told for _, told in self.line.cloud.told if isinstance(told, RecordingDone))
        return done

    def match(self, audio: npt.NDArray[np.int16], prompt: Prompt) -> Match:
        return find(audio, self.line.library.samples(prompt))


def start(track: Track = "both", count: int = 2) -> StartRecording:
    return StartRecording("s", "RE1", track, count)


STOP = StopRecording("s", "RE1")


def test_each_side_is_in_its_own_channel_where_its_time_is() -> None:
    recorded = Recorded(
        (1.0, start()), (2.0, StartPlayback("s", 1, WELCOME)), (8.0, STOP),
        phone=[(4.5, StartPlayback("s", 1, SORRY))],
    )  # fmt: skip
    caller, cloud = channels(recorded.done)
    assert len(caller) == 7 * 8000
    spoken, answered = recorded.match(cloud, WELCOME), recorded.match(caller, SORRY)
    assert (spoken.weakest > 0.99, answered.weakest > 0.99) == (True, True)
    assert spoken.offset == pytest.approx(1.0, abs=0.001)
    assert answered.offset == pytest.approx(3.5, abs=0.001)
    assert recorded.match(cloud, SORRY).correlation < 0.5
    assert recorded.match(caller, WELCOME).correlation < 0.5


@pytest.mark.parametrize(
    ("track", "welcome", "sorry"), [("both", True, True), ("inbound", False, True), ("outbound", True, False)]
)
def test_one_channel_holds_what_was_asked_for(track: Track, welcome: bool, sorry: bool) -> None:
    recorded = Recorded(
        (0.0, start(track, 1)), (0.5, StartPlayback("s", 1, WELCOME)), (8.0, STOP),
        phone=[(4.5, StartPlayback("s", 1, SORRY))],
    )  # fmt: skip
    (audio,) = channels(recorded.done, 1)
    assert (recorded.match(audio, WELCOME).weakest > 0.9) is welcome
    assert (recorded.match(audio, SORRY).weakest > 0.9) is sorry


def test_what_plays_already_is_recorded_from_there_on() -> None:
    recorded = Recorded(
        (0.0, StartPlayback("s", 1, WELCOME)), (0.0, StartPlayback("s", 2, GOODBYE)), (1.0, start()), (6.0, STOP),
        phone=[(0.5, StartPlayback("s", 1, SORRY))],
    )  # fmt: skip
    caller, cloud = channels(recorded.done)
    assert recorded.match(cloud, GOODBYE).weakest > 0.99
    samples = recorded.line.library.samples(SORRY)
    assert find(caller, samples[4000:]).weakest > 0.99
    assert find(caller, samples[4000:]).offset == pytest.approx(0.0, abs=0.001)


def test_a_stopped_playback_is_silent_on_the_recording_too() -> None:
    recorded = Recorded(
        (0.0, start()), (0.0, StartPlayback("s", 1, WELCOME)), (1.0, StopPlayback("s", 1)), (2.0, STOP)
    )
    _, cloud = channels(recorded.done)
    assert np.abs(cloud[:8000]).max() > 1000
    assert not cloud[8000:].any()


@pytest.mark.parametrize(("skip", "length", "offset"), [(False, 10.0, 6.0), (True, 7.0, 3.0)])
def test_a_pause_is_silence_or_left_out(skip: bool, length: float, offset: float) -> None:
    recorded = Recorded(
        (0.0, start()), (2.0, PauseRecording("s", "RE1", skip)), (2.5, StartPlayback("s", 1, GOODBYE)),
        (5.0, ResumeRecording("s", "RE1")), (6.0, StartPlayback("s", 2, WELCOME)), (10.0, STOP),
    )  # fmt: skip
    caller, cloud = channels(recorded.done)
    assert len(cloud) == len(caller) == length * 8000
    assert recorded.match(cloud, GOODBYE).correlation < 0.5
    welcome = recorded.match(cloud, WELCOME)
    assert welcome.weakest > 0.99
    assert welcome.offset == pytest.approx(offset, abs=0.001)


def test_a_recording_that_ends_within_a_pause_holds_what_was_before() -> None:
    for skip, length in ((True, 2.0), (False, 3.0)):
        recorded = Recorded((0.0, start()), (2.0, PauseRecording("s", "RE1", skip)), (3.0, STOP))
        assert len(recorded.done.audio) == length * 32_000


def test_a_recording_stops_before_its_session_closes_and_an_unknown_one_is_let_go() -> None:
    recorded = Recorded(
        (0.0, start()), (1.0, start()), (1.0, StopRecording("s", "RE2")), (1.0, PauseRecording("s", "RE2", True)),
        (2.0, STOP), (2.0, STOP), (2.0, CloseMedia("s")), (2.0, start()),
    )  # fmt: skip
    assert len(recorded.done.audio) == 2 * 32_000


# --- whole calls -----------------------------------------------------------------------------------------

DOMAIN = {
    "access_lists": {"office": ["127.0.0.10"]},
    "domains": {"acme": {"calls": ["office"], "voice": "/voice", "status": "/status"}},
}
GREETING = {"twiml": '<Response><Say>Welcome to Acme</Say><Pause length="4"/><Say>Goodbye</Say></Response>'}


@pytest.fixture
def open_world() -> Iterator[Callable[..., SimWorld]]:
    worlds: list[SimWorld] = []

    def opened(**more: Any) -> SimWorld:
        spec = WorldSpec(
            configuration=Configuration.model_validate(DOMAIN),
            phones={"pbx": PhoneSpec("pbx", "", address="127.0.0.10")},
            **{
                "replies": {"/voice": GREETING, "/recorded": {"status": 204}, "/status": {"status": 204}},
                **more,
            },
        )
        worlds.append(SimWorld(spec))
        return worlds[-1]

    yield opened
    for world in worlds:
        world.close()


def test_the_recording_of_a_call_holds_what_was_said_in_it(open_world: Callable[..., SimWorld]) -> None:
    world = open_world()

    def script() -> Script[str]:
        call = world.phone("pbx").dial("sip:100@acme.sip.twilio.com")
        yield Until(lambda: call.state == "answered", 5.0)
        _, found = world.rest("GET", "Calls", {})
        sid = found["calls"][0]["sid"]
        form = {"RecordingChannels": "dual", "RecordingStatusCallback": f"{world.app_url}/recorded"}
        status, made = world.rest("POST", f"Calls/{sid}/Recordings", form)
        assert (status, made["status"], made["channels"]) == (201, "in-progress", 2)
        world.phone("pbx").say(call, SORRY.text)
        yield Until(lambda: call.state == "ended", 60.0)
        yield Until(lambda: False, 1.0)
        return str(made["sid"])

    sid = world.run(script())
    audio = world.recorded(sid)
    assert audio is not None
    caller, cloud = channels(RecordingDone("", "", audio))
    said = world.prompt_samples
    for words in ("Welcome to Acme", "Goodbye"):
        assert find(cloud, said(words)).weakest > 0.9
        assert find(caller, said(words)).correlation < 0.5
    assert find(caller, said(SORRY.text)).weakest > 0.99
    assert find(cloud, said("Goodbye")).offset - find(cloud, said("Welcome to Acme")).offset > 4.0

    _, shown = world.rest("GET", f"Recordings/{sid}", {})
    duration = shown["duration"]
    assert duration == str(round(len(caller) / 8000))
    assert (shown["status"], shown["media_url"]) == (
        "completed", f"http://127.0.0.1:8080/2010-04-01/Accounts/{shown['account_sid']}/Recordings/{sid}",
    )  # fmt: skip
    asked = {each.path: each for each in world.app_requests()}
    assert asked["/recorded"].signature_valid
    assert asked["/recorded"].parameter("RecordingDuration") == duration
    assert asked["/recorded"].parameter("RecordingUrl") == shown["media_url"]
    assert asked["/status"].parameter("RecordingSid") == sid


def test_an_application_may_begin_a_recording_from_within_its_handler(
    open_world: Callable[..., SimWorld],
) -> None:
    answers: list[tuple[int, str]] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        form = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        if environ["PATH_INFO"] == "/status" and "CallStatus=in-progress" in form:
            sid = form.partition("CallSid=")[2][:34]
            status, made = world.rest("POST", f"Calls/{sid}/Recordings", {})
            answers.append((status, made["status"]))
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [b"<Response><Say>Welcome to Acme</Say></Response>"]

    world = open_world(application=application)

    def script() -> Script[None]:
        call = world.phone("pbx").dial("sip:100@acme.sip.twilio.com")
        yield Until(lambda: call.state == "ended", 60.0)

    world.run(script())
    assert answers == [(201, "in-progress")]
    _, found = world.rest("GET", "Recordings", {})
    (made,) = found["recordings"]
    audio = world.recorded(made["sid"])
    assert audio is not None
    assert made["status"] == "completed"
    assert find(np.frombuffer(audio, "<i2"), world.prompt_samples("Welcome to Acme")).weakest > 0.9
