"""Recordings over real sockets: of two joined sessions, of a call, and of one that SIGTERM ends."""

from __future__ import annotations

import asyncio
import io
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from sipdomain.media.match import find
from sipdomain.media.outputs import (
    PauseRecording,
    RecordingDone,
    ResumeRecording,
    StartPlayback,
    StartRecording,
    StopRecording,
)
from sipdomain.media.prompts import Speech
from sipdomain.runtime.worlds.live import LiveWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration
from tests.integration.served import ACCOUNT, Served, served, webhooks
from tests.integration.test_live_media import SORRY, WELCOME, Side, two_sides
from tests.integration.test_state import ask
from tests.own_time import run
from tests.patience import PATIENCE, until
from tests.unit.twilio.bench import SDP

Samples = npt.NDArray[np.int16]
STOP = StopRecording("s", "RE1")


def channels(audio: bytes) -> list[Samples]:
    return list(np.frombuffer(audio, "<i2").reshape(-1, 2).T)


async def stopped(cloud: Side) -> bytes:
    """Stop the recording; return its audio."""
    cloud.media.carry(STOP)
    await until(lambda: any(isinstance(told, RecordingDone) for told in cloud.told))
    (done,) = (told for told in cloud.told if isinstance(told, RecordingDone))
    assert (done.session, done.recording) == ("s", "RE1")
    return done.audio


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_each_side_is_in_its_own_channel(codec: str) -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, library):
            here, there = cloud.open(), phone.open("127.0.0.10")
            cloud.connect(there, codec=codec)
            phone.connect(here, codec=codec)
            await until(lambda: len(cloud.media.heard("s")) > 0)
            cloud.media.carry(StartRecording("s", "RE1", channels=2))
            begun = asyncio.get_running_loop().time()
            cloud.media.carry(StartPlayback("s", 1, WELCOME))
            await until(lambda: phone.heard(library, WELCOME).weakest > 0.99)
            answered = asyncio.get_running_loop().time() - begun
            phone.media.carry(StartPlayback("s", 1, SORRY))
            await until(lambda: cloud.heard(library, SORRY).weakest > 0.99)
            length = asyncio.get_running_loop().time() - begun
            caller, sent = channels(await stopped(cloud))

            assert len(sent) == len(caller)
            assert len(sent) / 8000 == pytest.approx(length, abs=0.1)
            welcome, sorry = library.samples(WELCOME), library.samples(SORRY)
            assert find(sent, welcome).weakest > 0.99
            assert find(caller, sorry).weakest > 0.99
            assert find(sent, welcome).offset == pytest.approx(0.0, abs=0.1)
            assert find(caller, sorry).offset == pytest.approx(answered, abs=0.1)
            assert find(sent, sorry).correlation < 0.5
            assert find(caller, welcome).correlation < 0.5

    run(test)


@pytest.mark.parametrize("skip", [False, True])
def test_a_pause_is_silence_or_left_out(skip: bool) -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, library):
            here, there = cloud.open(), phone.open("127.0.0.10")
            cloud.connect(there)
            phone.connect(here)
            cloud.media.carry(StartRecording("s", "RE1", channels=2))
            cloud.media.carry(PauseRecording("s", "RE1", skip))
            cloud.media.carry(StartPlayback("s", 1, SORRY))
            await until(lambda: phone.heard(library, SORRY).weakest > 0.99)
            cloud.media.carry(ResumeRecording("s", "RE1"))
            cloud.media.carry(StartPlayback("s", 2, WELCOME))
            await until(lambda: phone.heard(library, WELCOME).weakest > 0.99)
            _, sent = channels(await stopped(cloud))

            assert find(sent, library.samples(SORRY)).correlation < 0.5
            welcome = find(sent, library.samples(WELCOME))
            assert welcome.weakest > 0.9
            # What is still to come of the first one, its silent end, is recorded after the pause.
            sorry = library.samples(SORRY)
            silent_end = len(sorry) - np.flatnonzero(np.abs(sorry) >= 64)[-1]
            assert welcome.offset == pytest.approx((silent_end if skip else len(sorry)) / 8000, abs=0.1)

    run(test)


def test_keys_on_their_way_are_silence() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, _):
            here, there = cloud.open(), phone.open("127.0.0.10")
            cloud.connect(there)
            phone.connect(here)
            cloud.media.carry(StartRecording("s", "RE1", "outbound"))
            session = cloud.media._open["s"]
            session.sender.press("5", 0.1, 0.1)
            await asyncio.sleep(0.3)
            audio = np.frombuffer(await stopped(cloud), "<i2")
            assert len(audio) > 0
            assert not audio.any()

    run(test)


# --- whole calls -----------------------------------------------------------------------------------------


def get(url: str) -> tuple[int, str, bytes]:
    """Ask for a file, without credentials."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return response.status, response.headers["Content-Type"], response.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers["Content-Type"], refused.read()


def test_the_recording_of_a_call_is_served_as_wav_and_mp3() -> None:
    domain = {
        "access_lists": {"office": ["127.0.0.10"]},
        "domains": {"acme": {"calls": ["office"], "voice": "/voice"}},
    }
    greeting = '<Response><Say>Welcome to Acme</Say><Pause length="30"/></Response>'
    world = LiveWorld(
        WorldSpec(
            configuration=Configuration.model_validate(domain),
            replies={"/voice": {"twiml": greeting}, "/recorded": {"status": 204}},
            phones={"pbx": PhoneSpec("pbx", "", address="127.0.0.10")},
            speech=False,
        )
    )
    said = Speech("Please ring back later")

    def script() -> Script[dict[str, Any]]:
        call = world.phone("pbx").dial("sip:100@acme.sip.twilio.com")
        yield Until(lambda: call.state == "answered", 5.0)
        sid = world.rest("GET", "Calls", {})[1]["calls"][0]["sid"]
        form = {"RecordingChannels": "dual", "RecordingStatusCallback": f"{world.app_url}/recorded"}
        status, made = world.rest("POST", f"Calls/{sid}/Recordings", form)
        assert (status, made["status"]) == (201, "in-progress")
        library = world._service.library
        words = len(library.samples(said))
        world.phone("pbx").say(call, said.text)
        yield Until(lambda: len(world.heard(call)) > words + 8000, 10.0)
        world.phone("pbx").hang_up(call)
        shown: dict[str, Any] = {}

        def is_told() -> bool:
            shown.update(world.rest("GET", f"Recordings/{made['sid']}", {})[1])
            return any(each.path == "/recorded" for each in world.app_requests())

        assert (yield Until(is_told, 5.0))
        files = {}
        for end in ("", ".wav", ".mp3", ".ogg"):
            task = world._loop.run_in_executor(None, get, shown["media_url"] + end)
            yield Until(task.done, 10.0)
            files[end] = task.result()
        return {**shown, "files": files, "words": library.samples(said)}

    try:
        found = world.run(script())
        (told,) = (each for each in world.app_requests() if each.path == "/recorded")
        welcome = world.prompt_samples("Welcome to Acme")
    finally:
        world.close()
    assert (found["status"], found["channels"]) == ("completed", 2)
    assert found["media_url"] == f"{world.http_url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{found['sid']}"
    assert told.signature_valid
    assert told.parameter("RecordingUrl") == found["media_url"]
    assert told.parameter("RecordingDuration") == found["duration"]
    files = found["files"]
    assert files[""] == files[".wav"]
    assert [files[end][:2] for end in (".wav", ".mp3", ".ogg")] == [
        (200, "audio/x-wav"), (200, "audio/mpeg"), (401, "application/json"),
    ]  # fmt: skip
    for end in (".wav", ".mp3"):
        audio, rate = soundfile.read(io.BytesIO(files[end][2]), dtype="int16", always_2d=True)
        assert rate == 8000
        assert str(round(len(audio) / 8000)) == found["duration"]
        assert find(audio[:, 0], found["words"]).weakest > 0.9
        assert find(audio[:, 1], welcome).weakest > 0.9
        assert find(audio[:, 0], welcome).correlation < 0.5


class Caller:
    """A caller by hand: what it is sent, until it is quiet."""

    def __init__(self, emulator: Served) -> None:
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self._udp.settimeout(PATIENCE)
        self._to = emulator.sip
        self._here = "{}:{}".format(*self._udp.getsockname())

    def _send(self, method: str, tag: str = "", body: bytes = b"") -> None:
        fields = (
            f"{method} sip:100@demo.sip.twilio.com SIP/2.0", f"Via: SIP/2.0/UDP {self._here};branch=z9hG4bK-{method};rport",
            "Max-Forwards: 70", f"From: <sip:a@{self._here}>;tag=1", f"To: <sip:100@demo.sip.twilio.com>{tag}",
            "Call-ID: one-call", f"CSeq: 1 {method}", f"Contact: <sip:a@{self._here}>",
            *(["Content-Type: application/sdp"] if body else []), f"Content-Length: {len(body)}",
        )  # fmt: skip
        self._udp.sendto("\r\n".join((*fields, "\r\n")).encode() + body, self._to)

    def call(self) -> None:
        """Call, and acknowledge the 200."""
        self._send("INVITE", body=SDP)
        answer = self.next(lambda data: not data.startswith(b"SIP/2.0 1"))
        assert answer.startswith(b"SIP/2.0 200 "), answer
        tag = answer.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0].rpartition(b";")[2].decode()
        self._send("ACK", f";{tag}")

    def next(self, wanted: Callable[[bytes], bool]) -> bytes:
        """Return the next message of a kind."""
        while not wanted(data := self._udp.recv(65_535)):
            continue
        return data

    def close(self) -> None:
        self._udp.close()


def test_a_recording_that_sigterm_ends_is_there_after_a_restart(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state.db"))
    document = '<Response><Say>Hi</Say><Pause length="60"/></Response>'
    with webhooks({"/voice": {"twiml": document}}) as (app, _):
        flags = ("--voice-url", f"{app}/voice", "--allow", "127.0.0.1", "--no-speech", "--no-ladders")
        with served(*state, *flags) as emulator:
            caller = Caller(emulator)
            try:
                caller.call()
                call = ask(emulator, "GET", "Calls")[1]["calls"][0]["sid"]
                first = ask(emulator, "POST", f"Calls/{call}/Recordings")[1]["sid"]
                ask(emulator, "POST", f"Calls/{call}/Recordings/{first}", Status="stopped")
                second = ask(emulator, "POST", f"Calls/{call}/Recordings")[1]["sid"]
                emulator.process.terminate()
                bye = caller.next(lambda data: data.startswith(b"BYE "))
            finally:
                caller.close()
            assert f"X-Twilio-RecordingSid: {second}\r\n".encode() in bye
            assert emulator.process.wait(PATIENCE) == 0
    with served(*state, "--no-speech") as emulator:
        _, found = ask(emulator, "GET", "Recordings")
        assert [(each["sid"], each["status"]) for each in found["recordings"]] == [
            (second, "completed"), (first, "completed"),
        ]  # fmt: skip
        url = f"{emulator.http}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{second}"
        assert found["recordings"][0]["media_url"] == url
        status, content_type, data = get(url)
        assert (status, content_type, data[:4]) == (200, "audio/x-wav", b"RIFF")
        assert len(data) > 44
        assert ask(emulator, "DELETE", f"Recordings/{second}") == (204, {})
        assert emulator.stop() == 0
    with served(*state, "--no-speech") as emulator:
        found = ask(emulator, "GET", "Recordings", "?IncludeSoftDeleted=true")[1]
        assert [each["status"] for each in found["recordings"]] == ["deleted", "completed"]
        assert get(f"{emulator.http}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{second}")[0] == 404
