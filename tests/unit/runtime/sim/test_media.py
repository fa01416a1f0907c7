"""Media in virtual time: two owners, one exchange."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from sipdomain.media.agreement import Agreement
from sipdomain.media.match import find
from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    DtmfReceived,
    MediaFailed,
    MediaMeasured,
    MediaOpened,
    MediaSilent,
    OpenMedia,
    PlaybackDone,
    PreparePrompt,
    PromptFailed,
    PromptReady,
    SendDtmf,
    StartPlayback,
    StopPlayback,
)
from sipdomain.media.prompts import AudioFile, Keys, Speech
from sipdomain.runtime.sim.exchange import SimExchange
from sipdomain.sip.outputs import Address
from tests.unit.runtime.sim.line import NOWHERE, WELCOME, Line

GOODBYE = Speech("Goodbye.")


def test_ports_are_even_and_the_same_in_every_run() -> None:
    assert [Line().phone.address for _ in range(2)] == [Address("127.0.0.10", 16_386)] * 2


def test_at_the_end_each_side_reports_how_many_packets_there_would_have_been() -> None:
    line = Line()
    line.run(1.0)
    line.cloud.connect(line.phone, sending=False)
    line.run(3.0)
    line.cloud.carry(CloseMedia("s"))
    line.run(4.0)
    line.phone.carry(CloseMedia("s"))

    assert line.cloud.told == [(3.0, MediaMeasured("s", 50, 150, 0, 0.0, 0, 0.0, 0.0))]
    assert line.phone.told == [(4.0, MediaMeasured("s", 200, 50, 0, 0.0, 0, 0.0, 0.0))]


def test_a_peer_that_is_not_there_reports_nothing() -> None:
    line = Line()
    line.phone.carry(CloseMedia("s"))
    other = line.side(SimExchange(), "127.0.0.30")
    other.carry(ConnectMedia("s", Agreement(NOWHERE, 0, "PCMU")))
    line.run(2.0)
    other.carry(CloseMedia("s"))

    assert other.told == [(2.0, MediaMeasured("s", 100, 0))]


def test_silence_of_a_peer_that_ought_to_send_is_reported_after_its_time() -> None:
    line = Line()
    line.cloud.carry(OpenMedia("watched", "127.0.0.1", silence=300.0))
    opened = line.cloud.told.pop()[1]
    assert isinstance(opened, MediaOpened)
    line.cloud.carry(ConnectMedia("watched", Agreement(line.phone.address, 0, "PCMU")))
    line.run(100.0)
    # The phone turns to the watched session for a while, then sends elsewhere.
    line.phone.carry(ConnectMedia("s", Agreement(opened.address, 0, "PCMU")))
    line.run(500.0)
    line.phone.carry(ConnectMedia("s", Agreement(NOWHERE, 0, "PCMU")))
    line.run(799.9)
    assert line.cloud.told == []
    line.run(2000.0)

    assert line.cloud.told == [(800.0, MediaSilent("watched", 300.0))]


def test_a_peer_on_hold_may_be_silent() -> None:
    line = Line()
    line.cloud.carry(OpenMedia("watched", "127.0.0.1", silence=300.0))
    line.cloud.told.clear()
    line.cloud.carry(ConnectMedia("watched", Agreement(NOWHERE, 0, "PCMU", receiving=False)))
    line.run(1000.0)
    line.cloud.carry(ConnectMedia("watched", Agreement(NOWHERE, 0, "PCMU")))
    line.run(1200.0)
    line.cloud.carry(ConnectMedia("watched", Agreement(NOWHERE, 0, "PCMU")))
    line.run(2000.0)
    assert line.cloud.told == [(1300.0, MediaSilent("watched", 300.0))]
    line.cloud.carry(CloseMedia("watched"))


def test_a_session_that_is_closed_awaits_nothing() -> None:
    line = Line()
    line.cloud.carry(OpenMedia("watched", "127.0.0.1", silence=300.0))
    line.cloud.told.clear()
    line.cloud.carry(ConnectMedia("watched", Agreement(NOWHERE, 0, "PCMU")))
    line.cloud.carry(CloseMedia("watched"))
    line.run(1000.0)

    assert line.cloud.told == [(0.0, MediaMeasured("watched", 0, 0))]


def test_a_prompt_is_heard_from_when_it_starts() -> None:
    line = Line()
    line.run(1.0)
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.run(5.0)

    match = find(line.phone.heard(), line.library.samples(WELCOME))
    assert match.weakest > 0.99
    assert match.offset == pytest.approx(1.0, abs=0.001)
    assert len(line.phone.heard()) == 5 * 8000
    assert not line.cloud.heard().any()


def test_playbacks_of_one_session_follow_one_another() -> None:
    line = Line()
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.cloud.carry(StartPlayback("s", 2, GOODBYE))
    line.run(10.0)

    assert find(line.phone.heard(), line.library.samples(GOODBYE)).offset == pytest.approx(3.06, abs=0.001)


def test_a_stopped_playback_falls_silent_and_the_next_moves_up() -> None:
    line = Line()
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.cloud.carry(StartPlayback("s", 2, GOODBYE))
    line.run(1.0)
    line.cloud.carry(StopPlayback("s", 1))
    line.run(10.0)

    assert find(line.phone.heard(), line.library.samples(WELCOME)).correlation < 0.7
    match = find(line.phone.heard(), line.library.samples(GOODBYE))
    assert match.weakest > 0.99
    assert match.offset == pytest.approx(1.0, abs=0.001)


def test_the_end_of_each_playback_is_reported_at_its_moment_unless_it_was_stopped() -> None:
    line = Line()
    for number, prompt in enumerate((WELCOME, GOODBYE, WELCOME, GOODBYE), start=1):
        line.cloud.carry(StartPlayback("s", number, prompt))
    line.run(4.0)
    line.cloud.carry(StopPlayback("s", 3))
    line.run(10.0)

    assert [(round(at, 3), told) for at, told in line.cloud.told] == [
        (3.06, PlaybackDone("s", 1)), (3.92, PlaybackDone("s", 2)), (4.86, PlaybackDone("s", 4)),
    ]  # fmt: skip


def test_a_playback_that_follows_at_the_moment_of_the_end_leaves_no_gap() -> None:
    line = Line()
    line.cloud.media.bind(
        lambda told: (
            line.cloud.carry(StartPlayback("s", 2, GOODBYE)) if told == PlaybackDone("s", 1) else None
        )
    )
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.run(10.0)

    assert find(line.phone.heard(), line.library.samples(GOODBYE)).offset == pytest.approx(3.06, abs=0.001)


def test_a_closed_session_reports_no_end_of_a_playback() -> None:
    line = Line()
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.run(1.0)
    line.cloud.carry(CloseMedia("s"))
    line.run(10.0)

    assert [type(told) for _, told in line.cloud.told] == [MediaMeasured]


@pytest.mark.parametrize("holder", ["cloud", "phone"])
def test_what_plays_during_a_hold_is_not_heard(holder: str) -> None:
    line = Line()
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.run(1.0)
    if holder == "cloud":
        line.cloud.connect(line.phone, sending=False)
    else:
        line.phone.connect(line.cloud, receiving=False)
    line.run(2.0)
    line.cloud.connect(line.phone)
    line.phone.connect(line.cloud)
    line.run(4.0)

    heard, wanted = line.phone.heard(), line.library.samples(WELCOME)
    assert not heard[8000:16_000].any()
    assert find(heard, wanted[:8000]).offset == pytest.approx(0.0, abs=0.001)
    assert find(heard, wanted[16_000:]).offset == pytest.approx(2.0, abs=0.001)


def test_a_closed_session_hears_no_more_but_what_it_heard_stays() -> None:
    line = Line()
    line.cloud.carry(StartPlayback("s", 1, WELCOME))
    line.run(1.0)
    line.phone.carry(CloseMedia("s"))
    line.run(9.0)

    assert len(line.phone.heard()) == 8000
    assert find(line.phone.heard(), line.library.samples(WELCOME)[:7840]).weakest > 0.99


@pytest.mark.rule("keys-in-band")
def test_keys_are_heard_as_tones_where_events_were_not_agreed_on() -> None:
    line = Line()
    for side, other in ((line.cloud, line.phone), (line.phone, line.cloud)):
        side.carry(ConnectMedia("s", Agreement(other.address, 0, "PCMU")))
    line.phone.carry(StartPlayback("s", 1, WELCOME))
    line.phone.carry(SendDtmf("s", "1#"))
    line.run(9.0)
    line.phone.carry(StartPlayback("s", 2, Keys("D")))
    line.run(12.0)

    keys = [(at, told.key) for at, told in line.cloud.told if isinstance(told, DtmfReceived)]
    assert [key for _, key in keys] == ["1", "#", "D"]
    assert 9.1 <= keys[2][0] <= 9.3


@pytest.mark.rule("keys-in-band")
def test_tones_are_no_keys_where_events_were_agreed_on() -> None:
    line = Line()
    for side, other in ((line.cloud, line.phone), (line.phone, line.cloud)):
        side.carry(ConnectMedia("s", Agreement(other.address, 0, "PCMU", 101)))
    line.phone.carry(StartPlayback("s", 1, Keys("12")))
    line.run(5.0)
    assert [told for _, told in line.cloud.told if isinstance(told, DtmfReceived)] == []


@pytest.mark.rule("keys-heard")
def test_keys_arrive_when_they_are_up_again() -> None:
    line = Line()
    line.phone.carry(SendDtmf("s", "1#", duration=0.1, gap=0.2))
    line.phone.carry(SendDtmf("s", "9", duration=0.1))
    line.run(5.0)

    assert [(round(at, 6), told) for at, told in line.cloud.told] == [
        (0.1, DtmfReceived("s", "1", 0.1)),
        (0.4, DtmfReceived("s", "#", 0.1)),
        (0.7, DtmfReceived("s", "9", 0.1)),
    ]


def test_keys_end_with_their_session() -> None:
    line = Line()
    line.phone.carry(SendDtmf("s", "123"))
    line.run(0.15)
    line.phone.carry(CloseMedia("s"))
    line.run(5.0)

    assert [told for _, told in line.cloud.told] == [DtmfReceived("s", "1", 0.1)]


@pytest.mark.rule("play-digits-as-tones")
def test_keys_are_tones_where_events_were_not_agreed() -> None:
    line = Line()
    line.phone.connect(line.cloud, dtmf=None)
    line.phone.carry(SendDtmf("s", "42"))
    line.run(2.0)

    assert line.cloud.told == []
    assert find(line.cloud.heard(), line.library.samples(Keys("42"))).correlation > 0.99


def test_keys_that_are_none_are_let_go_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    line = Line()
    line.phone.carry(SendDtmf("s", "1x"))
    line.run(2.0)

    assert line.cloud.told == []
    assert "session s: not a key: 'x'" in caplog.text


def test_a_second_peer_at_the_same_address_is_heard_too() -> None:
    line = Line()
    line.cloud.carry(OpenMedia("other", "127.0.0.1"))
    line.cloud.carry(ConnectMedia("other", Agreement(line.phone.address, 8, "PCMA")))
    line.cloud.carry(StartPlayback("s", 1, Keys("1")))
    line.run(1.0)
    line.cloud.carry(StartPlayback("other", 2, Keys("9")))
    line.run(2.0)

    for digits, offset in (("1", 0.0), ("9", 1.0)):
        match = find(line.phone.heard(), line.library.samples(Keys(digits)))
        assert match.correlation > 0.99
        assert match.offset == pytest.approx(offset, abs=0.001)


def test_a_long_call_keeps_ten_minutes() -> None:
    line = Line()
    line.run(4 * 3600.0)

    assert len(line.phone.heard()) == 600 * 8000


def test_prompts_are_ready_at_once() -> None:
    line = Line()
    file = io.BytesIO()
    soundfile.write(file, np.zeros(4000), 8000, format="WAV")
    line.cloud.carry(PreparePrompt(1, GOODBYE))
    line.cloud.carry(PreparePrompt(2, AudioFile(file.getvalue(), "audio/wav")))
    line.cloud.carry(PreparePrompt(3, AudioFile(b"junk", "audio/mpeg")))

    told = [told for _, told in line.cloud.told]
    assert told[:2] == [PromptReady(1, 0.86), PromptReady(2, 0.5)]
    assert isinstance(told[2], PromptFailed)
    assert "cannot read audio/mpeg" in told[2].reason


def test_a_session_is_opened_once() -> None:
    line = Line()
    line.cloud.carry(OpenMedia("s", "127.0.0.1"))

    assert line.cloud.told[-1][1] == MediaFailed("s", "the session is open already")


def test_what_is_asked_of_an_unknown_session_does_nothing() -> None:
    line = Line()
    line.cloud.carry(StartPlayback("unknown", 1, GOODBYE))
    line.cloud.carry(CloseMedia("unknown"))

    assert (line.cloud.told, len(line.cloud.media.heard("unknown"))) == ([], 0)


def test_the_last_64_closed_sessions_stay_readable() -> None:
    line = Line()
    for number in range(64):
        line.phone.carry(OpenMedia(str(number), "127.0.0.10"))
        line.phone.carry(CloseMedia(str(number)))
    line.cloud.carry(StartPlayback("s", 1, GOODBYE))
    line.run(1.0)
    line.phone.carry(CloseMedia("s"))
    last = len(line.phone.heard())
    for number in range(64):
        line.phone.carry(OpenMedia(str(number), "127.0.0.10"))
        line.phone.carry(CloseMedia(str(number)))

    assert (last, len(line.phone.heard())) == (8000, 0)
