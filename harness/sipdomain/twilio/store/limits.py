"""How much may be stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be stored.

    Sources: https://www.twilio.com/docs/voice/api/sip-interface, .../sip-registration and the SIP resource
    pages beside them; subaccounts: https://www.twilio.com/docs/iam/api/subaccounts; applications:
    https://www.twilio.com/docs/usage/api/applications. That 100 mapped lists hold for calls and for access lists too is
    assumed. For keys, numbers, caller IDs, queues, trunks, TwiML bins, connectors and simulated numbers the provider
    publishes no limit: those are ours, so that memory is bounded.

    Attributes:
        subaccounts: Under one account.
        domains: In one account.
        credential_lists: In one account.
        credentials: In one list.
        access_lists: In one account.
        addresses: In one access list.
        mapped_lists: Lists of one kind on one domain for one purpose.
        keys: API keys in one account.
        numbers: Bought phone numbers in one account.
        caller_ids: Verified phone numbers in one account.
        queues: In one account.
        trunk_records: IP records, source IP mappings, connection policies and BYOC trunks, of each in one account.
        targets: Of one connection policy.
        applications: In one account.
        bins: TwiML bins in one account, of at most 64 KiB each.
        connectors: SIPREC connectors in one account.
        subscribers: Simulated numbers and clients in one account.
    """

    subaccounts: int = 1000
    domains: int = 100
    credential_lists: int = 100
    credentials: int = 1000
    access_lists: int = 1000
    addresses: int = 100
    mapped_lists: int = 100
    keys: int = 1000
    numbers: int = 1000
    caller_ids: int = 1000
    queues: int = 1000
    trunk_records: int = 1000
    targets: int = 100
    applications: int = 1000
    bins: int = 100
    connectors: int = 100
    subscribers: int = 1000
