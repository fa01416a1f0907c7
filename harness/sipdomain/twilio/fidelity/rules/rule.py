"""What a rule is, the four marks that say how it is known, and the pages that many rules name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mark = Literal["documented", "observed", "standard", "assumed"]

SENDING = "https://www.twilio.com/docs/voice/api/sending-sip"
REGISTRATION = "https://www.twilio.com/docs/voice/api/sip-registration"
SIP_TWIML = "https://www.twilio.com/docs/voice/api/sip-twiml"
INTERFACE = "https://www.twilio.com/docs/voice/api/sip-interface"
TWIML = "https://www.twilio.com/docs/voice/twiml"
SECURITY = "https://www.twilio.com/docs/usage/security"
OVERRIDES = "https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"
SECURE_MEDIA = "https://www.twilio.com/docs/voice/api/secure-media"
RELIABILITY = "https://www.twilio.com/docs/usage/security/availability-reliability"
RECORDING = "https://www.twilio.com/docs/voice/api/recording"
RECORDING_CALLBACKS = "https://www.twilio.com/docs/voice/twiml/recording#recordingstatuscallback"
DESCRIPTION = "https://github.com/twilio/twilio-oai"
ERRORS = "https://www.twilio.com/docs/api/errors"
CALLS = "https://www.twilio.com/docs/voice/api/call-resource"
DOMAINS = "https://www.twilio.com/docs/voice/sip/api/sip-domain-resource"
CREDENTIAL_LISTS = "https://www.twilio.com/docs/voice/sip/api/sip-credentiallist-resource"
ACCESS_LISTS = "https://www.twilio.com/docs/voice/sip/api/sip-ipaccesscontrollist-resource"
SUBACCOUNTS = "https://www.twilio.com/docs/iam/api/subaccounts"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the emulator does because the service does it.

    Attributes:
        id: A stable name, such as "acl-drop".
        mark: How we know: documented (by the provider), observed (on the live service), standard (an RFC alone),
            or assumed.
        source: A page, an RFC section, or why it was assumed; empty where `labels` say all.
        text: The behaviour in a sentence.
        profiles: The profiles it holds in.
        labels: Who saw it on the live service, as names of `sipdomain.twilio.fidelity.rules.sources.SOURCES`.
    """

    id: str
    mark: Mark
    source: str
    text: str
    profiles: tuple[str, ...] = ("documented", "observed")
    labels: tuple[str, ...] = ()
