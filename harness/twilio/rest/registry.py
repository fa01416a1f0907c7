"""All resources of the API: a new one is a file and a line here."""

from __future__ import annotations

from typing import Any, Final

from harness.twilio.rest import (
    accounts,
    caller_ids,
    calls,
    conferences,
    credential_lists,
    credentials,
    domains,
    ip_access_control_lists,
    ip_addresses,
    keys,
    mappings,
    numbers,
    queues,
)
from harness.twilio.rest.resource import Resource

RESOURCES: Final[tuple[Resource[Any], ...]] = (
    accounts.RESOURCE,
    calls.RESOURCE,
    domains.RESOURCE,
    credential_lists.RESOURCE,
    credentials.RESOURCE,
    ip_access_control_lists.RESOURCE,
    ip_addresses.RESOURCE,
    mappings.ACCESS_LISTS,
    mappings.CREDENTIAL_LISTS,
    mappings.CALLS_ACCESS_LISTS,
    mappings.CALLS_CREDENTIAL_LISTS,
    mappings.REGISTRATIONS,
    keys.RESOURCE,
    keys.SIGNING,
    # Before the numbers themselves: "Local" is no SID.
    numbers.LOCAL,
    numbers.MOBILE,
    numbers.TOLL_FREE,
    numbers.RESOURCE,
    caller_ids.RESOURCE,
    queues.RESOURCE,
    queues.MEMBERS,
    conferences.RESOURCE,
    conferences.PARTICIPANTS,
    conferences.RECORDINGS,
)

# What the provider has below an account, or an instance of an account's, and sipdomain has not.
NOT_EMULATED: Final = frozenset(
    {
        "Addresses",
        "Applications",
        "AssignedAddOns",
        "AuthorizedConnectApps",
        "AvailablePhoneNumbers",
        "Balance",
        "ConnectApps",
        "Events",
        "Messages",
        "Notifications",
        "Payments",
        "Recordings",
        "SMS",
        "Siprec",
        "Streams",
        "Tokens",
        "Transcriptions",
        "Usage",
        "UserDefinedMessageSubscriptions",
        "UserDefinedMessages",
        "Validation",
    }
)
