"""Rules of recordings."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import RECORDING, RECORDING_CALLBACKS, TWIML, Rule

RULES: Final = (
    Rule("recording-start", "documented", RECORDING,
         "A POST to the Recordings of a call in progress records it from now on, to its stop or the call's end."),
    Rule("recording-properties", "documented", "https://github.com/twilio/twilio-oai",
         "A recording shows its channels, source, status, media_url and error_code, as the description has them."),
    Rule("recording-ineligible", "observed", "",
         "A call that rings or is over is not recorded: 400 with 21220, Requested resource is not eligible for recording.",
         labels=("REPORTS",)),
    Rule("recording-over", "assumed", "by analogy with a call that is over",
         "A recording that is stopped cannot be paused, resumed or stopped: 400 with 21220."),
    Rule("recording-once", "assumed", "LAB: a second one is not made; what is answered is not documented",
         "While one recording runs, a POST for another answers with that one, and changes nothing."),
    Rule("recording-current", "documented", RECORDING,
         "Twilio.CURRENT stands for the recording of a call that runs; without one it is 404."),
    Rule("recording-channels", "documented", RECORDING + "; https://www.twilio.com/docs/flex/developer/insights/"
         "enable-dual-channel-recordings",
         "Both sides are mixed to one channel, or with dual the caller is on the left and the other side on the right."),
    Rule("recording-track", "documented", "https://www.twilio.com/en-us/changelog/"
         "dual-channel-voice-recordings-by-default", "One side alone, inbound or outbound, has one channel."),
    Rule("recording-pause", "documented", RECORDING,
         "A pause is silence, or with PauseBehavior skip it is left out."),
    Rule("recording-duration", "assumed", "the provider has whole seconds, and does not say how they are rounded",
         "A duration is given to the nearest second, and is at least 1."),
    Rule("recording-longest", "assumed", "ours: memory is bounded (the provider records for up to 24 hours)",
         "A recording of an hour ends, and the call goes on."),
    Rule("recording-at-once", "assumed", "ours: memory is bounded",
         "Past 100 unfinished recordings a further one is refused with 429 and 20429."),
    Rule("recording-kept", "assumed", "ours: memory is bounded (the provider keeps them until they are deleted)",
         "Past 1,000 finished recordings the first is forgotten; past 256 MiB of audio the first is deleted."),
    Rule("recording-callback", "documented", RECORDING_CALLBACKS,
         "RecordingStatusCallback is notified, signed, of the events asked for among in-progress, completed and absent."),
    Rule("recording-callback-form", "observed", "",
         "A recording callback also carries RecordingTrack and ErrorCode, which is 0 where there is none.",
         labels=("BODIES",)),
    Rule("recording-callback-failures", "assumed", "by analogy with status callbacks",
         "A recording callback that fails is a warning, 15003, and the next one goes out."),
    Rule("recording-absent", "documented", "https://www.twilio.com/docs/api/errors/16101 and 16102",
         "A recording without audio is absent, with 16101, or 16102 when all of it was silence to be trimmed."),
    Rule("recording-too-short", "assumed", "not published", "Only an empty recording is too short for 16101."),
    Rule("recording-media", "documented", RECORDING,
         "Media is WAV, or MP3 with .mp3, for whoever has its address; RequestedChannels=1 mixes two channels."),
    Rule("recording-deleted", "documented", RECORDING,
         "DELETE lets the audio go; for 40 days IncludeSoftDeleted=true still shows that it was there."),
    Rule("recording-unfinished", "assumed", "https://www.twilio.com/docs/api/errors/20009 (by analogy with calls)",
         "A recording that is not finished is not deleted: 409 with 20009."),
    Rule("bye-recording", "observed", "",
         "The BYE of a call that was recorded carries X-Twilio-RecordingSid and X-Twilio-RecordingDuration.",
         labels=("TRACES",)),
    Rule("callback-recording", "documented", TWIML + "#request-parameters",
         "The last status callback of such a call carries RecordingUrl, RecordingSid and RecordingDuration."),
)  # fmt: skip
