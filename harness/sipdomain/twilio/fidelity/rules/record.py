"""Rules of <Record>: when it begins and ends, what it holds, and who is asked then."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_RECORD: Final = TWIML + "/record"
_RECORDING: Final = TWIML + "/recording"

RULES: Final = (
    Rule("record-answers", "documented", _RECORD,
         'Record answers the call, and records the caller after a tone, or at once with playBeep="false".'),
    Rule("record-tone", "assumed", "ours: the page does not describe the tone",
         "The tone is 0.4 s of 1 kHz, and not part of the recording."),
    Rule("record-over", "documented", _RECORD + "#attributes-timeout",
         "It ends with a key of finishOnKey, after timeout seconds of silence, after maxLength, or with the call."),
    Rule("record-received-silence", "documented", _RECORD + "#attributes-timeout",
         "Only silence that is received counts: while no RTP comes, the recording goes on."),
    Rule("record-energy", "assumed", "ours: the page does not say what silence is",
         "Audio more than 46 dB below the largest sample is silent, and so is a click of less than 40 ms."),
    Rule("record-other-keys", "assumed", "not published", "Keys that finishOnKey does not name are left out."),
    Rule("record-action", "documented", _RECORD + "#attributes-action",
         "The action, by default the document's own URL, is asked in any case with RecordingUrl, RecordingDuration and "
         "Digits; what follows in the document is never reached."),
    Rule("record-duration", "documented", _RECORD + "#attributes-action",
         "RecordingDuration is that before silence is cut off; the status callback has that of what is left."),
    Rule("record-hang-up", "documented", _RECORD + "#attributes-action",
         "A caller who hangs up ends the recording, and the action is asked with Digits=hangup; its answer is not carried "
         "out."),
    Rule("record-nothing", "assumed", "not published",
         "A caller who hangs up before the recording began was not recorded, and the action is not asked."),
    Rule("record-redirected", "assumed", "not published",
         "A call that the REST API gives another document ends its recording, and the action is not asked."),
    Rule("record-stopped", "assumed", "not published",
         "A recording that the REST API stops is over, and the action is asked, with empty Digits."),
    Rule("record-no-action", "documented", ERRORS + "/11100",
         "Without an action, in a document that came through the REST API, there is nobody to ask: error 11100."),
    Rule("record-trim", "documented", _RECORD + "#attributes-trim",
         "Silence at begin and end is cut off, unless trim is do-not-trim; a silent recording is kept as it is."),
    Rule("record-callback", "documented", _RECORD + "#attributes-recordingstatuscallback",
         "recordingStatusCallback is notified of the events asked for, with RecordingSource RecordVerb."),
    Rule("record-warnings", "documented", ERRORS + "/13610 to 13699",
         "A bad attribute of Record has a warning of its own."),
    Rule("record-transcribe", "assumed", "ours: words are not written down",
         'transcribe="true" records as without it, with warning 12200, and 13615 where maxLength is over 120.'),
    Rule("record-full", "assumed", "ours: memory is bounded",
         "Past 100 unfinished recordings a further one cannot begin: the document ends with 12400."),
    Rule("start-recording", "documented", _RECORDING,
         "Start of a Recording begins it at once, and the next verb runs; it goes on to its Stop by name or the end of the "
         "call, and without a next verb the call ends."),
    Rule("start-recording-defaults", "documented", _RECORDING,
         "Such a recording has both tracks on two channels, and silence at its begin and end is cut off."),
    Rule("start-recording-callback", "documented", _RECORDING + "#recordingstatuscallback",
         "Its recordingStatusCallback is notified as that of any recording."),
    Rule("start-recording-source", "assumed", "the page does not say what this noun sends",
         "Its RecordingSource is StartCallRecordingAPI."),
    Rule("start-recording-name", "assumed", "documented: names are unique within a call; not what happens else",
         "A second Recording of a name that goes on ends the document with 12400."),
    Rule("stop-recording-unknown", "assumed", "not published", "A Stop of what has ended, or never began, does nothing."),
)  # fmt: skip
