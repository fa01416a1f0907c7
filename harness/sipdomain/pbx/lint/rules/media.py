"""Mistakes in what is offered: codecs, keys, encryption, addresses behind NAT."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network
from typing import Final

from sipdomain.pbx.lint.document import Document, Section, Spot
from sipdomain.pbx.lint.hosts import CLOUD, host_of, is_in
from sipdomain.pbx.lint.rule import Rule

_TAKEN: Final = frozenset({"ulaw", "alaw", "pcmu", "pcma"})
_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_LOCAL: Final = (
    *_PRIVATE,
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("100.64.0.0/10"),
)
_OPTIONAL: Final = {
    "webrtc": {"yes", "true"}, "media_encryption_optimistic": {"yes", "true"}, "media_encryption": {"dtls"},
    "mediaenc": {"srtp", "dtls_srtp", "zrtp"}, "encryption": {"try"},
}  # fmt: skip
"""The values by which encryption is neither SDES nor none, by the names of settings."""


def _trunks(document: Document) -> list[Section]:
    """Return the sections by which the provider is called: Asterisk's endpoints and peers, gateways, accounts."""
    if document.kind == "pjsip":
        return [
            each
            for each in document.of_type("endpoint")
            if each.all("outbound_auth") or each.all("outbound_proxy")
        ]
    return [each for each in document.sections if any(CLOUD.search(one.value) for one in each.settings)]


def _codecs(document: Document) -> Iterator[Spot]:
    for section in _trunks(document):
        for each in section.own("allow", "audio_codecs"):
            first = each.value.lower().split(",")[0].strip().partition("/")[0].lstrip("!")
            if first not in _TAKEN | {"all"} and not first.startswith(("$", "__")):
                yield each.spot
                break
        if document.kind in {"pjsip", "sip"} and section.all("allow") and not _disallows(section):
            yield next((each.spot for each in section.own("allow")), section.spot)


def _disallows(section: Section) -> bool:
    return "all" in section.get("disallow") or section.get("allow").startswith("!all")


def _keys(document: Document) -> Iterator[Spot]:
    wrong = {"info", "inband", "auto", "auto_info", "shortinfo"}
    if document.kind == "freeswitch":
        wrong.add("none")
    settings = document.own("dtmf_mode", "dtmfmode", "dtmf-type")
    return (each.spot for each in settings if each.value.lower() in wrong)


def _srtp(document: Document) -> Iterator[Spot]:
    for section in _trunks(document):
        yield from (
            each.spot for each in section.own(*_OPTIONAL) if each.value.lower() in _OPTIONAL[each.name]
        )


def _half_secure(document: Document) -> Iterator[Spot]:
    secure = {each.name for each in document.of_type("transport") if each.get("protocol") in {"tls", ""}}
    for section in _trunks(document):
        carrier = section.get("transport")
        if carrier and document.is_whole and carrier not in secure:
            yield from (each.spot for each in section.own("media_encryption") if each.value == "sdes")


def _direct(document: Document) -> Iterator[Spot]:
    for section in _trunks(document):
        for each in section.own("direct_media", "directmedia", "canreinvite"):
            if each.value.lower() not in {"no", "false"}:
                yield each.spot
        if not section.all("direct_media") and document.kind == "pjsip" and document.is_whole:
            yield section.spot


def _nat(document: Document) -> Iterator[Spot]:
    """A transport on a private address, and nothing nearer than the provider to be called by it."""
    if document.kind != "pjsip" or not any(CLOUD.search(line) for line in document.code):
        return
    if any(is_in(host_of(each.value), _LOCAL) for each in document.own("outbound_proxy", "match")):
        return
    for section in document.of_type("transport"):
        names = ("external_media_address", "external_signaling_address")
        if is_in(section.get("bind").rpartition(":")[0] or section.get("bind"), _PRIVATE):
            missing = [each for each in names if not section.all(each)]
            if missing:
                yield next((each.spot for each in section.own("bind")), section.spot)


def _half_nat(document: Document) -> Iterator[Spot]:
    for section in document.of_type("transport"):
        outside = [*section.own("external_media_address"), *section.own("external_signaling_address")]
        if outside and not section.all("local_net"):
            yield outside[0].spot


def _wide(document: Document) -> Iterator[Spot]:
    for each in document.own("local_net", "localnet"):
        try:
            network = ip_network(each.value, strict=False)
        except ValueError:
            continue
        if isinstance(network, IPv4Network) and not any(network.subnet_of(one) for one in _LOCAL):
            yield each.spot


MEDIA: Final = (
    Rule(
        "other-codecs-first", ("pjsip", "sip", "baresip"), "error",
        "the offer begins with a codec that is not taken, or has so many that it is cut: 488 with 32102, or silence",
        "disallow all, and allow ulaw and alaw",
        "https://www.twilio.com/docs/voice/api/sip-interface", _codecs,
    ),
    Rule(
        "keys-not-by-rfc-4733", ("pjsip", "sip", "freeswitch"), "error",
        "keys arrive neither as INFO nor as tones for certain: <Gather> gets nothing",
        "write rfc4733 in pjsip.conf, rfc2833 elsewhere",
        "https://www.twilio.com/docs/voice/api/sip-interface; RFC 4733", _keys,
    ),
    Rule(
        "optional-encryption", ("pjsip", "sip", "baresip"), "error",
        "the offer is for SRTP and for RTP, or for DTLS: 488 with 32207 or 32208",
        "SDES for a secure domain, and no encryption for any other",
        "https://www.twilio.com/docs/voice/api/sip-interface#secure-media", _srtp,
    ),
    Rule(
        "srtp-without-tls", ("pjsip",), "error",
        "the keys go over a transport that is not TLS: 488 with 32209",
        "call by a transport with protocol=tls, or leave media_encryption out",
        "https://www.twilio.com/docs/errors/32209", _half_secure,
    ),
    Rule(
        "direct-media", ("pjsip", "sip"), "warning",
        "Asterisk moves the audio to the phone's own address, which the cloud cannot reach: silence after a second",
        "write direct_media=no (sip.conf: directmedia=no)",
        "Asterisk's documentation of res_pjsip", _direct,
    ),
    Rule(
        "private-address-outside", ("pjsip",), "error",
        "Contact and session description have a private address: audio goes one way, and no BYE arrives",
        "add external_media_address, external_signaling_address and local_net",
        "Asterisk's documentation of res_pjsip", _nat,
    ),
    Rule(
        "external-without-local", ("pjsip",), "warning",
        "without local_net nothing counts as outside, and no address is rewritten",
        "add local_net for each network of your own",
        "Asterisk's documentation of res_pjsip", _half_nat,
    ),
    Rule(
        "local-net-too-wide", ("pjsip", "sip"), "error",
        "addresses of the internet count as local, and are shown a private address: one-way audio with some",
        "write your own networks; the private ones are 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16",
        "RFC 1918 section 3", _wide,
    ),
)  # fmt: skip
"""Audio."""
