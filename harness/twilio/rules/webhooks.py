"""Rules of webhook requests: what they carry, how they are sent, and what becomes of the answer."""

from __future__ import annotations

from typing import Final

from harness.twilio.rules.rule import OVERRIDES, RELIABILITY, SECURITY, SENDING, SIP_TWIML, TWIML, Rule

RULES: Final = (
    Rule("webhook-parameters", "observed", SIP_TWIML,
         "The first webhook carries AccountSid to To, sorted by name; CallStatus is ringing; From and To keep what was "
         "sent: port, parameters, an edge in the host.", labels=("FUT", "LVK", "BODIES")),
    Rule("no-telephone-parameters", "observed", "",
         "A SIP-domain call has no parameters of telephone calls: no geography, StirVerstat, ForwardedFrom or CallToken, "
         "and no ParentCallSid.", labels=("FUT", "LVK")),
    Rule("caller-name", "observed", "",
         "The webhooks carry CallerName, the display name of From, where there is one.", ("observed",), ("BODIES",)),
    Rule("x-headers", "documented", SENDING,
         "Each X- header becomes SipHeader_<name>, name and value as sent; User-to-User too; no other header."),
    Rule("byoc-no-headers", "documented", SENDING,
         "A call to a domain that is tied to a BYOC trunk gets no SipHeader_ parameters: custom headers are discarded."),
    Rule("repeated-x-header", "assumed", "not published",
         "An X- header that comes twice is passed twice."),
    Rule("sip-username", "documented", SIP_TWIML + " (older text)",
         "The first webhook carries SipUsername, the digest user name.", ("documented",)),
    Rule("no-sip-username", "observed", "", "No webhook carries SipUsername.", ("observed",), ("LAB", "FUT", "LVK")),
    Rule("sip-parameters-again", "assumed", TWIML + " (requests carry the standard parameters)",
         "The Sip parameters are sent on later requests of the call too."),
    Rule("signature", "documented", SECURITY,
         "X-Twilio-Signature is HMAC-SHA1 over the URL and the sorted POST parameters, with the auth token."),
    Rule("webhook-timeouts", "documented", OVERRIDES,
         "5 s to connect, 15 s from the request to the answer's first byte and between bytes, 15 s in total, one retry, "
         "on connect failure only; a URL fragment changes them."),
    Rule("failure-codes", "assumed", "https://www.twilio.com/docs/api/errors (titles; alerts seen live are mixed)",
         "A refused connection is 11202, one that times out 11201, a late answer 11205, an HTTP error 11200."),
    Rule("certificate-codes", "documented", "https://www.twilio.com/docs/api/errors/11237, 11235, 11236 and 11220",
         "A certificate of an unknown authority is 11237, of another name 11235, an expired one 11236; other TLS "
         "failures are 11220."),
    Rule("webhook-redirects", "documented", TWIML,
         "301, 302, 303 and 307 are followed, at most ten."),
    Rule("webhook-cookies", "documented", TWIML, "Cookies are kept for the length of a call, by host."),
    Rule("webhook-login", "documented", SECURITY,
         "A user name and password in a URL are sent, by Digest or Basic, once a 401 asks for them, then for the length "
         "of the call; another origin never gets them."),
    Rule("webhook-fields", "observed", "",
         "A webhook request carries Accept-Encoding: gzip and X-Home-Region: us1.", ("observed",), ("HDR",)),
    Rule("empty-chunks", "documented", "https://www.twilio.com/docs/api/errors/11770",
         "A chunked answer without a body fails with 11770."),
    Rule("audio-reply", "documented", TWIML, "An answer of an audio type is played, then the call is hung up."),
    Rule("audio-reply-once", "assumed", "not published",
         "Such an answer is played from the answer itself: it is not fetched again."),
    Rule("redirect-method", "observed", "", "301 and 302 turn POST into GET with all parameters in the query.",
         labels=("REPORTS",)),
    Rule("redirect-method-others", "standard", "RFC 9110 sections 15.4.4 and 15.4.8",
         "303 turns POST into GET too; 307 keeps the method."),
    Rule("content-types", "documented", TWIML,
         "XML types are TwiML, audio is played, plain text is TwiML or read aloud; others and none fail."),
    Rule("body-limit", "documented", "https://www.twilio.com/docs/api/errors/11750",
         "A reply of more than 64 kB fails with 11750."),
    Rule("fallback", "documented", RELIABILITY,
         "When the document cannot be fetched or run, the fallback URL is asked, with ErrorCode and ErrorUrl."),
)  # fmt: skip
