"""IP access control lists (https://www.twilio.com/docs/voice/api/sip-ipaccesscontrollist-resource)."""

from __future__ import annotations

from sipdomain.twilio.rest.stored import named_lists

RESOURCE = named_lists(
    lambda store: store.access_lists,
    name="IpAccessControlLists",
    list_key="ip_access_control_lists",
    entries=("ip_addresses", "IpAddresses"),
    event="sip-ip-access-control-list",
)
