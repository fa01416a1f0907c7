"""What an account has on record of trunks and carriers of its own, and its applications. Of trunks all is stored only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from sipdomain.twilio.store.model import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class IpRecord(Record):
    """An address or a network from which an account's carrier sends.

    Attributes:
        ip_address: Four decimal numbers with dots.
        cidr_prefix_length: How many leading bits count; 32 for one address.
        friendly_name: For people; at most 255 characters, or None.
    """

    ip_address: str
    cidr_prefix_length: int = 32
    friendly_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIpMapping(Record):
    """The SIP domain to which calls from an IP record go.

    Attributes:
        ip_record_sid: The IP record.
        sip_domain_sid: The domain.
    """

    ip_record_sid: str
    sip_domain_sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionPolicy(Record):
    """Where calls to an account's carrier go: its targets.

    Attributes:
        friendly_name: For people; at most 255 characters, or None.
    """

    friendly_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionTarget(Record):
    """One place of a connection policy.

    Attributes:
        policy_sid: The connection policy.
        target: A SIP URI.
        friendly_name: For people; at most 255 characters, or None.
        priority: 0 to 65,535; the lowest comes first.
        weight: 1 to 65,535: its share among those of the same priority.
        enabled: Whether it is used.
    """

    policy_sid: str
    target: str
    friendly_name: str | None = None
    priority: int = 10
    weight: int = 10
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ByocTrunk(Record):
    """A trunk to a carrier of an account's own.

    Attributes:
        friendly_name: For people; at most 255 characters, or None.
        voice_url: The webhook asked for TwiML when a call comes, or None.
        voice_method: "GET" or "POST".
        voice_fallback_url: Asked when the first one fails, or None.
        voice_fallback_method: "GET" or "POST".
        status_callback_url: Told how a call progresses, or None.
        status_callback_method: "GET" or "POST".
        cnam_lookup_enabled: Whether callers' names are looked up.
        connection_policy_sid: Where its calls go, or None.
        from_domain_sid: The SIP domain in From of its calls, or None.
    """

    friendly_name: str | None = None
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    status_callback_url: str | None = None
    status_callback_method: str = "POST"
    cnam_lookup_enabled: bool = False
    connection_policy_sid: str | None = None
    from_domain_sid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Record):
    """A set of webhooks under one name.

    Attributes:
        friendly_name: For people; at most 64 characters.
        api_version: Of the TwiML session.
        voice_url: The webhook asked for TwiML when a call comes, or None.
        voice_method: "GET" or "POST".
        voice_fallback_url: Asked when the first one fails, or None.
        voice_fallback_method: "GET" or "POST".
        voice_caller_id_lookup: Whether callers' names are looked up.
        status_callback: Told how a call progresses, or None.
        status_callback_method: "GET" or "POST".
        sms_url: As for voice, for messages.
        sms_method: "GET" or "POST".
        sms_fallback_url: As for voice, for messages.
        sms_fallback_method: "GET" or "POST".
        sms_status_callback: Told how a message fares, or None.
        message_status_callback: The same by a newer name, or None.
        public_application_connect_enabled: Whether other accounts may dial it.
    """

    friendly_name: str | None = None
    api_version: str = "2010-04-01"
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    voice_caller_id_lookup: bool = False
    status_callback: str | None = None
    status_callback_method: str = "POST"
    sms_url: str | None = None
    sms_method: str = "POST"
    sms_fallback_url: str | None = None
    sms_fallback_method: str = "POST"
    sms_status_callback: str | None = None
    message_status_callback: str | None = None
    public_application_connect_enabled: bool = False


class TargetSettings(TypedDict, total=False):
    """What may be set on a target; what is absent stays as it is."""

    target: str
    friendly_name: str | None
    priority: int
    weight: int
    enabled: bool
