"""Rules of calls that the service makes, and of changes to calls by the REST API."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import CALLS, INTERFACE, SECURE_MEDIA, Rule

RULES: Final = (
    Rule("call-update", "documented", "https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource",
         "A call in progress takes a new document, an end, other URLs and a time limit by the REST API."),
    Rule("call-canceled", "documented", CALLS, "Status=canceled ends a call that is queued or rings; it is canceled then."),
    Rule("call-update-early", "assumed", "not published",
         "A call that rings takes nothing else but its end: a caller gets 480, a phone that was called CANCEL."),
    Rule("child-call", "documented", CALLS + "; https://www.twilio.com/docs/voice/twiml/sip#events",
         "A call that another one dials is outbound-dial, is never queued, and names that one: parent_call_sid, and "
         "ParentCallSid in its webhooks."),
    Rule("outbound-invite", "observed", "",
         "INVITEs have a Call-ID HEX@0.0.0.0, X-Twilio-AccountSid and X-Twilio-CallSid, From at sip.twilio.com, "
         "Max-Forwards 68, Supported: timer, Min-SE: 120, and a packet time of 20 ms at most.",
         labels=("PHP174", "ZOF", "META", "GIST17")),
    Rule("outbound-registered", "documented", "https://www.twilio.com/docs/voice/api/sip-registration",
         "A registered user is called at all bindings at once; the first to answer has the call, the others get "
         "CANCEL."),
    Rule("outbound-named", "standard", "RFC 3263 section 4.2",
         "A SIP URI may have a host name; a port beside it stands for itself. Here the settings say where a name is."),
    Rule("outbound-servers", "standard", "RFC 3263 section 4.2; RFC 2782",
         "Without a port, the servers of the name for the transport are tried by priority, within one by weight at "
         "random: _sip._udp, _sip._tcp, _sips._tcp."),
    Rule("outbound-failover", "standard", "RFC 3263 section 4.3",
         "The next server gets the same INVITE when one answers 503, cannot be reached, or answers nothing for 64 T1; "
         "what the last one says counts."),
    Rule("outbound-servers-followed", "assumed", "not published",
         "The service follows SRV records of a called host name, without NAPTR: its pages name DNS alone, and a gist of "
         "2021 works round a service that asked for addresses only."),
    Rule("outbound-secure", "documented", SECURE_MEDIA + "; https://www.twilio.com/docs/api/errors/32209",
         "A call with secure=true goes over TLS, to port 5061 unless another is given, and offers SRTP with "
         "AES_CM_128_HMAC_SHA1_80 alone; who registered without TLS is not attempted: 32209."),
    Rule("outbound-sips", "documented", INTERFACE,
         "A call to a sips: URI goes to the sip: URI over TLS."),
    Rule("outbound-transport", "documented", "https://www.twilio.com/docs/voice/twiml/sip#transport",
         "transport= chooses UDP, TCP or TLS."),
    Rule("outbound-transport-bindings", "assumed", "not published",
         "Of a registered user's bindings, transport= calls those registered by it, or all when there are none."),
    Rule("outbound-unregistered", "documented", "https://www.twilio.com/docs/api/errors/32009",
         "A call to a user who is not registered fails with 32009; to another account's domain 32214, by an edge "
         "32220, but by us1 32221."),
    Rule("outbound-headers", "documented", "https://www.twilio.com/docs/voice/twiml/sip#custom-sip-headers",
         "X- header fields, User-to-User, Remote-Party-ID, P-Preferred-Identity and P-Called-Party-ID of the URI go into "
         "the INVITE; X- fields of the 200 are SipHeader_ parameters."),
    Rule("outbound-uri-limits", "documented",
         "https://www.twilio.com/docs/voice/twiml/sip; https://www.twilio.com/docs/api/errors/21227 and 32113",
         "A URI has less than 255 characters, its header fields less than 1024 (21227), and none is called "
         "X-Twilio… (32113)."),
    Rule("outbound-digest", "documented", "https://www.twilio.com/docs/voice/api/call-resource (SipAuthUsername)",
         "A challenge, 401 or 407, is answered with SipAuthUsername and SipAuthPassword."),
    Rule("outbound-progress", "documented", "https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent",
         "StatusCallbackEvent chooses of initiated, ringing, answered, completed; completed alone when it names "
         "none."),
    Rule("outbound-timeout", "documented", "https://www.twilio.com/docs/voice/api/call-resource (Timeout)",
         "A phone rings for Timeout seconds, 60 when none is given; then the call is no-answer."),
    Rule("outbound-end", "assumed", "not published",
         "Of other refusals 486 and 600 mean busy, 408, 487 and 603 no-answer, the rest failed."),
    Rule("outbound-unavailable", "observed", "", "480 means failed.", labels=("BODIES",)),
    Rule("outbound-response-code", "observed", "", "SipResponseCode says which response ended a call, 200 of an answer.",
         labels=("BODIES",)),
    Rule("outbound-failure", "documented", "https://www.twilio.com/docs/api/errors/32011 and 32219",
         "A phone that fails, with 503 for instance, is 32011; one that redirects, 32219."),
    Rule("outbound-record", "documented", "https://www.twilio.com/docs/voice/api/call-resource (Record, Trim)",
         "Record=true records a call from its answer on, silence trimmed unless asked not to; its source is "
         "OutboundAPI."),
    Rule("send-digits", "documented", "https://www.twilio.com/docs/voice/api/call-resource (SendDigits)",
         "SendDigits are pressed after the answer, w waiting half a second."),
    Rule("send-digits-first", "assumed", "not published", "The document is asked for once they are all pressed."),
)  # fmt: skip
