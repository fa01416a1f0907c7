"""Rules of real-time transcriptions: <Start><Transcription>, its callbacks, and the REST resource."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import TWIML, Rule

_TRANSCRIPTION: Final = TWIML + "/transcription"
_RESOURCE: Final = "https://www.twilio.com/docs/voice/api/realtime-transcription-resource"

RULES: Final = (
    Rule("transcription-start", "documented", _TRANSCRIPTION,
         "Start with Transcription transcribes the call until Stop names it, or the call is over; the next verb "
         "follows at once."),
    Rule("transcription-callback", "documented", _TRANSCRIPTION + "#statuscallbackurl",
         "statusCallbackUrl is asked with AccountSid, CallSid, TranscriptionSid (GT), Timestamp in ISO 8601, "
         "SequenceId from 1 over "
         "all events, and TranscriptionEvent: transcription-started, -content, -stopped or -error; not with a "
         "call's usual "
         "parameters."),
    Rule("transcription-content", "documented", _TRANSCRIPTION + "#statuscallbackurl",
         "transcription-content has LanguageCode, Track, Final and TranscriptionData, which is JSON: "
         "transcript, and confidence "
         "where it is final; Stability is a parameter where it is not."),
    Rule("transcription-tracks", "documented", _TRANSCRIPTION + "#track",
         "Both tracks are transcribed unless track says inbound_track, the caller, or outbound_track, what the "
         "caller hears."),
    Rule("transcription-partial", "documented", _TRANSCRIPTION + "#partialresults",
         "partialResults reports what is not final as well."),
    Rule("transcription-text", "documented", _TRANSCRIPTION,
         "profanityFilter, true by default, leaves a profanity its first letter; "
         "enableAutomaticPunctuation=false leaves "
         "punctuation out."),
    Rule("transcription-error", "documented", _TRANSCRIPTION + "#statuscallbackurl",
         "Where nothing can recognise the speaker, transcription-error has TranscriptionErrorCode 32655 and "
         "TranscriptionError "
         "Provider Unavailable."),
    Rule("transcription-last-words", "assumed", "not published",
         "What was said until the end of the call, or until Stop, is reported before transcription-stopped."),
    Rule("transcription-pause", "assumed", "not published",
         "An utterance is final after 0.8 s of silence, and after 60 s."),
    Rule("transcription-words", "assumed", "ours: the live service recognises sounds",
         "What our own phones, simulated numbers and Say say is known word for word; other speakers are recognised."),
    Rule("transcription-name", "assumed", "as of recordings; the page says that a name identifies it",
         "A name that is taken, and a fifth transcription of a call, ends the document."),
    Rule("transcription-rest", "documented", _RESOURCE,
         "POST to a call's Transcriptions begins one (200), and POST with Status=stopped to its SID or its name "
         "stops it."),
    Rule("transcription-rest-state", "assumed", "not published",
         "A call that is not in progress is refused with 21220."),
)  # fmt: skip
