"""Hide passwords, tokens, digest responses, cookies and media keys, and make foreign text safe where it leaves the program.

The order is: hide, then escape, then cut, wrap or encode. A secret that was cut, wrapped or encoded is not found any more.
"""

from __future__ import annotations

import base64
import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, quote_plus

from sipdomain.media.sdes import hide_keys
from sipdomain.userinfo import PLAIN_URL, SIP, URL, hide_cut

HIDDEN = "********"
SHORTEST = 4
"""Secrets shorter than this are not masked: they would blot out ordinary words."""

Mask = Callable[[str], str]

_MOST_KNOWN: Final = 4096
"""Of how many short texts it is remembered what is left of them: names, addresses, header fields come again and again."""
_SHORT: Final = 128

_SLASHES: Final = ("//", "\\/", "2f", "u002f", "#47;", "sol;")
_AT_WORDS: Final = ("@", "40", "#64;", "commat;")
_SIP_WORDS: Final = ("sip:", "sips:", "sip%", "sips%", "sip&", "sips&", "sip\\u", "sips\\u")
_GAP = r"(?:\s|%20|\+)"
_QUOTE = r"(?:\\{0,8}[\"']|%22)"
# `response` and `rspauth` of RFC 7616: each lets a password be guessed elsewhere.
_DIGEST = re.compile(
    rf"(\b(?:response|rspauth){_GAP}*(?:=|%3d){_GAP}*)(?:({_QUOTE})[^\s\"'\\%]*|[0-9a-f]{{16,}})",
    re.IGNORECASE,
)
# All of a header field, folded or not, but of a form's field what stands before the next.
_AUTHORIZATION = re.compile(
    rf"((?:proxy-)?authorization)((?:{_QUOTE},|{_QUOTE}?{_GAP}*(?::|%3a)|(=|%3d)){_GAP}*{_QUOTE}?{_GAP}*)"
    rf"((?:[a-z][a-z0-9_-]{{0,31}}{_GAP}+)?)((?(3)[^\s\"'\\,&]+|(?:[^\r\n\"'\\]|\r?\n[ \t])+))",
    re.IGNORECASE,
)
_BASIC = re.compile(rf"(\bbasic{_GAP}+)([A-Za-z0-9+/=_-]{{4,}})", re.IGNORECASE)
_BEARER = re.compile(rf"(\bbearer{_GAP}+)[A-Za-z0-9._~+/=-]{{16,}}", re.IGNORECASE)
_NAMES = (
    r"x-twilio-signature|x-api-key|(?:x-)?auth[_-]?token|(?:access|refresh|api)[_-]?token|"
    r"(?:sip[_-]?auth[_-]?)?pass(?:word|wd)|(?:client|api|shared)[_-]?secret|api[_-]?key"
)
_SECRET_NAME: Final = re.compile(_NAMES, re.IGNORECASE)
# NAME=VALUE as forms and query strings have it; NAME: VALUE as header fields and YAML have it, where VALUE is not a word of
# prose; "NAME": "VALUE" as JSON has it, and ('NAME', 'VALUE'), also where somebody cut the text within VALUE.
_NAMED = re.compile(
    rf"((?<![a-z0-9])(?:{_NAMES}))(?:"
    rf"((?:=|%3d){_QUOTE}?)[^\s\"'\\&,;<>}}]+(?<!:)|"
    rf"({_GAP}*:{_GAP}*)(?=[^\s\"']*[0-9=])[^\s\"'\\&,;<>}}]+|"
    rf"(?P<quote>\\{{0,8}}[\"'])({_GAP}*[:,]{_GAP}*(?P=quote)).{{0,512}}?(?:(?P=quote)|\Z))",
    re.IGNORECASE | re.DOTALL,
)
# Cookie and Set-Cookie as header fields, as JSON and pairs, and as a form's field; names and attributes stay.
_COOKIE = re.compile(
    rf"((?:set-)?cookie2?)(?:({_QUOTE}{_GAP}*[:,]{_GAP}*)(?P<mark>{_QUOTE})"
    rf"((?:(?!(?P=mark))(?:\\.|[^\r\n])){{0,8192}})|"
    rf"({_GAP}*(?::|%3a){_GAP}*)((?:[^\r\n]|\r?\n[ \t]){{0,8192}})|(=|%3d)([^\s\"'\\&,]+))",
    re.IGNORECASE,
)
_CRUMB = re.compile(
    r"(?<![^\s;,=\"'\\])([^\s;,=\"'\\]+\s?=\s?)(\\*\"[^\"]*\"|[^;]+?)(?=;|,\s?[^\s;,=]{1,64}=|\Z)"
)
_ATTRIBUTES: Final = frozenset(
    {"path", "domain", "expires", "max-age", "samesite", "priority", "version", "comment"}
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def masking(secrets: Iterable[str]) -> Mask:
    """Return a function that hides these secrets, and all that has the form of a credential.

    Args:
        secrets: Passwords and tokens; they are found as they are, and as URLs, forms, JSON and HTML spell them.
    """
    spellings = {each for secret in secrets if len(secret) >= SHORTEST for each in _spellings(secret)}
    known = sorted(spellings, key=len, reverse=True)
    words = re.compile("|".join(map(re.escape, known))) if known else None

    begun = tuple(
        sorted(
            {each[:end] for each in known for end in range(max(SHORTEST, len(each) // 2), len(each))}, key=len
        )[::-1]
    )

    def mask(text: str) -> str:
        if words is not None:
            text = _end_hidden(words.sub(HIDDEN, text), begun)
        return _short_by_form(text) if len(text) <= _SHORT else _by_form(text)

    return mask


def _end_hidden(text: str, begun: tuple[str, ...]) -> str:
    """Hide what is left of a secret at the end of a text that somebody cut."""
    whole = text.removesuffix("…")
    if not whole.endswith(begun):
        return text
    longest = next(each for each in begun if whole.endswith(each))
    return f"{whole.removesuffix(longest)}{HIDDEN}"


@lru_cache(maxsize=_MOST_KNOWN)
def _short_by_form(text: str) -> str:
    return _by_form(text)


def _by_form(text: str) -> str:
    # Most texts have nothing to hide: to look for a word costs a hundredth of a pattern that ignores case.
    plain = text.lower()
    if "inline" in plain:
        text = hide_keys(text)
    for words, pattern, hide in _FORMS:
        if any(map(plain.__contains__, words)):
            text = pattern.sub(hide, text)
    is_ended = any(map(plain.__contains__, _AT_WORDS))
    if any(map(plain.__contains__, _SLASHES)):
        if is_ended:
            text = URL.hide(PLAIN_URL.hide(text, HIDDEN), HIDDEN)
        text = hide_cut(text, HIDDEN)
    if is_ended and any(map(plain.__contains__, _SIP_WORDS)):
        text = SIP.hide(text, HIDDEN)
    return text


def _spellings(secret: str) -> Iterable[str]:
    encoded = [
        quote(secret, errors="replace"),
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
    ]
    yield from (secret, printable(secret), html.escape(secret), html.escape(secret, quote=False))
    yield from (
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        secret.replace("/", "\\/"),
    )
    yield from encoded
    yield from (re.sub("%..", lambda found: found[0].lower(), each) for each in encoded)
    yield secret.encode("unicode_escape").decode("ascii")


def _authorization(found: re.Match[str]) -> str:
    name, between, _, scheme, _ = found.groups()
    if scheme[:6].lower() == "digest":
        # Realm, user and nonce explain a refusal; its response is hidden by its own name.
        return found[0]
    return f"{name}{between}{scheme}{HIDDEN}"


def _basic(found: re.Match[str]) -> str:
    """Hide what is USER:PASSWORD in base64, and leave `basic words` alone."""
    text = found[2].rstrip("=").replace("-", "+").replace("_", "/")
    whole = text[: len(text) // 4 * 4] if len(text) % 4 == 1 else text + "=" * (-len(text) % 4)
    try:
        secret = b":" in base64.b64decode(whole)
    except ValueError:
        secret = False
    return f"{found[1]}{HIDDEN}" if secret else found[0]


def _digest(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2] or ''}{HIDDEN}"


def _crumbs(text: str) -> str:
    """Hide the values of cookies (RFC 6265), and leave their names and attributes."""

    def hide(found: re.Match[str]) -> str:
        name = found[1].rstrip("= \t")
        return found[0] if name.lower() in _ATTRIBUTES else f"{found[1]}{HIDDEN}"

    return _CRUMB.sub(hide, text)


def _cookie(found: re.Match[str]) -> str:
    name, between, mark, quoted, colon, plain, form, _ = found.groups()
    if mark is not None:
        return f"{name}{between}{mark}{_crumbs(quoted)}"
    return f"{name}{colon}{_crumbs(plain)}" if colon is not None else f"{name}{form}{HIDDEN}"


def _named(found: re.Match[str]) -> str:
    name, form, header, mark, between = found.groups()
    if mark is not None:
        return f"{name}{mark}{between}{HIDDEN}{mark}"
    return f"{name}{form or header}{HIDDEN}"


_Hide = str | Callable[[re.Match[str]], str]
_FORMS: Final[tuple[tuple[tuple[str, ...], re.Pattern[str], _Hide], ...]] = (
    (("signature", "token", "passw", "secret", "key"), _NAMED, _named),
    (("authorization",), _AUTHORIZATION, _authorization),
    (("cookie",), _COOKIE, _cookie),
    (("basic",), _BASIC, _basic),
    (("bearer",), _BEARER, rf"\g<1>{HIDDEN}"),
    (("response", "rspauth"), _DIGEST, _digest),
)
"""What is hidden by its form: words in lower case of which one is there, the pattern, and what takes its place."""


def masked(value: Any, mask: Mask) -> Any:
    """Return a value of dicts, lists, tuples, text and bytes with its secrets hidden; bytes are read as UTF-8.

    A name and its value, in a dict or as a pair, are looked at together: a signature has no form of its own.
    """
    match value:
        case str():
            return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", mask(value))
        case bytes():
            return mask(value.decode("utf-8", "replace"))
        case dict():
            return {masked(key, mask): _of_name(key, each, mask) for key, each in value.items()}
        case (str(name), str(text)):
            return [masked(name, mask), _of_name(name, text, mask)]
        case list() | tuple():
            return [masked(each, mask) for each in value]
        case _:
            return value


def _of_name(name: object, value: Any, mask: Mask) -> Any:
    if not isinstance(name, str) or not isinstance(value, str):
        return masked(value, mask)
    if _SECRET_NAME.fullmatch(name):
        return HIDDEN if value else value
    if name.lower() in {"cookie", "cookie2", "set-cookie", "set-cookie2"}:
        return masked(_crumbs(value), mask)
    if name.lower() in {"authorization", "proxy-authorization"}:
        value = " ".join(value.split())
        return masked(f"{name}: {value}", mask).removeprefix(f"{name}: ")
    return masked(value, mask)


def json_line(value: Any, mask: Mask) -> str:
    """Return a value as JSON on one line, its secrets hidden before it is encoded; what no one can see is escaped.

    Args:
        value: Of dicts, lists, tuples, text, bytes and numbers.
        mask: What hides.
    """
    line = json.dumps(masked(value, mask), ensure_ascii=False, default=str)
    return (
        line
        if line.isprintable()
        else "".join(each if each.isprintable() else _escaped(each) for each in line)
    )


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def printable(text: str) -> str:
    """Return a text on one line that steers no terminal and no page: no control, no direction, nothing unseen.

    Spaces of all kinds become a space; what is left out leaves U+FFFD.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _seen(each) for each in text)


def _seen(character: str) -> str:
    return " " if unicodedata.category(character) == "Zs" else "\N{REPLACEMENT CHARACTER}"


def printable_lines(text: str) -> str:
    """Return a text of several lines, parted by LF, each of them `printable`."""
    return "\n".join(map(printable, text.split("\n")))
