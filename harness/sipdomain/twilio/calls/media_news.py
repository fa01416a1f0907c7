"""News from the media side, taken to the call, the prompt or the recording that it is of."""

from __future__ import annotations

from sipdomain.entries import AudioMeasured, Decision
from sipdomain.media.hearing import HearingFailed, HearingOver, SpeechBegan, WordsHeard
from sipdomain.media.outputs import (
    DtmfReceived,
    MediaFailed,
    MediaInput,
    MediaMeasured,
    MediaOpened,
    MediaSilent,
    PlaybackDone,
    PromptFailed,
    PromptReady,
    RecordingDone,
    RtpIgnored,
)
from sipdomain.media.playbacks import PlaybackStopped
from sipdomain.media.silence import SilenceHeard
from sipdomain.media.streaming import AudioRefused, FramesDropped, MarkPlayed, StreamMeasured, StreamSaid
from sipdomain.twilio.calls.leg import Leg, Service
from sipdomain.twilio.calls.table import FarEnd
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.store.call_records import CallStore


def take_media(service: Service, event: MediaInput, turn: Turn) -> None:
    """Take news from the media side; what is over by then takes none."""
    match event:
        case PromptReady() | PromptFailed():
            service.engine.prompts.rendered(event, turn)
        case RecordingDone():
            if (recorder := service.calls.recorders.get(event.recording)) is not None:
                recorder.done(event, turn)
        case SpeechBegan() | WordsHeard() | HearingFailed() | HearingOver():
            service.engine.hearings.heard(event, turn)
        case RtpIgnored():
            _note_ignored(service.engine.records, event, turn)
        case StreamSaid() | MarkPlayed() | AudioRefused() | FramesDropped() | StreamMeasured():
            if (streamed := service.engine.streams.get(event.stream)) is not None:
                streamed(event, turn)
        case MediaMeasured():
            _note_measured(service.engine.records, event, turn)
        case _:
            if (call := service.calls.find(event.session)) is not None:
                _inform(call, event, turn)
            elif (far_end := service.calls.parties.get(event.session)) is not None:
                _inform_far_end(far_end, event, turn)
            elif (siprec := service.calls.siprecs.at(event.session)) is not None:
                siprec.take(event, turn)


def _inform(
    call: Leg,
    event: MediaOpened
    | MediaFailed
    | PlaybackDone
    | PlaybackStopped
    | DtmfReceived
    | MediaSilent
    | SilenceHeard,
    turn: Turn,
) -> None:
    match event:
        case MediaOpened() | MediaFailed():
            call.media_opened(event, turn)
        case PlaybackDone():
            call.interpreter.played(event.playback, turn)
        case PlaybackStopped():
            call.interpreter.playback_stopped(event, turn)
        case DtmfReceived():
            call.interpreter.key_pressed(event.key, turn)
        case MediaSilent():
            call.fell_silent(event, turn)
        case SilenceHeard():
            call.interpreter.silence_heard(event.listener, turn)


def _inform_far_end(far_end: FarEnd, event: MediaInput, turn: Turn) -> None:
    """Say to a simulated party what happened at its end of the call; the keys that it hears are nobody's."""
    match event:
        case MediaOpened() | MediaFailed():
            far_end.media_opened(event, turn)
        case PlaybackDone():
            far_end.far_end_played(event, turn)
        case _:
            pass


def _note_measured(records: CallStore, event: MediaMeasured, turn: Turn) -> None:
    """Write down how the audio of a call went (rule rtcp)."""
    record = records.find(event.session)
    if record is not None:
        turn.out.append(
            AudioMeasured(
                at=turn.now, call_sid=record.sid, call_id=record.sip_call_id, sent=event.sent,
                received=event.received, lost=event.lost, jitter=event.jitter, remote_lost=event.remote_lost,
                remote_jitter=event.remote_jitter, round_trip=event.round_trip, reports=event.reports,
            )
        )  # fmt: skip


def _note_ignored(records: CallStore, event: RtpIgnored, turn: Turn) -> None:
    """Say in the call's decisions that RTP of a stranger was ignored (rule rtp-remote)."""
    record = records.find(event.session)
    if record is None:
        return
    packets = "1 packet" if event.packets == 1 else f"{event.packets} packets"
    turn.out.append(
        Decision(
            at=turn.now, call_id=record.sip_call_id, method="INVITE", check="media", outcome="noted",
            reason="rtp-ignored", rule="rtp-remote", got=f"RTP from {event.source}, {packets} ignored",
            wanted=f"{event.agreed}, as the session description says",
            mend="if that is the phone, name its address in c= and m=, or send RTP from the host that SIP comes from",
            account_sid=record.account_sid, domain_sid=record.domain_sid,
        )
    )  # fmt: skip
