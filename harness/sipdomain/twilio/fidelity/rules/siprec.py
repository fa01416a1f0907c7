"""Rules of SIPREC: the recording session, its offer and metadata, what ends it, and who is notified."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_SIPREC: Final = TWIML + "/siprec"
_BY_REST: Final = "https://www.twilio.com/docs/voice/api/siprec"
_RFC7866: Final = "RFC 7866 section "

RULES: Final = (
    Rule("siprec", "documented", _SIPREC,
         "Start of a Siprec sends the call's audio to the session recording server of a connector, and the next verb runs "
         "at once; it goes on to its Stop by name, the REST API or the end of the call."),
    Rule("siprec-connector", "documented", _BY_REST,
         "A connector has a unique name, the sip: URI of the server, and a header field with a credential that the INVITE "
         "carries; ;secure=true asks for TLS and SRTP, ;edge=NAME for an edge, and the server sees neither."),
    Rule("siprec-connector-unknown", "documented", ERRORS + "/31940", "A connector that is not there is error 31940."),
    Rule("siprec-edge", "assumed", "ours: every edge is this process", "An edge changes nothing but is checked."),
    Rule("siprec-tracks", "documented", _SIPREC,
         "Each track is a stream of its own, both of them by default; at most four of a call are sent at a time."),
    Rule("siprec-too-many", "assumed", "not published",
         "Tracks of Streams count among the four; one more, or a name that is taken, is error 31941, and the call "
         "goes on."),
    Rule("siprec-dtmf", "documented", _SIPREC, "Keys are not sent to the server."),
    Rule("siprec-tones", "assumed", "documented: DTMF is not sent; not what happens to tones in the audio",
         "No telephone-event is offered, and a key that came as an event is nowhere; a tone in the caller's audio stays."),
    Rule("siprec-invite", "standard", _RFC7866 + "6.1.1",
         "The INVITE has Require: siprec, +sip.src in its Contact, and two parts: the offer and the metadata."),
    Rule("siprec-labels", "standard", _RFC7866 + "7.1.1",
         "Each stream of the offer is sendonly and has a label, which the metadata joins to who speaks."),
    Rule("siprec-metadata", "standard", "RFC 7865 sections 6 and 9",
         "The metadata is complete: the session with the Call-ID of the call, both participants, the streams, who sends "
         "and who hears which."),
    Rule("siprec-fields", "assumed", "not published: the INVITE of the service",
         "From is the account's SID at sip.twilio.com; X-Twilio-AccountSid and X-Twilio-CallSid are there as in other "
         "calls."),
    Rule("siprec-speakers", "assumed", "not published",
         "The inbound track is label 1 and has the voice of the party of this call; outbound is the other participant's."),
    Rule("siprec-parameters", "assumed", "documented: Siprec has Parameters; not where they arrive",
         "Parameters stand in the metadata's session, in a namespace of our own."),
    Rule("siprec-refused", "assumed", "not published: which code",
         "A server that refuses, or answers nothing that can be agreed on, is error 32011; a track with port 0 is left "
         "out, and the others go on."),
    Rule("siprec-unanswered", "assumed", "not published", "A server has 30 seconds to answer the INVITE."),
    Rule("siprec-stopped", "standard", _RFC7866 + "7.1", "What is stopped, or whose call ends, is ended by BYE."),
    Rule("siprec-bye", "assumed", "not published",
         "A BYE of the server ends the session as stopped, and the call goes on."),
    Rule("siprec-reinvite", "assumed", "ours: not emulated", "An INVITE of the server within the session gets 488."),
    Rule("siprec-callback", "documented", _SIPREC,
         "statusCallback gets SiprecSid, SiprecName, SiprecEvent (siprec-started, siprec-stopped or siprec-error), "
         "Timestamp, on error SiprecError and SiprecErrorCode, and the parameters of the call."),
    Rule("siprec-name", "assumed", "not published", "SiprecName of a session without a name is its SID."),
    Rule("siprec-by-rest", "documented", _BY_REST,
         "Calls/{CA}/Siprec begins a session, and Status=stopped ends any by its SID or name: each answers 200."),
)  # fmt: skip
