"""Credential lists (https://www.twilio.com/docs/voice/api/sip-credentiallist-resource)."""

from __future__ import annotations

from sipdomain.twilio.rest.stored import named_lists

RESOURCE = named_lists(
    lambda store: store.credential_lists,
    name="CredentialLists",
    list_key="credential_lists",
    entries=("credentials", "Credentials"),
    event="sip-credential-list",
)
