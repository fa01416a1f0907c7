"""Mistakes in how Asterisk's files are written, and in how it signals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sipdomain.pbx.lint.document import Document, Spot
from sipdomain.pbx.lint.hosts import host_of, is_cloud
from sipdomain.pbx.lint.rule import Rule, wherever

_CUT: Final = re.compile(r"=\s*\"?sips?:[^\s;\\]*(;(?:lr|transport|hide|user|maddr)\b.*)")
_HASH: Final = re.compile(r"^\s*(#(?!\s*(?:try)?include\b|exec\b).*)", re.IGNORECASE)
_DIALPLAN: Final = re.compile(r"^\s*(?:exten|same)\s*=>")


def _cut(document: Document) -> Iterator[Spot]:
    for number, line in enumerate(document.lines, 1):
        if (found := _CUT.search(line)) and not line.lstrip().startswith(";"):
            yield Spot(number, found.start(1) + 1, len(found[1].rstrip()))


def _hash(document: Document) -> Iterator[Spot]:
    return (
        Spot(spot.line, 1 + spot.length - len(found[1]), len(found[1]))
        for spot, found in document.matches(_HASH)
    )


def _double(document: Document) -> Iterator[Spot]:
    seen: set[tuple[str, str]] = set()
    for each in document.sections:
        key = (each.name, each.get("type"))
        if key in seen and not each.extends:
            yield each.spot
        seen.add(key)


def _itself(document: Document) -> Iterator[Spot]:
    own = {section.get("bind").partition(":")[0] for section in document.of_type("transport")} - {""}
    for section in document.of_type("aor"):
        for each in section.own("contact"):
            if host_of(each.value) in own | {"localhost"}:
                yield each.spot


def _hops(document: Document) -> Iterator[Spot]:
    for each in document.own("max_forwards", "maxforwards"):
        if each.value.isdigit() and int(each.value) < 20:
            yield each.spot


def _timers(document: Document) -> Iterator[Spot]:
    for each in document.own("timers", "session-timers"):
        if each.value.lower() in {"always", "required", "originate"}:
            yield each.spot


def _silent(document: Document) -> Iterator[Spot]:
    for section in document.of_type("aor") if document.kind == "pjsip" else document.sections:
        if is_cloud(section):
            yield from (
                each.spot
                for each in section.own("qualify_frequency", "qualify", "ping")
                if each.value in {"0", "no"}
            )


ASTERISK: Final = (
    Rule(
        "comment-in-a-value", ("pjsip", "sip"), "error",
        "a semicolon begins a comment, and cuts the value: without ;lr the proxy becomes the Request-URI",
        "write a backslash before it: \\;",
        "Asterisk's documentation of configuration files", _cut,
    ),
    Rule(
        "hash-as-comment", ("pjsip", "sip"), "error",
        "the line is no comment but a directive: the file is not loaded",
        "begin comments with ;",
        "Asterisk's documentation of configuration files", _hash,
    ),
    Rule(
        "dialplan-in-the-wrong-file", ("pjsip", "sip"), "error",
        "this is a line of the dialplan: here it is an unknown option, and the section is not loaded",
        "move it to extensions.conf",
        "seen in public configurations", wherever(_DIALPLAN),
    ),
    Rule(
        "section-twice", ("pjsip",), "error",
        "there is such a section of this type before: one of them does not count",
        "give it another name, or add to the first by (+)",
        "Asterisk's documentation of configuration files", _double,
    ),
    Rule(
        "contact-is-itself", ("pjsip",), "error",
        "the contact is this PBX: its calls come back to it",
        "write the domain as contact",
        "seen in public configurations", _itself,
    ),
    Rule(
        "few-hops", ("pjsip", "sip"), "error",
        "behind a proxy the request runs out of hops: 483 with 32006",
        "leave it out, or write 70",
        "RFC 3261 section 8.1.1.6", _hops,
    ),
    Rule(
        "session-timer-forced", ("pjsip", "sip"), "warning",
        "the far end has no session timer of its own: a refresh by UPDATE is refused, and the call ends after some minutes",
        "write timers=yes (sip.conf: session-timers=accept)",
        "RFC 4028 section 7; freeswitch#1994", _timers,
    ),
    Rule(
        "no-qualify", ("pjsip", "sip", "freeswitch"), "note",
        "nothing finds out that an edge is gone: it is tried for 32 seconds at each call",
        "ask by OPTIONS each 30 to 60 seconds",
        "RFC 3261 section 17.1.1.2; asterisk#1927", _silent,
    ),
)  # fmt: skip
"""What is Asterisk's own, and what others have likewise."""
