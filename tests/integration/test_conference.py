"""Ten phones in one conference, in virtual time: each hears the nine others by what they say, and not itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sipdomain.media.match import find
from sipdomain.media.melodies import hold_music

WORDS = {
    "Anna": "Good morning",
    "Bert": "Here is Bert",
    "Carla": "I can hear you",
    "Dora": "Nice to meet all",
    "Emil": "Let us begin",
    "Frida": "Who is missing",
    "Gustav": "Sorry for the noise",
    "Hanna": "My line is bad",
    "Ivan": "That is everybody",
    "Judith": "See you on Monday",
}
"""What each says: short, for each is looked for in all that each heard."""
HEARD = 0.8
"""From this correlation on they are the same words."""
TWIML = (
    '<Response><Dial><Conference beep="false" waitUrl="" record="record-from-start" '
    'statusCallback="/told" statusCallbackEvent="join leave end">'
    "Ten</Conference></Dial></Response>"
)


@pytest.fixture
def twiml_app() -> Any:
    return {"/voice": {"twiml": TWIML}, "/told": {"status": 204}, "/status": {"status": 204}}


def _is_in(audio: Any, sip_domain: Any, name: str) -> bool:
    return find(audio, sip_domain.world.prompt_samples(WORDS[name])).correlation > HEARD


def test_each_of_ten_hears_the_other_nine_and_none_itself(sip_domain: Any, sip_phone: Any) -> None:
    calls = {}
    for name in WORDS:
        calls[name] = sip_domain.dial(name.lower())
        sip_domain.expect(calls[name], verbs_begin=["Dial"])
    assert sip_domain.wait(lambda: sum(each.path == "/told" for each in sip_domain.requests) == 10)
    for name, call in calls.items():
        sip_phone.say(call, WORDS[name])
        sip_domain.expect(call, said=WORDS[name], within=20)
    for listener, call in calls.items():
        # Ten spoke one after another: the place where the listener spoke itself is silent.
        audio = sip_domain.world.heard(call)
        heard = {name for name in WORDS if _is_in(audio, sip_domain, name)}
        assert heard == WORDS.keys() - {listener}
    for call in calls.values():
        sip_phone.hang_up(call)
    assert sip_domain.wait(
        lambda: (
            sum(each.parameter("StatusCallbackEvent") == "conference-end" for each in sip_domain.requests)
            == 1
        )
    )
    _, listed = sip_domain.world.rest("GET", "Recordings", {})
    (made,) = listed["recordings"]
    assert (made["source"], made["status"]) == ("Conference", "completed")
    audio = np.frombuffer(sip_domain.world.recorded(made["sid"]), "<i2")
    assert all(_is_in(audio, sip_domain, name) for name in WORDS)


@pytest.mark.parametrize(
    "twiml_app",
    [{"/voice": {"twiml": "<Response><Dial><Conference>Ten</Conference></Dial></Response>"}}],
)
def test_who_waits_alone_hears_music_over_and_over(sip_domain: Any) -> None:
    call = sip_domain.dial()
    sip_domain.wait(lambda: False, 20.0)
    heard = sip_domain.world.heard(call)
    second = heard[len(heard) // 2 :]
    music = np.frombuffer(hold_music().data[44:], "<i2")[:16_000]
    assert find(heard, music).correlation > HEARD
    assert find(second, music).correlation > HEARD
