"""What an account has on record for SIP: domains, lists, their entries, and which list is on which domain.

All records are frozen: a change replaces the record, so whoever holds one sees the state of that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

AccountStatus = Literal["active", "suspended", "closed"]
Purpose = Literal["calls", "registrations"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be stored.

    Sources: https://www.twilio.com/docs/voice/api/sip-interface, .../sip-registration and the SIP resource
    pages beside them; subaccounts: https://www.twilio.com/docs/iam/api/subaccounts. That 100 mapped lists
    hold for calls and for access lists too is assumed.

    Attributes:
        subaccounts: Under one account.
        domains: In one account.
        credential_lists: In one account.
        credentials: In one list.
        access_lists: In one account.
        addresses: In one access list.
        mapped_lists: Lists of one kind on one domain for one purpose.
    """

    subaccounts: int = 1000
    domains: int = 100
    credential_lists: int = 100
    credentials: int = 1000
    access_lists: int = 1000
    addresses: int = 100
    mapped_lists: int = 100


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
        byoc_trunk_sid: Stored only.
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
    def key(self) -> str:
        """What it is known by: the same list may be on a domain twice, for calls and for registrations."""
        return f"{self.domain_sid}/{self.purpose}/{self.sid}"
