"""Rules of <Dial> where it calls others: who is called, who wins, what the two hear, and what the action gets."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_DIAL: Final = TWIML + "/dial"
_SIP: Final = TWIML + "/sip"

RULES: Final = (
    Rule("dial-forking", "documented", _SIP,
         "Up to ten nouns are called at once; the first who answers has the call, and the others get CANCEL. With "
         "sequential=true they are called one after the other."),
    Rule("dial-sequential-timeout", "assumed", "not published", "In a sequential dial each noun has the whole timeout."),
    Rule("dial-bridge", "documented", _DIAL,
         "Caller and called hear each other until one hangs up: then the called one's leg is over, and a caller who stays "
         "goes on, with the action if there is one, else with the next verb."),
    Rule("dial-caller-gone", "documented", _DIAL + "#action",
         "The action is asked at the end of the dial, for a caller who hung up too; nothing of its answer is carried out."),
    Rule("dial-caller-gone-status", "assumed", "not published",
         "Legs that ring when the caller hangs up are no-answer; those that a new document or * leaves behind canceled."),
    Rule("dial-action", "documented", _DIAL + "#action; " + _SIP + "#action",
         "The action has DialCallStatus, DialCallSid, DialCallDuration and DialBridged; of a SIP leg also DialSipCallId, "
         "DialSipResponseCode, and DialSipHeader_X-… of the final response."),
    Rule("dial-status-of-several", "assumed", "not published",
         "Of several who do not answer, the action gets the one whose end came last."),
    Rule("dial-duration", "assumed", "not published", "DialCallDuration is there only if the leg was answered."),
    Rule("dial-redirected-leg", "documented", _DIAL + "#action",
         "A leg that the REST API gives a document of its own leaves the caller, who goes on; DialCallDuration is absent."),
    Rule("dial-timeout", "documented", _DIAL + "#timeout",
         "A leg rings for timeout seconds, 30 by default, and 5 more; then it is no-answer."),
    Rule("dial-time-limit", "documented", _DIAL + "#timelimit",
         "timeLimit seconds after the bridge the called leg is hung up, and the caller goes on."),
    Rule("dial-star", "documented", _DIAL + "#hanguponstar",
         "With hangupOnStar the caller's * ends the dial, and the caller goes on; the status is completed, or canceled for "
         "a leg that rang."),
    Rule("dial-ringing", "documented", _DIAL + "#ringtone",
         "From when the first phone rings the caller hears the ringing of the ringTone's country until somebody is "
         "connected."),
    Rule("dial-caller-id", "documented", _DIAL + "#callerid",
         "A SIP party sees callerId: letters, digits, + - _ and . (else 13214, and it is left out); without one the "
         "caller's From."),
    Rule("dial-sip-uri", "documented", ERRORS + "/13243",
         "The text of Sip may lack sip: and stand among blanks; what is not a SIP URI is not called: 13243."),
    Rule("dial-headers", "documented", _SIP + "#custom-sip-headers; " + ERRORS + "/13252 and 13253",
         "Header fields of the URI go into the INVITE as of calls by REST. A name that is not valid (13252), one of the "
         "provider's own (32113), or more than 1023 characters (13253) keep the noun from being called."),
    Rule("dial-digest", "documented", _SIP + "#sip-authentication",
         "username and password answer a challenge, 401 or 407; without them it is a refusal."),
    Rule("dial-callbacks", "documented", _SIP + "#statuscallbackevent",
         "Each noun's statusCallback gets the events of its leg that statusCallbackEvent names: initiated, ringing, "
         "answered, completed; completed alone without one."),
    Rule("dial-whisper", "documented", _SIP + "#url",
         "url gives a document that the called one hears alone, while the caller hears ringing; after its last verb the "
         "two are connected. Its request also has SipDomain, SipDomainSid and SipSourceIp, and SipHeader_ parameters of "
         "the 200."),
    Rule("dial-whisper-declined", "documented", _SIP + "#url",
         "A Hangup in that document declines: the dial goes on as not answered, with the next noun of a sequential one."),
    Rule("dial-whisper-dial", "documented", ERRORS + "/13201", "A Dial in it is 13201."),
    Rule("dial-whisper-others", "assumed", "not published",
         "Enqueue and Leave in it are 13201 too. Who has a document to hear has answered: no other phone rings on."),
    Rule("dial-whisper-failed", "assumed", "not published", "When it cannot be had, the leg is hung up as if declined."),
    Rule("dial-answer-on-bridge", "documented", _DIAL + "#answeronbridge",
         "With answerOnBridge=true a call that rings rings on, and gets its 200 when the called one is connected, after a "
         "document of that one's own."),
    Rule("dial-answer-on-bridge-failed", "assumed", "not published",
         "When nobody can be connected, the caller rings on into the action's document, or the next verb."),
    Rule("dial-early-media", "documented", _DIAL + "#answeronbridge",
         "What a phone plays before it answers is heard by the caller in place of the ringing: by a 183 with a session "
         "description when the call is not answered yet."),
    Rule("dial-early-media-one", "assumed", "not published",
         "Of several phones the first one with early media is heard; none is while a document is heard before the bridge."),
    Rule("dial-record", "documented", _DIAL + "#record",
         "record-from-answer (or true) records from the bridge on, record-from-ringing from the first ringing, to the "
         "dial's end: both in one channel, with -dual the caller on the left and the called one on the right; "
         "recordingTrack inbound or outbound has one channel. RecordingSource is DialVerb, CallSid the caller's, and the "
         "action has RecordingUrl."),
    Rule("dial-record-unanswered", "assumed", "not published",
         "A call that is not answered yet is recorded from its answer on."),
    Rule("dial-sim", "documented", ERRORS + "/13258", "A Sim inside Dial ends the document with 13258."),
    Rule("dial-not-emulated", "assumed", "ours: they are not emulated",
         "An Application or a WhatsApp inside Dial ends the document with 13750."),
    Rule("dial-leg-update", "documented", _DIAL + "#action",
         "The REST API ends a leg on its own, and the caller goes on; one that rings is canceled."),
    Rule("dial-leg-lost", "assumed", "not published",
         "A leg whose phone answers no refresh of the session, or sends no audio, is hung up, and the caller goes on."),
    Rule("dial-too-many", "assumed", "not published", "Of more than ten nouns the first ten are called: 13250."),
    Rule("dial-nobody", "assumed", "not published", "A Dial that can call nobody is over at once with status failed."),
)  # fmt: skip
