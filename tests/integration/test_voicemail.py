"""Voicemail over real sockets: what a caller says is what the application downloads from RecordingUrl."""

from __future__ import annotations

import io

import pytest
import soundfile

from sipdomain.media.match import find
from sipdomain.media.prompts import Speech
from sipdomain.runtime.worlds.live import LiveWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration
from tests.integration.test_live_recordings import get

SAID = Speech("The line has been dead since noon")


@pytest.mark.parametrize("end", ["#", "hangup"])
def test_what_a_caller_says_is_what_the_application_downloads(end: str) -> None:
    domain = {
        "access_lists": {"office": ["127.0.0.10"]},
        "domains": {"acme": {"calls": ["office"], "voice": "/voice"}},
    }
    record = (
        '<Response><Record action="/message" recordingStatusCallback="/recorded" finishOnKey="#"/></Response>'
    )
    world = LiveWorld(
        WorldSpec(
            configuration=Configuration.model_validate(domain),
            replies={"/voice": {"twiml": record}, "/message": {"hangup": ""}, "/recorded": {"status": 204}},
            phones={"pbx": PhoneSpec("pbx", "", address="127.0.0.10")},
            speech=False,
        )
    )

    def script() -> Script[dict[str, tuple[int, str, bytes]]]:
        phone = world.phone("pbx")
        call = phone.dial("sip:100@acme.sip.twilio.com")
        yield Until(lambda: call.state == "answered", 5.0)
        # The tone, and what may be under way of it.
        yield Until(lambda: len(world.heard(call)) > 8000, 5.0)
        phone.say(call, SAID.text)
        yield Until(lambda: SAID.text in call.said, 10.0)
        if end == "#":
            phone.press(call, "#")
        else:
            phone.hang_up(call)

        def is_told() -> bool:
            return {each.path for each in world.app_requests()} >= {"/message", "/recorded"}

        assert (yield Until(is_told, 5.0))
        (asked,) = (each for each in world.app_requests() if each.path == "/message")
        assert asked.signature_valid
        assert asked.parameter("Digits") == end
        files = {}
        for suffix in (".wav", ".mp3"):
            task = world._loop.run_in_executor(None, get, f"{asked.parameter('RecordingUrl')}{suffix}")
            yield Until(task.done, 10.0)
            files[suffix] = task.result()
        return files

    try:
        files = world.run(script())
        words = world.prompt_samples(SAID.text)
    finally:
        world.close()
    for status, kind, data in files.values():
        audio, rate = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
        assert (status, rate, audio.shape[1]) == (200, 8000, 1), kind
        found = find(audio[:, 0], words)
        assert found.correlation > 0.95
        assert found.weakest > 0.9
        # Silence before the words is cut off.
        assert found.offset == pytest.approx(0.0, abs=0.1)
