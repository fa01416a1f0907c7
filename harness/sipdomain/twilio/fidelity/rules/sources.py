"""Where facts about the service come from: each source's label, what it is, and its public address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

DOCS = "https://www.twilio.com/docs/"

Kind = Literal["text", "live"]


@dataclass(frozen=True, slots=True)
class Source:
    """One source of facts.

    Attributes:
        label: Its short name, such as "LAB".
        kind: "text" for what the provider has written, "live" for what others saw of the live service.
        what: What it is.
        url: Where it is published; empty when we know of no lasting address.
    """

    label: str
    kind: Kind
    what: str
    url: str = ""


_SOURCES: Final = (
    Source("SEED", "text", "Inbound - Sending SIP to Twilio, as it was in about 2022", DOCS + "voice/api/sending-sip"),
    Source("SEND", "text", "The same page in 2025 and 2026", DOCS + "voice/api/sending-sip"),
    Source("STW", "text", "How TwiML becomes SIP", DOCS + "voice/api/sip-twiml"),
    Source("SIF", "text", "The SIP interface: transports, TLS, codecs, limits", DOCS + "voice/api/sip-interface"),
    Source("REG", "text", "SIP registration", DOCS + "voice/api/sip-registration"),
    Source("SEC", "text", "Secure Media", DOCS + "voice/api/secure-media"),
    Source("R2T", "text", "REFER towards the service", DOCS + "voice/api/refer-to-twilio"),
    Source("TWI", "text", "TwiML: requests and answers", DOCS + "voice/twiml"),
    Source("OVR", "text", "Overrides in a webhook URL's fragment", DOCS + "usage/webhooks/webhooks-connection-overrides"),
    Source("SCY", "text", "Security of webhooks", DOCS + "usage/security"),
    Source("AVL", "text", "Availability: the fallback URL", DOCS + "usage/security/availability-reliability"),
    Source("VERBS", "text", "The pages of the verbs and nouns, one below TwiML's each", DOCS + "voice/twiml"),
    Source("CALLS", "text", "The resource of calls", DOCS + "voice/api/call-resource"),
    Source("DOMR", "text", "The resource of SIP domains", DOCS + "voice/sip/api/sip-domain-resource"),
    Source("CLR", "text", "The resource of credential lists", DOCS + "voice/sip/api/sip-credentiallist-resource"),
    Source("ACLR", "text", "The resource of access lists", DOCS + "voice/sip/api/sip-ipaccesscontrollist-resource"),
    Source("IPR", "text", "The resource of an access list's addresses", DOCS + "voice/sip/api/sip-ipaddress-resource"),
    Source("URIS", "text", "Localized SIP names", "https://twilio.com/docs/global-infrastructure/localized-uris/sip-uris"),
    Source("IPS", "text", "Addresses and ports of signalling and media", DOCS + "sip-trunking/ip-addresses"),
    Source("RECS", "text", "The resource of recordings", DOCS + "voice/api/recording"),
    Source("BLOG12", "text", "A post of 2012 on fallback URLs",
           "https://www.twilio.com/blog/2012/03/a-hidden-gem-fallback-urls.html"),
    Source("BINS", "text", "TwiML Bins", DOCS + "serverless/twiml-bins"),
    Source("BINT", "text", "How to use templates with TwiML Bins",
           "https://support.twilio.com/hc/en-us/articles/230878368-How-to-use-templates-with-TwiML-Bins"),
    Source("BLOG17", "text", "A post of 2017 on templates and the function e164",
           "https://www.twilio.com/blog/2017/02/building-more-powerful-voice-applications-with-enhanced-twiml-bins-templates.html"),
    Source("OAI", "text", "The provider's OpenAPI description, of April 2026", "https://github.com/twilio/twilio-oai"),
    Source("ERR", "text", "The dictionary of error codes, as of 2023 and 2025", DOCS + "api/errors"),
    Source("SDK", "text", "The Python SDK, 9.13", "https://pypi.org/project/twilio/"),
    Source("LAB", "live", "A third party's tests of a live SIP domain with Asterisk and baresip, March 2026"),
    Source("ZOF", "live", "SIP traces of a live trunk over TLS, of about 2024",
           "https://blog.zoftko.com/posts/setup-twilio-sip-trunk-asterisk"),
    Source("META", "live",
           "Traces in the SIP guide of a large messaging company whose other side is evidently this service, 2025"),
    Source("ELI", "live", "Notes on a live domain with Secure Media, June 2026"),
    Source("SIPS", "live", "A registration with a live domain", "https://github.com/sipsorcery-org/sipsorcery/issues/1375"),
    Source("ROT", "live", "OPTIONS answered by the live service", "https://github.com/mnutt/rotary/issues/1"),
    Source("PHP174", "live", "INVITEs of the live service, 2013-14", "https://github.com/twilio/twilio-php/issues/174"),
    Source("PHP147", "live", "INVITEs of the live service, 2013-14", "https://github.com/twilio/twilio-php/issues/147"),
    Source("GIST17", "live", "An INVITE of the live service, 2017, in a gist of anderiv (54371cf3…)"),
    Source("PYV297", "live", "A PBX that sends its ACK straight to the Contact",
           "https://github.com/tayler6000/pyVoIP/issues/297"),
    Source("FUT", "live", "The body of a webhook of a SIP-domain call"),
    Source("LVK", "live", "The body of another, of a call from LiveKit"),
    Source("HDR", "live", "Dumps of the header fields of webhook requests"),
    Source("DIXA", "live", "REST errors that a third-party client keeps as fixtures"),
    Source("BODIES", "live", "Bodies of webhooks, and values copied from them, in public code, 2023-26"),
    Source("TRACES", "live", "SIP messages of live calls in public posts and issues, 2024-26"),
    Source("TRC25", "live", "A trace of a call with a wrong password, 2025"),
    Source("RESTED", "live", "Answers of the live REST API in public issues and logs"),
    Source("SOCKETS", "live", "Handshakes of live media streams in public logs and issues, 2025-26",
           "https://github.com/openclaw/openclaw/issues/8814"),
    Source("RELAYS", "live", "Messages of live ConversationRelay sessions in public code of the provider's staff, 2025-26",
           "https://github.com/danbartlett-twilio/ConversationRelay-WebRTC-Demo"),
    Source("REPORTS", "live", "Reports of users in public forums and issues, 2019-26"),
)  # fmt: skip

SOURCES: Final[dict[str, Source]] = {source.label: source for source in _SOURCES}
