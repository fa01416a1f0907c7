"""Keys as tones over real sockets."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from sipdomain.media.outputs import (
    DtmfReceived,
    PlaybackDone,
    PreparePrompt,
    SendDtmf,
    StartPlayback,
)
from tests.integration.test_live_media import WELCOME, two_sides
from tests.own_time import run
from tests.patience import until

FRAME = 160


def is_loud(samples: npt.NDArray[np.int16]) -> bool:
    """Return whether four frames of 20 ms are there, each with a tone."""
    return len(samples) == 4 * FRAME and bool((abs(samples.reshape(4, FRAME)).max(axis=1) > 500).all())


@pytest.mark.rule("keys-in-band", "play-digits-as-tones")
def test_keys_go_as_tones_where_events_were_not_agreed_on() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, _):
            here, there = cloud.open(), phone.open()
            cloud.connect(there, dtmf=None)
            phone.connect(here, dtmf=None)
            phone.media.carry(SendDtmf("s", "12#"))
            await until(lambda: len(cloud.told) == 3)
            assert [told.key for told in cloud.told if isinstance(told, DtmfReceived)] == ["1", "2", "#"]
            # The last one ends with the audio.
            phone.media.carry(SendDtmf("s", "9"))
            await until(lambda: is_loud(cloud.media.heard("s")[-4 * FRAME :]))
            phone.connect(here, dtmf=None, sending=False)
            await until(lambda: len(cloud.told) == 4)
            assert isinstance(cloud.told[3], DtmfReceived)
            assert cloud.told[3].key == "9"

    run(test)


@pytest.mark.rule("keys-in-band")
def test_tones_are_no_keys_where_events_were_agreed_on() -> None:
    async def test() -> None:
        async with two_sides() as (cloud, phone, _):
            here, there = cloud.open(), phone.open()
            cloud.connect(there)
            phone.connect(here, dtmf=None)
            phone.media.carry(SendDtmf("s", "12"))
            phone.media.carry(PreparePrompt(1, WELCOME))
            phone.media.carry(StartPlayback("s", 1, WELCOME))
            await until(lambda: any(isinstance(told, PlaybackDone) for told in phone.told))
            assert not any(isinstance(told, DtmfReceived) for told in cloud.told)

    run(test)
