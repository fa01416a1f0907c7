"""Mistakes of gateways and proxies: FreeSWITCH, Kamailio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sipdomain.pbx.lint.document import Document, Spot
from sipdomain.pbx.lint.hosts import CLOUD, is_cloud
from sipdomain.pbx.lint.rule import Rule, wherever

_FAILURE: Final = re.compile(r"\bfailure_route\s*\[\s*\"?([\w-]+)\"?\s*\]")
_ARMED: Final = re.compile(r"\bt_on_failure\(\s*\"?([\w-]+)\"?\s*\)")
_ANSWERS: Final = re.compile(r"\buac_auth\(|\buac_auth_mode\(")
_CHALLENGED: Final = re.compile(r"t_check_status\(\s*\"[^\"]*40[17]")
_LOOSE: Final = re.compile(r"=~\s*\"(\^?(?:54|35|177|168)\\*\.\d+\\*\.(?:\d+\\*\.?)?)\"")
_NO_TCP: Final = re.compile(r"^\s*disable_tcp\s*=\s*(yes|1|true)")
_LISTENS: Final = re.compile(r"^\s*listen\s*=\s*\"?(\w+):")


def _proxy(document: Document) -> Iterator[Spot]:
    return (each.spot for each in document.sections if is_cloud(each) and not each.all("proxy"))


def _registers(document: Document) -> Iterator[Spot]:
    return (each.spot for each in document.sections if is_cloud(each) and not each.all("register"))


def _unarmed(document: Document) -> Iterator[Spot]:
    armed = {found[1] for _, found in document.matches(_ARMED)}
    return (spot for spot, found in document.matches(_FAILURE) if document.is_whole and found[1] not in armed)


def _unknown(document: Document) -> Iterator[Spot]:
    known = {found[1] for _, found in document.matches(_FAILURE)}
    return (spot for spot, found in document.matches(_ARMED) if document.is_whole and found[1] not in known)


def _unanswered(document: Document) -> Iterator[Spot]:
    if not any(map(_ANSWERS.search, document.code)):
        yield from (spot for spot, _ in document.matches(_CHALLENGED))


def _udp_alone(document: Document) -> Iterator[Spot]:
    yield from (spot for spot, _ in document.matches(_NO_TCP))
    listens = [(spot, found[1].lower()) for spot, found in document.matches(_LISTENS)]
    speaks = any(map(CLOUD.search, document.code))
    if (
        speaks
        and listens
        and all(kind == "udp" for _, kind in listens)
        and not any(map(_NO_TCP.search, document.code))
    ):
        yield listens[0][0]


PROXIES: Final = (
    Rule(
        "gateway-without-proxy", ("freeswitch",), "error",
        "without proxy the realm is called, and that is no domain: 404, or a DNS query for the gateway's name",
        'add <param name="proxy" value="NAME.sip.twilio.com"/>',
        "FreeSWITCH's documentation of gateways", _proxy,
    ),
    Rule(
        "registers-by-default", ("freeswitch",), "warning",
        "without register=false a gateway registers: 403 with 32210 where the domain takes no registrations",
        'write <param name="register" value="false"/>, or true where it shall',
        "FreeSWITCH's documentation of gateways", _registers,
    ),
    Rule(
        "failure-route-not-armed", ("kamailio",), "error",
        "no t_on_failure names this route: it is never run, and the 407 goes to the phone",
        "call t_on_failure with its name before t_relay",
        "Kamailio's documentation of tm", _unarmed,
    ),
    Rule(
        "no-such-failure-route", ("kamailio",), "error",
        "there is no failure_route of this name: the 407 goes to the phone",
        "name one of this file, or write it",
        "Kamailio's documentation of tm", _unknown,
    ),
    Rule(
        "challenge-not-answered", ("kamailio",), "error",
        "the 407 is seen, and nothing answers it",
        "call uac_auth(), then t_relay()",
        "Kamailio's documentation of uac", _unanswered,
    ),
    Rule(
        "addresses-by-prefix", ("kamailio",), "error",
        "a prefix of an address has many others': half a cloud is trusted",
        "compare with the published ranges: is_in_subnet, or the module permissions",
        "https://www.twilio.com/docs/voice/api/sip-interface", wherever(_LOOSE),
    ),
    Rule(
        "udp-alone", ("kamailio",), "warning",
        "an INVITE above 1300 bytes has to go by TCP; by UDP it is cut into fragments, which get lost",
        "add listen=tcp:…, and leave disable_tcp out",
        "RFC 3261 section 18.1.1", _udp_alone,
    ),
)  # fmt: skip
"""What proxies and gateways have."""
