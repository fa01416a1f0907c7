"""Every rule of the emulated service, and how we know it: the fidelity ledger's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Mark = Literal["documented", "observed", "assumed"]

SENDING = "https://www.twilio.com/docs/voice/api/sending-sip"
REGISTRATION = "https://www.twilio.com/docs/voice/api/sip-registration"
SIP_TWIML = "https://www.twilio.com/docs/voice/api/sip-twiml"
INTERFACE = "https://www.twilio.com/docs/voice/api/sip-interface"
TWIML = "https://www.twilio.com/docs/voice/twiml"
REJECT = "https://www.twilio.com/docs/voice/twiml/reject"
SECURITY = "https://www.twilio.com/docs/usage/security"
OVERRIDES = "https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"
SECURE_MEDIA = "https://www.twilio.com/docs/voice/api/secure-media"
RELIABILITY = "https://www.twilio.com/docs/usage/security/availability-reliability"
SUBACCOUNTS = "https://www.twilio.com/docs/iam/api/subaccounts"
TRACES = "traces of the live service, 2024-26"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the emulator does because the service does it.

    Attributes:
        id: A stable name, such as "acl-drop".
        mark: How we know: documented, observed (on the live service), or assumed.
        source: A page, an RFC section, "traces of the live service", or why it was assumed.
        text: The behaviour in a sentence.
        profiles: The profiles it holds in.
    """

    id: str
    mark: Mark
    source: str
    text: str
    profiles: tuple[str, ...] = ("documented", "observed")


_RULES: Final = (
    Rule("domain-by-request-uri", "documented", SENDING,
         "The host of the Request-URI names the domain, whatever address the request reached."),
    Rule("edge-names", "documented", SENDING,
         "A domain is also reached by its localized names: eight edges, the legacy regions, the -ix forms."),
    Rule("any-edge", "documented", "https://www.twilio.com/docs/voice/api/sip-registration",
         "Every edge serves every domain: which one a request reached is noted, and decides nothing."),
    Rule("account-sid-domain", "documented", SENDING,
         "Each account's SID is reserved for it as the name of a domain."),
    Rule("unknown-domain", "assumed", "no trace; 404 is what a proxy says of a name it does not know",
         "A request for a domain that does not exist gets 404."),
    Rule("address-as-domain", "assumed", INTERFACE + " (TLS: what cannot be tied to an account gets 403)",
         "A request to an IP address in place of a domain gets 403, unless a default domain is set."),
    Rule("acl-drop", "documented", SENDING,
         "A request from an address that no mapped access list names is dropped.", ("documented",)),
    Rule("acl-403", "observed", TRACES,
         "A request from an address that no mapped access list names gets 100, then 403 with 32201.", ("observed",)),
    Rule("acl-before-credentials", "documented", SENDING,
         "With both an access list and a credential list, both are enforced, the access list first."),
    Rule("no-authentication", "assumed", SENDING + " (one of the two must be configured; the code is not published)",
         "A domain with neither access list nor credential list refuses every call with 403."),
    Rule("challenge-407", "documented", SENDING,
         "A domain with a credential list challenges with 407 Proxy Authentication required."),
    Rule("challenge-form", "observed", TRACES,
         "The challenge has realm sip.twilio.com, qop auth, a nonce of 48 characters, an opaque of 32; no algorithm."),
    Rule("nonce-lifetime", "assumed", "not published",
         "A nonce lives for 60 seconds and a nonce count must grow; else a new challenge."),
    Rule("digest-uri", "assumed", "RFC 2617 section 3.2.2.5 (a proxy may have rewritten the Request-URI)",
         "The uri of credentials need not be the Request-URI; that they differ is noted."),
    Rule("digest-without-qop", "assumed", "RFC 2617 section 3.2.2 (kept for RFC 2069 clients)",
         "Credentials without qop are accepted, once for each nonce; qop without nc or cnonce is no credentials."),
    Rule("bad-credentials", "assumed", "https://www.twilio.com/docs/api/errors/32202 (text; the status by analogy)",
         "A wrong password and an unknown user both get 403 with 32202."),
    Rule("trying-first", "observed", TRACES,
         "100 trying -- your call is important to us comes before any verdict on authentication."),
    Rule("ringing-before-webhook", "documented", SIP_TWIML,
         "After authentication the caller gets 180; then the voice URL is asked."),
    Rule("no-voice-url", "observed", TRACES, "An admitted call to a domain without a voice URL gets 404 Not found."),
    Rule("options", "observed", TRACES, "OPTIONS is answered 200 without authentication, with no Allow."),
    Rule("account-suspended", "assumed", "https://www.twilio.com/docs/api/errors/10003 (the status is not published)",
         "A call to a domain of an account that is not active gets 403 with 10003."),
    Rule("account-parent", "documented", "https://www.twilio.com/docs/api/errors/10001 (the status is assumed)",
         "An account whose parent is not active counts as not active."),
    Rule("account-calls-go-on", "documented", SUBACCOUNTS + " (of suspended ones; of closed ones assumed)",
         "Calls in progress go on when their account is suspended or closed."),
    Rule("account-reopened", "documented", SUBACCOUNTS,
         "A suspended account that is set active again takes calls at once; a closed one stays closed."),
    Rule("secure-transport", "observed", TRACES,
         "A secure domain reached without TLS answers 488 Secure SIP transport required with 32209."),
    Rule("tls-port", "documented", INTERFACE,
         "SIP over TLS is taken on the port after that of UDP and TCP, 5061 beside 5060, and cannot be switched off."),
    Rule("tls-least", "documented", INTERFACE + "; https://www.twilio.com/docs/api/errors/32222",
         "TLS before 1.2 is refused in the handshake; with 1.2 the provider's ECDHE-RSA and RSA suites are taken."),
    Rule("tls-1-3", "assumed", INTERFACE + " (names 1.2 only)",
         "TLS 1.3 is taken too."),
    Rule("tls-names", "assumed", "RFC 5922 section 7 (the service's certificates are for the same names)",
         "One certificate is for every domain, edge and proxy; another name asked for by SNI gets one of its own."),
    Rule("sips", "documented", INTERFACE + " (not supported; the status is RFC 3261 section 8.2.2.1)",
         "A Request-URI with the scheme sips gets 416, over TLS too."),
    Rule("same-connection", "documented", "RFC 3261 section 18.2.2; RFC 5923 section 9",
         "Over TCP and TLS answers, and requests within the call, go back on the connection that the call came by."),
    Rule("over-ipv6", "assumed", "the service has IPv4 addresses only; RFC 3261 section 19.1.1, RFC 4566 section 5.7",
         "A call over IPv6 is answered over IPv6, with bracketed hosts in Contact and IN IP6 in the description."),
    Rule("acl-ipv4", "documented", "https://www.twilio.com/docs/voice/api/sip-ipaddress-resource",
         "An access list has IPv4 addresses only: no caller over IPv6 is in one."),
    Rule("bad-sdp", "assumed", "https://www.twilio.com/docs/api/errors/32102 (the status is RFC 3261 section 21.4.26)",
         "An offer that cannot be read or has no common codec gets 488 with 32102."),
    Rule("empty-body", "assumed", "https://www.twilio.com/docs/api/errors/32103 (the status is not published)",
         "An INVITE without a session description gets 488 with 32103."),
    Rule("too-many-hops", "documented", "https://www.twilio.com/docs/api/errors/32006; RFC 3261 section 16.3",
         "Max-Forwards 0 gets 483 with 32006."),
    Rule("contact-required", "assumed", "https://www.twilio.com/docs/api/errors/32105 (the status is not published)",
         "An INVITE without a Contact that can be read gets 400 with 32105."),
    Rule("require", "documented", "RFC 3261 section 8.2.2.3",
         "A request that requires an extension, of servers or of proxies, gets 420 with Unsupported."),
    Rule("methods", "observed", TRACES + " (the Allow header field); RFC 3261 section 8.2.1",
         "A method that is not allowed gets 405 with Allow, and one that nobody knows 501."),
    Rule("media-type", "documented", "RFC 3261 section 8.2.3 (that the service keeps to it is assumed)",
         "An INVITE with another body than a session description gets 415, one that accepts none 406."),
    Rule("refer-without-dial", "documented", "https://www.twilio.com/docs/api/errors/13802 (the status is assumed)",
         "A REFER that no Dial allows by its referUrl gets 403 with 13802, and the call goes on."),
    Rule("notify", "assumed", "RFC 6665 section 4.1.3 (Allow names NOTIFY; the service's subscriptions are its own)",
         "A NOTIFY of no subscription gets 481, and a call that it came in goes on."),
    Rule("no-extensions", "observed", TRACES + " (neither Supported nor Session-Expires in the 200; Allow has no PRACK)",
         "100rel, timer and whatever else a caller supports is let be: no PRACK, no session timer, no UPDATE."),
    Rule("call-limit", "assumed", "ours: memory is bounded",
         "Past the most calls at once an INVITE gets 503 with Retry-After."),
    Rule("secure-media-refused", "assumed", "https://www.twilio.com/docs/api/errors/32207 (the status by analogy)",
         "An SRTP offer to a domain that is not secure gets 488 with 32207."),
    Rule("secure-media-required", "assumed", "https://www.twilio.com/docs/api/errors/32208 (the status by analogy)",
         "An RTP offer to a secure domain gets 488 with 32208, also one with keys under RTP/AVP."),
    Rule("secure-media", "documented", SECURE_MEDIA + "; RFC 4568 sections 5.1.2, 6.2",
         "A secure domain takes SDES keys for AES_CM_128_HMAC_SHA1_80 and _32, without an MKI, and answers the first."),
    Rule("answer-form", "observed", TRACES,
         "The 200 carries Allow and X-Twilio-CallSid, and a session description from Twilio Media Gateway."),
    Rule("bye-form", "observed", TRACES,
         "The BYE carries User-Agent Twilio Gateway, X-Twilio-CallSid and Reason Q.850;cause=16."),
    Rule("re-invite", "assumed", "RFC 3264 section 8 (Allow names INVITE; what the service does is not published)",
         "An INVITE within a call holds, resumes or moves its audio; without an offer it is given one."),
    Rule("no-ack", "documented", "https://www.twilio.com/docs/api/errors/32022",
         "A 200 that is not acknowledged within 32 seconds ends the call with 32022."),
    Rule("time-limit", "documented", "https://www.twilio.com/docs/voice/twiml/dial",
         "A call ends after four hours, with 32015."),
    Rule("webhook-parameters", "observed", SIP_TWIML + " and traces of the live service",
         "The first webhook carries AccountSid to To, sorted by name; CallStatus is ringing, URIs have no port."),
    Rule("x-headers", "documented", SENDING,
         "Each X- header becomes SipHeader_<name>, name and value as sent; User-to-User too; no other header."),
    Rule("repeated-x-header", "assumed", "not published",
         "An X- header that comes twice is passed twice."),
    Rule("sip-username", "documented", SIP_TWIML + " (older text)",
         "The first webhook carries SipUsername, the digest user name.", ("documented",)),
    Rule("no-sip-username", "observed", TRACES, "No webhook carries SipUsername.", ("observed",)),
    Rule("sip-parameters-again", "assumed", TWIML + " (requests carry the standard parameters)",
         "The Sip parameters are sent on later requests of the call too."),
    Rule("signature", "documented", SECURITY,
         "X-Twilio-Signature is HMAC-SHA1 over the URL and the sorted POST parameters, with the auth token."),
    Rule("webhook-timeouts", "documented", OVERRIDES,
         "5 s to connect, 15 s in total, one retry, on connect failure only; a URL fragment changes them."),
    Rule("failure-codes", "assumed", "https://www.twilio.com/docs/api/errors (titles; alerts seen live are mixed)",
         "A refused connection is 11202, one that times out 11201, a late answer 11205, an HTTP error 11200."),
    Rule("webhook-redirects", "documented", TWIML,
         "301, 302, 303 and 307 are followed, at most ten."),
    Rule("webhook-cookies", "documented", TWIML, "Cookies are kept for the length of a call, by host."),
    Rule("webhook-login", "documented", SECURITY,
         "A user name and password in a URL are sent once a 401 asks for them, then for the length of the call."),
    Rule("redirect-method", "assumed", "not published; as browsers do",
         "301, 302 and 303 turn POST into GET with the parameters in the query; 307 keeps the method."),
    Rule("content-types", "documented", TWIML,
         "XML types are TwiML, audio is played, plain text is TwiML or read aloud; others and none fail."),
    Rule("body-limit", "documented", "https://www.twilio.com/docs/api/errors/11750",
         "A reply of more than 64 kB fails with 11750."),
    Rule("fallback", "documented", RELIABILITY,
         "When the document cannot be fetched or run, the fallback URL is asked, with ErrorCode and ErrorUrl."),
    Rule("error-announcement", "assumed", "the provider's blog, 2012: callers hear an apology (the SIP side is not told)",
         "Without a working fallback the call is answered, an apology is spoken, and the call ends."),
    Rule("callbacks-four", "documented", SENDING + " (text of about 2022)",
         "The status callback URL is told: initiated, ringing, answered, completed, in that order.", ("documented",)),
    Rule("callback-one", "observed", SENDING + " and traces of the live service, 2026",
         "The status callback URL is told of completed alone.", ("observed",)),
    Rule("callback-answered-status", "assumed", "by analogy with outbound SIP legs",
         "The callback for answered says CallStatus in-progress."),
    Rule("callback-parameters", "observed", TWIML + " and traces of the live service",
         "A callback carries SequenceNumber from 0, Timestamp, CallbackSource; completed also CallDuration in "
         "seconds and Duration in begun minutes."),
    Rule("callback-failures", "documented", "https://www.twilio.com/docs/api/errors/15003",
         "A callback that fails is a warning, and the next one goes out."),
    Rule("reject-603", "documented", SIP_TWIML + " (older text)",
         "A leading Reject answers 603; with reason busy 486.", ("documented",)),
    Rule("reject-404", "documented", SIP_TWIML + " (current text)",
         "A leading Reject answers 404 Not Found; with reason busy 486.", ("observed",)),
    Rule("redirect-keeps-ringing", "documented", SIP_TWIML,
         "A leading Redirect leaves the call ringing while the next document is fetched."),
    Rule("pause-first", "assumed", TWIML + "/pause (a leading Pause delays the answer)",
         "A leading Pause lets the call ring for its length."),
    Rule("hangup-answers", "observed", "a remark in the provider's C# library",
         "A leading Hangup answers the call, then ends it."),
    Rule("document-end", "documented", TWIML, "After the last verb the call is hung up."),
    Rule("cancel", "assumed", "not published",
         "A call cancelled by the caller before the answer ends with the status no-answer."),
    Rule("register-off", "assumed", "https://www.twilio.com/docs/api/errors/32210 (the status is not published)",
         "REGISTER to a domain without sip_registration gets 403 with 32210."),
    Rule("register-list", "assumed", "https://www.twilio.com/docs/api/errors/32212 (the status is not published)",
         "REGISTER to a domain without a credential list for registrations gets 403 with 32212."),
    Rule("register-own-list", "documented", REGISTRATION,
         "REGISTER is judged by the credential lists mapped for registrations, INVITE by those mapped for calls."),
    Rule("register-no-acl", "assumed", "access lists are mapped under Auth/Calls, and there is no place for them "
         "under Auth/Registrations", "REGISTER is not judged by the access lists for calls.", ("observed",)),
    Rule("register-407", "observed", TRACES, "REGISTER is challenged with 407, not 401, in the same form as INVITE."),
    Rule("register-user", "assumed", "https://www.twilio.com/docs/api/errors/32106 (the status is not published)",
         "A digest user name other than the user in To and From gets 403 with 32106."),
    Rule("register-address", "documented", "RFC 3261 section 10.3 step 5",
         "An address of record of another domain than the Request-URI's gets 404."),
    Rule("register-brief", "documented", REGISTRATION + " (Min-Expires: RFC 3261 section 10.3)",
         "An expiry below 600 seconds gets 423 Interval too brief with Min-Expires: 600."),
    Rule("register-long", "observed", REGISTRATION + " and traces of the live service",
         "An expiry above 3600 seconds becomes 3600."),
    Rule("register-usual", "assumed", "RFC 3261 section 10.3 (the registrar's own choice; the service's is not published)",
         "A Contact without an expiry is registered for 3600 seconds."),
    Rule("register-remove", "observed", TRACES + "; RFC 3261 section 10.2.2",
         "Expires: 0 removes a binding; Contact: * with it removes all; an expiry in the Contact comes first."),
    Rule("register-contacts", "documented", "RFC 3261 section 10.3 steps 6 and 7",
         "Contacts that cannot be read, or * in bad company, get 400, and nothing changes."),
    Rule("register-answer", "observed", TRACES,
         "The 200 lists all bindings in one Contact, each with the seconds it has left, the newest first; Server: Twilio."),
    Rule("register-order", "documented", "RFC 3261 section 10.3 step 7 (the status is assumed)",
         "A CSeq that does not grow within a Call-ID gets 500, and nothing changes."),
    Rule("register-instance", "observed", TRACES,
         "Another Contact, or another +sip.instance, is another binding; old ones stay until they expire."),
    Rule("register-expiry", "documented", "RFC 3261 section 10.3",
         "A binding that is not refreshed ends when its time is over."),
    Rule("register-most", "documented", "https://www.twilio.com/docs/api/errors/32007 (the status is assumed)",
         "An address of record has at most ten bindings; the eleventh gets 403 with 32007."),
    Rule("register-rate", "documented", "https://www.twilio.com/docs/api/errors/32008 (the status is assumed, and that "
         "only REGISTERs with proven credentials count)",
         "The sixth REGISTER of an address of record within a second gets 503 with 32008 and Retry-After."),
    Rule("register-domain-most", "documented", REGISTRATION + " (older text; the status is assumed)",
         "A domain has at most 10,000 bindings; one more gets 503 with Retry-After."),
    Rule("register-edges", "documented", REGISTRATION,
         "A phone may register by any edge; the bindings are shared."),
    Rule("document-limit", "assumed", "ours: a loop of redirects must end",
         "A call that asks for more than 1,000 documents hears the apology, with 12400."),
)  # fmt: skip

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in _RULES}
