"""The operations on SIP resources: the provider's page about each, and the test that proves it.

The tests stand in `tests/unit/twilio/rest/`; a test there has each of them ask, and sees that the operation was among that.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sipdomain.twilio.rest.registry import RESOURCES
from sipdomain.twilio.rest.resource import VERSION

_METHODS: Final = {"list": "GET", "create": "POST", "fetch": "GET", "update": "POST", "delete": "DELETE"}
_OF_COLLECTION: Final = ("list", "create")
# How the SIDs begin of what a collection holds.
_SIDS: Final = {
    "Domains": "SD",
    "CredentialLists": "CL",
    "Credentials": "CR",
    "IpAccessControlLists": "AL",
    "IpAddresses": "IP",
    "IpAccessControlListMappings": "AL",
    "CredentialListMappings": "CL",
}


class Proof(NamedTuple):
    """What there is to know of a resource.

    Attributes:
        test: Proves all of its operations: FILE::TEST.
        source: The provider's page.
    """

    test: str
    source: str


_WALK: Final = "test_sdk_walk.py::"
_DOMAINS: Final = f"{_WALK}test_domains_are_created_read_changed_and_deleted"
_CREDENTIALS: Final = f"{_WALK}test_credential_lists_and_credentials_live_their_lives"
_ADDRESSES: Final = f"{_WALK}test_access_lists_and_addresses_live_their_lives"
_MAPPINGS: Final = f"{_WALK}test_the_older_mappings_and_those_under_auth_calls_are_the_same"
_REGISTRATIONS: Final = f"{_WALK}test_mappings_for_registrations_stand_apart"
_PAGES: Final = "https://www.twilio.com/docs/voice/sip/api/sip-"
_ADDRESS_MAPPINGS: Final = f"{_PAGES}ipaccesscontrollistmapping-resource"
_CREDENTIAL_MAPPINGS: Final = f"{_PAGES}credentiallistmapping-resource"

PROOFS: Final[dict[str, Proof]] = {
    "Domains": Proof(_DOMAINS, f"{_PAGES}domain-resource"),
    "CredentialLists": Proof(_CREDENTIALS, f"{_PAGES}credentiallist-resource"),
    "CredentialLists/{CL}/Credentials": Proof(_CREDENTIALS, f"{_PAGES}credential-resource"),
    "IpAccessControlLists": Proof(_ADDRESSES, f"{_PAGES}ipaccesscontrollist-resource"),
    "IpAccessControlLists/{AL}/IpAddresses": Proof(_ADDRESSES, f"{_PAGES}ipaddress-resource"),
    "Domains/{SD}/IpAccessControlListMappings": Proof(_MAPPINGS, _ADDRESS_MAPPINGS),
    "Domains/{SD}/CredentialListMappings": Proof(_MAPPINGS, _CREDENTIAL_MAPPINGS),
    "Domains/{SD}/Auth/Calls/IpAccessControlListMappings": Proof(_MAPPINGS, _ADDRESS_MAPPINGS),
    "Domains/{SD}/Auth/Calls/CredentialListMappings": Proof(_MAPPINGS, _CREDENTIAL_MAPPINGS),
    "Domains/{SD}/Auth/Registrations/CredentialListMappings": Proof(
        _REGISTRATIONS, f"{_PAGES}domain-registration-credentiallistmapping-resource"
    ),
}
"""By the path below SIP."""


class SipOperation(NamedTuple):
    """One row.

    Attributes:
        method: Of HTTP.
        path: Below the host, with the names of the SIDs in braces.
        is_emulated: Whether it is answered.
        proof: Its test and its page.
    """

    method: str
    path: str
    is_emulated: bool
    proof: Proof


def sip_operations() -> list[SipOperation]:
    """Return each operation that the provider has on SIP resources, as the registry has them."""
    found = []
    for each in RESOURCES:
        _, is_sip, below = each.path.partition("/SIP/")
        if not is_sip:
            continue
        sid = _SIDS[below.rpartition("/")[2]]
        for operation, method in _METHODS.items():
            is_emulated = getattr(each, operation) is not None
            if is_emulated or operation in each.not_emulated:
                end = "" if operation in _OF_COLLECTION else f"/{{{sid}}}"
                path = f"/{VERSION}/{each.path}{end}.json"
                found.append(SipOperation(method, path, is_emulated, PROOFS[below]))
    return found
