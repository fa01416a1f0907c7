"""A talk with a bot in virtual time is the same each time, to the byte, and takes a small part of the time."""

from __future__ import annotations

import time

import pytest

from sipdomain.runtime.worlds.world import Script, Until
from sipdomain.socket_entries import StreamEnded
from tests.parity.streaming import CONNECT, world_of
from tests.properties.talks import SAID, talk

ANSWERING = {"kind": "answering", "lines": ["How may I help you?", "One moment, I look that up for you"]}


@pytest.mark.parametrize("seed", range(6))
def test_a_seed_repeats_a_talk_to_the_byte(seed: int) -> None:
    first, second = talk(seed), talk(seed)

    assert first.journal == second.journal
    assert first.messages == second.messages
    assert (first.recording, first.heard) == (second.recording, second.heard)
    assert len(first.messages) > 100
    assert first.heard.strip(b"\0")


def test_another_seed_is_another_talk() -> None:
    found = [talk(seed) for seed in range(6)]

    assert [len(set(each)) for each in zip(*found, strict=True)] == [6, 6, 6, 6]


def test_ten_minutes_of_talk_take_less_than_a_second_of_the_processor() -> None:
    world = world_of(ANSWERING, CONNECT)
    phone = world.phone("pbx")
    call = phone.dial("sip:100@acme.sip.twilio.com")

    def script() -> Script[None]:
        yield Until(lambda: call.state == "answered", 10)
        for number in range(100):
            phone.say(call, SAID[number % len(SAID)])
            yield Until(lambda: False, 6.0)
        phone.hang_up(call)
        yield Until(lambda: world.is_idle, 5)

    # What is imported and rendered once is no part of a talk.
    talk(0)
    began = time.process_time()
    world.run(script())
    took = time.process_time() - began
    world.close()

    (ended,) = world.journal.select(StreamEnded)
    assert ended.frames == 30_000
    assert ended.played > 100
    assert took < 1.0
