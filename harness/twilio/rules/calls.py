"""Rules of calls: messages, session descriptions, media, and what happens within a dialog."""

from __future__ import annotations

from typing import Final

from harness.twilio.rules.rule import SECURE_MEDIA, SIP_TWIML, TWIML, Rule

RULES: Final = (
    Rule("broken-message", "standard", "RFC 3261 sections 7.3, 8.2 and 16.3",
         "A request that breaks the grammar gets 400; what cannot be answered is dropped."),
    Rule("broken-message-reason", "assumed", "the service's own texts are not published",
         "The reason phrase of such a 400 says what is broken."),
    Rule("bad-sdp", "assumed",
         "https://www.twilio.com/docs/api/errors/32102 (the status is RFC 3261 section 21.4.26)",
         "An offer that cannot be read or has no common codec gets 488 with 32102."),
    Rule("empty-body", "assumed", "https://www.twilio.com/docs/api/errors/32103 (not allowed in this context: "
         "that late offer is such a context, and the status, are assumed; no trace shows one)",
         "An INVITE without a session description (late offer) gets 488 with 32103."),
    Rule("too-many-hops", "documented", "https://www.twilio.com/docs/api/errors/32006",
         "A request with no hops left is refused, with 32006."),
    Rule("too-many-hops-status", "standard", "RFC 3261 section 16.3", "A request with Max-Forwards 0 gets 483."),
    Rule("few-hops", "documented", "https://www.twilio.com/docs/api/errors/32006 (send 20 or more)",
         "An INVITE with a Max-Forwards under 20 is taken, and noted with 32006: the live service may run out of "
         "hops."),
    Rule("contact-required", "assumed", "https://www.twilio.com/docs/api/errors/32105 (the status is not published)",
         "An INVITE without a Contact that can be read gets 400 with 32105."),
    Rule("require", "standard", "RFC 3261 section 8.2.2.3",
         "A request that requires an extension, of servers or of proxies, gets 420 with Unsupported."),
    Rule("allow", "observed", "", "Allow names INVITE, ACK, CANCEL, OPTIONS, BYE, REFER and NOTIFY.",
         labels=("META", "ZOF")),
    Rule("methods", "standard", "RFC 3261 section 8.2.1",
         "A method that is not allowed gets 405 with Allow, and one that nobody knows 501."),
    Rule("rtp-remote", "assumed", "RFC 3264 section 8.3.1, RFC 4961 (the service's own choice is not published)",
         "RTP is taken from, and sent to, the agreed address; another port of its host, or the host that SIP comes"
         " from, is learned until the agreed one is heard, and again after 2 seconds of silence; others are "
         "ignored and noted."),
    Rule("media-type", "standard", "RFC 3261 section 8.2.3",
         "An INVITE with another body than a session description gets 415, one that accepts none 406."),
    Rule("multipart", "standard", "RFC 5621 sections 3 and 5",
         "Of a multipart body the first session description counts; a part with handling=required that is none "
         "gets 415."),
    Rule("refer-without-dial", "documented", "https://www.twilio.com/docs/api/errors/13802",
         "A REFER that no Dial allows by its referUrl is refused with 13802, and the call goes on."),
    Rule("refer-without-dial-status", "assumed", "not published",
         "A REFER that no Dial allows gets 403."),
    Rule("notify", "standard", "RFC 6665 section 4.1.3",
         "A NOTIFY of no subscription gets 481, and a call that it came in goes on."),
    Rule("no-extensions", "observed", "",
         "100rel and whatever else a caller supports has no effect: no PRACK, no UPDATE.", labels=("META", "ZOF")),
    Rule("session-timer", "assumed",
         "RFC 4028; whether the service grants timers is not published; its own INVITEs have Supported: timer (META) "
         "and Min-SE: 120 (GIST17)",
         "A Session-Expires of 120 s or more is granted, a shorter one gets 422; the caller refreshes unless it "
         "asks the cloud to; a session that nobody refreshes ends with BYE."),
    Rule("call-limit", "assumed", "ours: memory is bounded",
         "Past the most calls at once, and past three times what is free from one source, an INVITE gets 503 "
         "with Retry-After."),
    Rule("secure-media-refused", "assumed", "https://www.twilio.com/docs/api/errors/32207 (the status by analogy)",
         "An SRTP offer to a domain that is not secure gets 488 with 32207."),
    Rule("secure-media-required", "assumed", "https://www.twilio.com/docs/api/errors/32208 (the status by analogy)",
         "An RTP offer to a secure domain gets 488 with 32208, also one with keys under RTP/AVP."),
    Rule("secure-media", "documented", SECURE_MEDIA,
         "A secure domain takes SDES keys for AES_CM_128_HMAC_SHA1_80 and _32, without an MKI."),
    Rule("secure-media-first", "standard", "RFC 4568 sections 5.1.2 and 6.2",
         "Of several crypto lines the first that can be taken is answered."),
    Rule("verbs-answer", "documented", SIP_TWIML + "; " + TWIML + "/reject",
         "Say and Play answer the call as they begin; whatever the first verb is, unless it is Reject, the call is "
         "answered in the end."),
    Rule("answer-mirrors-numbers", "observed", "", "The answer takes over the payload numbers of the offer.",
         labels=("META",)),
    Rule("to-tags", "observed", "",
         "To tags are eight digits, eight hexadecimal digits and a UUID; those of the edge 32 and 8 hexadecimal "
         "digits.", labels=("TRACES", "ZOF")),
    Rule("server-names", "observed", "",
         "The edge is Server: Twilio Gateway, what is behind it Server: Twilio; requests have User-Agent: Twilio "
         "Gateway.", labels=("ZOF", "SIPS")),
    Rule("answer-form", "observed", "",
         "The 200 carries Allow and X-Twilio-CallSid, and a session description from Twilio Media Gateway.",
         labels=("META",)),
    Rule("route-set", "observed", "https://www.twilio.com/docs/api/errors/32022",
         "The 200 has two Record-Routes of the edge and a Contact behind them: an ACK without Route is not heard.",
         ("observed",), ("META", "PYV297")),
    Rule("route-set-missing", "assumed", "RFC 3261 section 12.2.2 (what the edge answers is not published)",
         "Another request within the call that does not follow the route set gets 481.", ("observed",)),
    Rule("one-codec", "observed", "", "The answer picks one codec, the first that can be, and telephone-event.",
         ("observed",), ("TRACES",)),
    Rule("refresh-keeps-version", "standard", "RFC 3264 section 8",
         "An INVITE within a call that changes nothing is answered with the same o= version; else it is one higher."),
    Rule("bye-form", "observed", "",
         "The BYE carries User-Agent Twilio Gateway, X-Twilio-CallSid and Reason Q.850;cause=16.",
         labels=("TRACES",)),
    Rule("re-invite", "assumed", "RFC 3264 section 8 (Allow names INVITE; what the service does is not published)",
         "An INVITE within a call holds, resumes or moves its audio; without an offer it is given one."),
    Rule("no-ack", "documented", "https://www.twilio.com/docs/api/errors/32022",
         "A 200 that is not acknowledged within 32 seconds ends the call with 32022."),
    Rule("time-limit", "documented", "https://www.twilio.com/docs/voice/twiml/dial",
         "A call ends after four hours, with 32015."),
    Rule("cancel", "assumed", "not published",
         "A call cancelled by the caller before the answer ends with the status no-answer."),
)  # fmt: skip
