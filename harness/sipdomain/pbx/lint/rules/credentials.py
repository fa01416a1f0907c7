"""Mistakes in how a PBX answers a challenge, and in whom it lets in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from sipdomain.pbx.lint.document import Document, Spot
from sipdomain.pbx.lint.hosts import CLOUD, is_cloud, is_too_wide
from sipdomain.pbx.lint.rule import Rule
from sipdomain.twilio.names.domain_names import REALM

_REFERENCES: Final = {
    "outbound_auth": "auth",
    "aors": "aor",
    "transport": "transport",
    "endpoint": "endpoint",
}


def _realm(document: Document) -> Iterator[Spot]:
    used = any(CLOUD.search(line) for line in document.code)
    for section in document.sections:
        if document.kind == "kamailio":
            for each in section.own("uac credential"):
                parts = each.value.split(":")
                if len(parts) > 2 and parts[1] != REALM and not parts[1].startswith(("$", "__")):
                    yield each.spot
        elif document.kind == "freeswitch":
            if is_cloud(section):
                yield from (each.spot for each in section.own("realm") if each.value not in {REALM, "*"})
        else:
            yield from (
                each.spot for each in section.own("realm") if used and each.value not in {REALM, "*", ""}
            )


def _inbound(document: Document) -> Iterator[Spot]:
    for section in document.of_type("endpoint"):
        aors = section.get("aors").split(",")
        clouds = [
            each for each in document.of_type("aor") if each.name in map(str.strip, aors) and is_cloud(each)
        ]
        if clouds and section.all("auth") and not section.all("outbound_auth"):
            yield from (each.spot for each in section.own("auth"))


def _no_user(document: Document) -> Iterator[Spot]:
    for each in document.of_type("auth"):
        if not each.get("username"):
            yield each.spot


def _dangling(document: Document) -> Iterator[Spot]:
    if not document.is_whole:
        return
    for name, kind in _REFERENCES.items():
        known = {each.name for each in document.of_type(kind)}
        for section in document.sections:
            for each in section.own(name):
                wanted = [part.strip() for part in each.value.split(",") if part.strip()]
                if section.get("type") != "aor" and not known.issuperset(wanted):
                    yield each.spot


def _registers(document: Document) -> Iterator[Spot]:
    for section in document.of_type("registration"):
        yield from (each.spot for each in section.own("server_uri") if ".pstn." in each.value)
    for section in document.sections:
        if document.kind == "freeswitch" and ".pstn." in section.get("proxy") + section.get("realm"):
            yield from (each.spot for each in section.own("register") if each.value == "true")


def _wide(document: Document) -> Iterator[Spot]:
    for section in document.sections:
        for each in section.own("match", "permit"):
            if section.get("type") != "acl" and any(map(is_too_wide, each.value.split(","))):
                yield each.spot


def _by_user(document: Document) -> Iterator[Spot]:
    for section in document.of_type("endpoint"):
        if section.all("outbound_auth"):
            yield from (each.spot for each in section.own("identify_by") if "ip" not in each.value.split(","))


def _twice(document: Document) -> Iterator[Spot]:
    found = [each for section in document.of_type("identify") for each in section.own("match")]
    counted = Counter(each.value for each in found)
    seen: set[str] = set()
    for each in found:
        if counted[each.value] > 1 and each.value in seen:
            yield each.spot
        seen.add(each.value)


CREDENTIALS: Final = (
    Rule(
        "another-realm", ("pjsip", "sip", "freeswitch", "kamailio"), "error",
        "the challenge has the realm sip.twilio.com, whatever the domain: it is not answered, and no second INVITE comes",
        "write sip.twilio.com; in Asterisk leave realm out",
        "https://www.twilio.com/docs/voice/api/receiving-sip; freeswitch#2978", _realm,
    ),
    Rule(
        "auth-for-the-wrong-way", ("pjsip",), "error",
        "auth asks the cloud for a password; a challenge of the cloud is not answered",
        "write outbound_auth",
        "Asterisk's documentation of res_pjsip", _inbound,
    ),
    Rule(
        "auth-without-user", ("pjsip",), "error",
        "there is no user to answer a challenge with",
        "add username",
        "Asterisk's documentation of res_pjsip", _no_user,
    ),
    Rule(
        "no-such-section", ("pjsip",), "error",
        "there is no section of this name and the type that it needs",
        "name one of this file, or write it",
        "Asterisk's documentation of res_pjsip", _dangling,
    ),
    Rule(
        "registers-at-a-trunk", ("pjsip", "freeswitch"), "error",
        "trunks take no REGISTER: 403 with 32210, again and again",
        "take the registration out",
        "https://www.twilio.com/docs/errors/32210", _registers,
    ),
    Rule(
        "strangers-match", ("pjsip", "sip"), "error",
        "addresses of others match too: strangers are let into the dialplan",
        "write the published ranges, one a line: sipdomain allowlist",
        "https://www.twilio.com/docs/voice/api/sip-interface", _wide,
    ),
    Rule(
        "identified-by-user", ("pjsip",), "error",
        "calls from the cloud carry no user of this PBX: they match no endpoint, and get 401",
        "write identify_by=ip, and an identify section",
        "Asterisk's documentation of res_pjsip", _by_user,
    ),
    Rule(
        "matched-twice", ("pjsip",), "warning",
        "another identify section has the same address: one of the two endpoints is taken at random",
        "keep one of them",
        "seen in public configurations", _twice,
    ),
)  # fmt: skip
"""Who is who."""
