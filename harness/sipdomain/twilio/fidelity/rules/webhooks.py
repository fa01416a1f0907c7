"""Rules of webhook requests: what they carry, how they are sent, and what becomes of the answer."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import (
    OVERRIDES,
    RELIABILITY,
    SECURITY,
    SENDING,
    SIP_TWIML,
    TWIML,
    Rule,
)

RULES: Final = (
    Rule("webhook-parameters", "observed", SIP_TWIML,
         "The first webhook carries AccountSid to To, sorted by name; CallStatus is ringing; From and To keep what"
         " was sent: port, parameters, an edge in the host.", labels=("FUT", "LVK", "BODIES")),
    Rule("no-telephone-parameters", "observed", "",
         "A SIP-domain call has no parameters of telephone calls: no geography, StirVerstat, ForwardedFrom or "
         "CallToken, and no ParentCallSid.", labels=("FUT", "LVK")),
    Rule("caller-name", "observed", "",
         "The webhooks carry CallerName, the display name of From, where there is one.", ("observed",), ("BODIES",)),
    Rule("edge-sip-domain", "assumed", "not published: SipDomain is called the host of the SIP request",
         "SipDomain has no edge, also of a call whose Request-URI names one."),
    Rule("call-status-of-requests", "documented", TWIML,
         "Each request says the call's status at its time: ringing before the answer, in-progress after it."),
    Rule("media-without-parameters", "documented", "https://www.twilio.com/docs/voice/twiml/play",
         "A media file is asked for by GET, without the parameters of other requests."),
    Rule("webhook-method", "documented", TWIML, "A URL is asked by POST unless its setting or attribute says GET."),
    Rule("post-again", "documented", TWIML,
         "A document that came by POST is never cached: it is asked for each time."),
    Rule("relative-urls", "documented", TWIML + "; https://www.twilio.com/docs/api/errors/15004",
         "URLs in a document may be relative to it; in one that came by the REST API, Redirect's must be absolute:"
         " 15004."),
    Rule("idempotency-token", "documented", OVERRIDES,
         "Each request has an I-Twilio-Idempotency-Token of its own, by which its tries are recognised."),
    Rule("idempotency-token-kept", "assumed", OVERRIDES + " (that it is for distinguishing tries suggests it)",
         "All tries of one request have the same token."),
    Rule("x-headers", "documented", SENDING,
         "Each X- header becomes SipHeader_<name>, name and value as sent; User-to-User too; no other header."),
    Rule("no-identity-headers", "assumed", "nobody has shown one that arrived",
         "P-Asserted-Identity, Diversion, Remote-Party-ID and their like do not become parameters."),
    Rule("byoc-no-headers", "documented", SENDING,
         "A call to a domain that is tied to a BYOC trunk gets no SipHeader_ parameters: custom headers are "
         "discarded."),
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
         "5 s to connect, 15 s from the request to the answer's first byte and between bytes, 15 s in total, one "
         "retry, on connect failure only; a URL fragment changes them."),
    Rule("failure-codes", "documented", "https://www.twilio.com/docs/api/errors/11202, 11201, 11205, …",
         "A refused connection is 11202, one that times out 11201, a late answer 11205, what is not HTTP 11206, a host "
         "that does not exist 11210, a URL of invalid form 11100."),
    Rule("http-error", "observed", "https://www.twilio.com/docs/api/errors/11200",
         "An HTTP error is 11200, though the newer dictionary has 11217 for it.", labels=("RESTED",)),
    Rule("certificate-codes", "documented", "https://www.twilio.com/docs/api/errors/11237, 11235, 11236 and 11220",
         "A certificate of an unknown authority is 11237, of another name 11235, an expired one 11236; other TLS "
         "failures are 11220."),
    Rule("webhook-redirects", "documented", TWIML,
         "301, 302, 303 and 307 are followed, at most ten."),
    Rule("no-underscore-in-hosts", "documented", TWIML, "The host of a webhook's URL has no underscore."),
    Rule("webhook-cookies", "documented", TWIML, "Cookies are kept for the length of a call, and sent back."),
    Rule("cookie-scope", "standard", "RFC 6265 section 5.4",
         "A cookie goes to the host that set it, one that is Secure by https alone."),
    Rule("most-cookies", "assumed", "ours: memory is bounded", "Of a host at most 50 cookies are kept."),
    Rule("webhook-login", "documented", SECURITY,
         "A user name and password in a URL are sent, by Digest or Basic, once a 401 asks for them, then for the length "
         "of the call."),
    Rule("webhook-login-origin", "assumed", "not published", "Another scheme, host or port never gets them."),
    Rule("webhook-form", "observed", "",
         "A request has User-Agent TwilioProxy/1.1, Accept */*, X-Twilio-Signature and I-Twilio-Idempotency-Token;"
         " a POST is a form in UTF-8.", labels=("HDR",)),
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
    Rule("no-words", "assumed", "documented: plain text is read aloud, then the call is hung up; not what an empty one is. "
         "The provider's kit for bots answers an action so",
         "Plain text without words is not an error: the call is hung up in silence."),
    Rule("body-limit", "documented", "https://www.twilio.com/docs/api/errors/11750",
         "A reply of more than 64 kB fails with 11750."),
    Rule("fallback", "documented", RELIABILITY,
         "When the document cannot be fetched or run, the fallback URL is asked, with ErrorCode and ErrorUrl."),
)  # fmt: skip
