"""Mistakes in whom a PBX calls: the host of the Request-URI, its scheme, its transport, and who it says it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sipdomain.pbx.lint.document import KINDS, Document, Spot
from sipdomain.pbx.lint.hosts import NETWORKS, is_in, targets
from sipdomain.pbx.lint.rule import Rule, wherever
from sipdomain.twilio.names.domain_names import is_proxy_name

_SIPS: Final = re.compile(r"\bsips:")
_SECURE_PORT: Final = re.compile(r"(?<=[\w\]]):5061\b(?!\\?;[^\s\"'>,]*transport=tls)(?!\\?;transport=tls)")
_LISTENS: Final = re.compile(r"^\s*(bind|tlsbindaddr|listen|socket|sip_listen)\b", re.IGNORECASE)
_ACCOUNT: Final = re.compile(r"\bAC[0-9a-f]{32}\b")


def _bare(document: Document) -> Iterator[Spot]:
    return (each.spot for _, each, host in targets(document) if is_proxy_name(host))


def _address(document: Document) -> Iterator[Spot]:
    return (each.spot for _, each, host in targets(document) if is_in(host, NETWORKS))


def _trunk(document: Document) -> Iterator[Spot]:
    return (
        each.spot for _, each, host in targets(document) if re.search(r"\.sip\.pstn\.|\.pstn\.sip\.", host)
    )


def _port(document: Document) -> Iterator[Spot]:
    for spot, _ in document.matches(_SECURE_PORT):
        if not _LISTENS.match(document.code[spot.line - 1]):
            yield spot


TARGETS: Final = (
    Rule(
        "domain-without-a-name", KINDS, "error",
        "the Request-URI names no domain, only what all domains end with: 404 with 32002",
        "put the domain's name before it: NAME.sip.twilio.com",
        "seen in public configurations; https://www.twilio.com/docs/voice/api/sip-interface", _bare,
    ),
    Rule(
        "address-as-domain", KINDS, "error",
        "the Request-URI has the address of an edge in the place of the domain: 403",
        "write the domain's name here, and the address as outbound proxy alone",
        "https://www.twilio.com/docs/sip-trunking/troubleshooting", _address,
    ),
    Rule(
        "trunk-and-domain-mixed", KINDS, "error",
        "no domain and no trunk has such a name: 404",
        "trunks end with .pstn.twilio.com, domains with .sip.twilio.com",
        "seen in public configurations", _trunk,
    ),
    Rule(
        "sips-scheme", KINDS, "error",
        "URIs with sips: are refused",
        "write sip:…;transport=tls",
        "https://www.twilio.com/docs/voice/api/sip-interface", wherever(_SIPS),
    ),
    Rule(
        "tls-port-without-tls", KINDS, "error",
        "UDP or TCP goes to the port of TLS, where nothing answers",
        "add ;transport=tls",
        "seen in public configurations", _port,
    ),
    Rule(
        "account-sid-as-user", KINDS, "error",
        "the account's SID is no user of a domain: 403 with 32202, and a hash of its token leaves the house",
        "make a credential list with a user for this PBX, and map it to the domain",
        "seen in public configurations; https://www.twilio.com/docs/voice/api/sip-credentiallist-resource",
        wherever(_ACCOUNT),
    ),
)  # fmt: skip
"""Those of all kinds of files."""
