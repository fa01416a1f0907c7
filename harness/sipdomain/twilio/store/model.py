"""What an account has on record: domains, lists, their entries, which list is on which domain; keys, numbers, queues.

All records are frozen: a change replaces the record, so whoever holds one sees the state of that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

AccountStatus = Literal["active", "suspended", "closed"]
Purpose = Literal["calls", "registrations"]
NumberType = Literal["local", "mobile", "toll-free"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What all records have.

    Attributes:
        sid: Two capital letters and 32 hexadecimal digits.
        number: Counts up in the order of creation among records of one kind.
        account_sid: The account that owns it; for a subaccount its parent, for a main account itself.
        created_at: When it was made, in Unix seconds.
        updated_at: When it last changed, in Unix seconds.
    """

    sid: str
    number: int
    account_sid: str
    created_at: float
    updated_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    """An account, or a subaccount of one.

    Attributes:
        auth_token: The password of the REST API and the key of webhook signatures.
        friendly_name: For people; at most 64 characters.
        status: "suspended" may become "active" again, "closed" is for good.
    """

    auth_token: str
    friendly_name: str
    status: AccountStatus = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(Record):
    """A SIP domain.

    Attributes:
        domain_name: The whole host name, as it was written.
        friendly_name: For people; at most 64 characters.
        voice_url: The webhook asked for TwiML when a call comes, or None.
        voice_method: "GET" or "POST".
        voice_fallback_url: Asked when the first one fails, or None.
        voice_fallback_method: "GET" or "POST".
        voice_status_callback_url: Told how a call progresses, or None.
        voice_status_callback_method: "GET" or "POST".
        sip_registration: Whether phones may register.
        emergency_calling_enabled: Stored only.
        secure: Whether calls must come by TLS and SRTP.
        byoc_trunk_sid: A carrier of the account's own: with it, custom header fields of calls are discarded.
        emergency_caller_sid: Stored only.
    """

    domain_name: str
    friendly_name: str | None = None
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    voice_status_callback_url: str | None = None
    voice_status_callback_method: str = "POST"
    sip_registration: bool = False
    emergency_calling_enabled: bool = False
    secure: bool = False
    byoc_trunk_sid: str | None = None
    emergency_caller_sid: str | None = None


class DomainSettings(TypedDict, total=False):
    """What may be set on a domain besides its name; what is absent stays as it is."""

    friendly_name: str | None
    voice_url: str | None
    voice_method: str
    voice_fallback_url: str | None
    voice_fallback_method: str
    voice_status_callback_url: str | None
    voice_status_callback_method: str
    sip_registration: bool
    emergency_calling_enabled: bool
    secure: bool
    byoc_trunk_sid: str | None
    emergency_caller_sid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedList(Record):
    """A credential list (CL) or an IP access control list (AL).

    Attributes:
        friendly_name: For people; at most 64 characters for a credential list, 255 for an access list.
    """

    friendly_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(Record):
    """A user name and the hash of its password; the password itself is not kept.

    Attributes:
        list_sid: The credential list it belongs to.
        username: At most 32 characters, unique in its list.
        ha1: MD5 of username:realm:password in hexadecimal (RFC 2617 section 3.2.2.2).
    """

    list_sid: str
    username: str
    ha1: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IpAddress(Record):
    """An IPv4 address or network that may send.

    Attributes:
        list_sid: The access list it belongs to.
        friendly_name: For people; at most 255 characters.
        ip_address: Four decimal numbers with dots.
        cidr_prefix_length: How many leading bits count; 32 for one address.
    """

    list_sid: str
    friendly_name: str
    ip_address: str
    cidr_prefix_length: int

    def __str__(self) -> str:
        """Return the address, with /LENGTH when it is a network."""
        one = self.cidr_prefix_length == 32
        return self.ip_address if one else f"{self.ip_address}/{self.cidr_prefix_length}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping(Record):
    """A list on a domain; `sid` is the list's own, and `account_sid` the domain's owner.

    Attributes:
        domain_sid: The domain.
        purpose: What the list guards there.
    """

    domain_sid: str
    purpose: Purpose

    @property
    def list_name(self) -> str:
        """What the provider calls such a list."""
        return "IpAccessControlList" if self.sid.startswith("AL") else "CredentialList"

    @property
    def key(self) -> str:
        """What it is known by: the same list may be on a domain twice, for calls and for registrations."""
        return f"{self.domain_sid}/{self.purpose}/{self.sid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(Record):
    """A standard API key: another user name and password for its account.

    Attributes:
        friendly_name: For people; at most 64 characters, perhaps none.
        secret_hash: SHA-256 of its secret in hexadecimal; the secret itself is not kept.
    """

    friendly_name: str
    secret_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber(Record):
    """A phone number that an account has bought. All settings are stored only.

    Attributes:
        phone_number: In E.164 form: "+15005550006".
        type: What kind of number it is.
        friendly_name: For people; at most 64 characters.
        api_version: Of the TwiML session.
        voice_url: The webhook of a call to the number, or None.
        voice_method: "GET" or "POST".
        voice_fallback_url: Asked when the first one fails, or None; needs the first one.
        voice_fallback_method: "GET" or "POST".
        voice_application_sid: Whose webhooks come first, or None.
        voice_caller_id_lookup: Whether callers' names are looked up.
        voice_receive_mode: "voice" or "fax".
        status_callback: Told how a call progresses, or None.
        status_callback_method: "GET" or "POST".
        sms_url: As for voice, for messages.
        sms_method: "GET" or "POST".
        sms_fallback_url: As for voice, for messages.
        sms_fallback_method: "GET" or "POST".
        sms_application_sid: As for voice, for messages.
        trunk_sid: The trunk that takes the calls, or None.
        emergency_status: "Active" or "Inactive".
        emergency_address_sid: A reference, or None.
        identity_sid: A reference, or None.
        address_sid: A reference, or None.
        bundle_sid: A reference, or None.
    """

    phone_number: str
    type: NumberType
    friendly_name: str
    api_version: str = "2010-04-01"
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    voice_application_sid: str | None = None
    voice_caller_id_lookup: bool = False
    voice_receive_mode: str = "voice"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    sms_url: str | None = None
    sms_method: str = "POST"
    sms_fallback_url: str | None = None
    sms_fallback_method: str = "POST"
    sms_application_sid: str | None = None
    trunk_sid: str | None = None
    emergency_status: str = "Inactive"
    emergency_address_sid: str | None = None
    identity_sid: str | None = None
    address_sid: str | None = None
    bundle_sid: str | None = None


class NumberSettings(TypedDict, total=False):
    """What may be set on a phone number; what is absent stays as it is."""

    friendly_name: str
    api_version: str
    voice_url: str | None
    voice_method: str
    voice_fallback_url: str | None
    voice_fallback_method: str
    voice_application_sid: str | None
    voice_caller_id_lookup: bool
    voice_receive_mode: str
    status_callback: str | None
    status_callback_method: str
    sms_url: str | None
    sms_method: str
    sms_fallback_url: str | None
    sms_fallback_method: str
    sms_application_sid: str | None
    trunk_sid: str | None
    emergency_status: str
    emergency_address_sid: str | None
    identity_sid: str | None
    address_sid: str | None
    bundle_sid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerId(Record):
    """A number of somebody's own that an account may show to those it calls.

    Attributes:
        friendly_name: For people; at most 64 characters.
        phone_number: In E.164 form.
    """

    friendly_name: str
    phone_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector(Record):
    """Where SIPREC sends the audio of calls.

    Attributes:
        unique_name: What TwiML and the REST API name it by.
        server: The SIP URI of the session recording server.
        header: The header field of the INVITE that has the credential, or "".
        credential: Its value.
    """

    unique_name: str
    server: str
    header: str
    credential: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Record):
    """A queue that calls may wait in.

    Attributes:
        friendly_name: At most 64 characters, unique in the account.
        max_size: How many calls may wait.
    """

    friendly_name: str
    max_size: int
