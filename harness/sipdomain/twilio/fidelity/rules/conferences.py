"""Rules of <Conference>: when it starts and ends, who hears whom, what is reported, and what the REST API changes."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_CONFERENCE: Final = TWIML + "/conference"
_PARTICIPANT: Final = "https://www.twilio.com/docs/voice/api/conference-participant-resource"
_RESOURCE: Final = "https://www.twilio.com/docs/voice/api/conference-resource"

RULES: Final = (
    Rule("conference-start", "documented", _CONFERENCE + "#startconferenceonenter",
         "A conference of that name in the account starts when two are present and one of them has startConferenceOnEnter; "
         "until then each hears wait music, and nobody else."),
    Rule("conference-start-order", "assumed", "not published",
         "The participant-join of the one with whom it starts is reported before conference-start."),
    Rule("conference-end", "documented", _CONFERENCE + "#endconferenceonexit",
         "A conference ends with its last participant, one that has endConferenceOnExit, or by the REST API; all others go "
         "on with their documents, and conference-end is reported last."),
    Rule("conference-wait", "documented", _CONFERENCE + "#waiturl",
         "waitUrl gives Play, Say, Pause and Redirect (another verb is 13238) or a sound; then silence; a blank Redirect "
         'begins anew; "" is silence. When it fails the call does not take part, and goes on.'),
    Rule("conference-music", "assumed", "ours: the provider's playlist is not to be had",
         "Without waitUrl, eight seconds of music of our own are played over and over."),
    Rule("conference-refusals", "documented", ERRORS + "/16020, /16025, /13240",
         "A full conference, a label in use, and a coach of nobody who is there keep a call out, which goes on: to the "
         "next verb with 16025, else to the action."),
    Rule("conference-limit", "assumed", "not published: of whom it counts",
         "maxParticipants counts as the one says who comes; 250 is the most in any case."),
    Rule("conference-beep", "documented", _CONFERENCE + "#beep",
         "Two tones are heard in a conference that has started when somebody comes or goes, as that one's beep says."),
    Rule("conference-callback", "documented", _CONFERENCE + "#statuscallback",
         "The first participant's statusCallback is notified of the events that it names, numbered from 1."),
    Rule("conference-recording", "documented", _CONFERENCE + "#record",
         "record-from-start of the first participant records what all say from the start to the end, in one channel; its "
         "callback has ConferenceSid in place of CallSid, and RecordingSource Conference."),
    Rule("conference-dial", "documented", TWIML + "/dial#action",
         "timeLimit and hangupOnStar of Dial end it for one participant; the action has DialCallStatus answered, and "
         "neither DialCallSid nor DialCallDuration."),
    Rule("conference-failed", "assumed", "not published", "Whoever cannot take part has DialCallStatus failed."),
    Rule("conference-call", "documented", _PARTICIPANT + "#create-a-participant",
         "POST Participants calls a number, a client or a SIP address into a conference; one of that name is made where "
         "there is none, and the call has the participant's own webhooks, limits and recording."),
    Rule("conference-call-name", "assumed", "not published",
         "Participants are found by the conference's name too, while it goes on; who is only called is listed, but not "
         "changed; a conference to which nobody comes is completed, with last-participant-left."),
    Rule("conference-participants", "documented", _PARTICIPANT,
         "The REST API mutes, holds, coaches and takes out who is in a conference; a flag that is neither true nor false "
         "is false; the label may stand for the SID of the call."),
    Rule("conference-announce", "documented", _RESOURCE,
         "AnnounceUrl of a conference is heard by all, that of a participant by that one; HoldUrl by who is on hold, in "
         "place of the others."),
)  # fmt: skip
