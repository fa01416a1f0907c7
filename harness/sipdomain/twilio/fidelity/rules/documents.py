"""Rules of documents and status callbacks: TwiML as SIP, and the end of a call."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import INTERFACE, SENDING, SIP_TWIML, TWIML, Rule

RULES: Final = (
    Rule("reject-late", "documented", "https://www.twilio.com/docs/voice/twiml/reject (only the first verb has an effect)",
         "A Reject in a document that comes after the answer hangs up."),
    Rule("play-digits", "documented", INTERFACE + "; https://www.twilio.com/docs/voice/twiml/play#attributes-digits",
         "Play digits go as telephone-event where that was agreed: w waits half a second, W a whole one."),
    Rule("keys-heard", "documented", INTERFACE, "Keys of the other side are heard as telephone-event."),
    Rule("keys-in-band", "assumed", "not published; ITU-T Q.23 and Q.24 say what a tone is",
         "Where telephone-event was not agreed on, keys are heard as tones in the audio; where it was, tones are no keys."),
    Rule("keys-in-band-bridged", "assumed", "not published",
         "A key that one side of a bridge sends as a tone is sent as telephone-event to another side that agreed on it."),
    Rule("play-digits-as-tones", "assumed", "not published", "Without telephone-event they go as tones."),
    Rule("error-announcement", "documented", "https://www.twilio.com/blog/2012/03/a-hidden-gem-fallback-urls.html",
         "Without a working fallback the caller hears an apology, and the call ends."),
    Rule("error-announcement-in-sip", "assumed", "not published",
         "A call that still rings is answered for it; its status is completed."),
    Rule("callbacks-four", "documented", SENDING + " (text of about 2022)",
         "The status callback URL is notified of initiated, ringing, answered, completed, in that order.", ("documented",)),
    Rule("callback-one", "observed", SENDING,
         "The status callback URL is notified of completed alone.", ("observed",), ("LAB",)),
    Rule("callback-answered-status", "assumed", "by analogy with outbound SIP legs",
         "The callback for answered says CallStatus in-progress."),
    Rule("callback-parameters", "observed", TWIML,
         "A callback carries SequenceNumber from 0, Timestamp, CallbackSource; completed also CallDuration in "
         "seconds and Duration in begun minutes.", labels=("BODIES",)),
    Rule("inbound-callback-code", "assumed", "not published: bodies with SipResponseCode are of outbound calls",
         "Callbacks of inbound calls have no SipResponseCode."),
    Rule("callback-never-answered", "assumed", "published for the legs of Dial alone",
         "The last callback of a call that was never answered says how it ended: busy, no-answer, canceled or failed."),
    Rule("call-statuses", "documented", TWIML,
         "A call is queued, initiated, ringing, in-progress, and then completed, busy, failed, no-answer or canceled."),
    Rule("callback-failures", "documented", "https://www.twilio.com/docs/api/errors/15003",
         "A callback that fails is a warning, and the next one goes out."),
    Rule("reject-603", "documented", SIP_TWIML + " (older text)",
         "A leading Reject answers 603; with reason busy 486.", ("documented",)),
    Rule("reject-404", "documented", SIP_TWIML + " (current text)",
         "A leading Reject answers 404 Not Found; with reason busy 486.", ("observed",)),
    Rule("redirect-keeps-ringing", "documented", SIP_TWIML,
         "A leading Redirect leaves the call ringing while the next document is fetched."),
    Rule("pause-first", "documented", TWIML + "/pause (delayed pickup)",
         "A leading Pause lets the call ring for its length."),
    Rule("hangup-answers", "documented", TWIML + "/hangup (a leading Hangup does not prevent that the call is answered)",
         "A leading Hangup answers the call, then ends it."),
    Rule("echo", "assumed", "not published; the provider's SDKs have the verb, without attributes",
         "Echo answers, and lets the caller hear what it says until the call ends or REST brings another document."),
    Rule("document-errors", "documented", "https://www.twilio.com/docs/api/errors/12100, 12101 and 12102",
         "What is not well-formed XML, a blank before the declaration included, is 12100, an unknown version 12101, "
         "another root than Response 12102."),
    Rule("document-warnings", "documented", "https://www.twilio.com/docs/api/errors/12200",
         "An unknown verb or attribute, or one in wrong case, is a warning, 12200, and left out; so is a bad value, under "
         "its own code: the rest is carried out."),
    Rule("document-end", "documented", TWIML, "After the last verb the call is hung up."),
    Rule("document-limit", "assumed", "ours: a loop of redirects must end",
         "A call that asks for more than 1,000 documents hears the apology, with 12400."),
)  # fmt: skip
