"""All resources of the API: a new one is a file and a line here."""

from __future__ import annotations

from typing import Any, Final

from sipdomain.twilio.rest import (
    accounts,
    alerts,
    applications,
    byoc_trunks,
    call_events,
    caller_ids,
    calls,
    conferences,
    connection_policies,
    credential_lists,
    credentials,
    domains,
    events,
    ip_access_control_lists,
    ip_addresses,
    ip_records,
    keys,
    mappings,
    notifications,
    numbers,
    participants,
    queues,
    recordings,
    siprec,
    source_ip_mappings,
    streams,
    transcriptions,
    user_messages,
)
from sipdomain.twilio.rest.resource import Resource

RESOURCES: Final[tuple[Resource[Any], ...]] = (
    accounts.RESOURCE,
    calls.RESOURCE,
    call_events.RESOURCE,
    recordings.OF_CALL,
    siprec.RESOURCE,
    streams.RESOURCE,
    transcriptions.RESOURCE,
    user_messages.MESSAGES,
    user_messages.SUBSCRIPTIONS,
    recordings.RESOURCE,
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
    notifications.RESOURCE,
    notifications.OF_CALLS,
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
    participants.RESOURCE,
    conferences.RECORDINGS,
    applications.RESOURCE,
)

MONITOR_RESOURCES: Final[tuple[Resource[Any], ...]] = (alerts.RESOURCE, events.RESOURCE)
"""Those of the Monitor API."""

VOICE_RESOURCES: Final[tuple[Resource[Any], ...]] = (
    byoc_trunks.RESOURCE,
    connection_policies.RESOURCE,
    connection_policies.TARGETS,
    ip_records.RESOURCE,
    source_ip_mappings.RESOURCE,
)
"""Those of the Voice API."""

# What the provider has below an account, or an instance of an account's, and sipdomain has not.
NOT_EMULATED: Final = frozenset(
    {
        "AddOnResults",
        "Addresses",
        "AssignedAddOns",
        "AuthorizedConnectApps",
        "AvailablePhoneNumbers",
        "Balance",
        "ConnectApps",
        "Messages",
        "Payments",
        "SMS",
        "Tokens",
        "Transcriptions",
        "Usage",
        "Validation",
    }
)
