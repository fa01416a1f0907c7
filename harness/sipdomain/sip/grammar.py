"""Pieces of RFC 3261 section 25.1 that several values share: tokens, quoting, lists, parameters."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.errors import RemoteProtocolError

BLANKS: Final = " \t\r\n"
"""Linear white space, once lines are unfolded (RFC 3261 section 25.1)."""

TOKEN: Final = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
# What is opened and never closed runs to the end: without that, the search would begin anew at every quote.
_LIST_BREAKS: Final = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|<[^>]*(?:>|\Z)|,', re.DOTALL)
_PARAMETER: Final = re.compile(
    r"""\s*;\s*([A-Za-z0-9\-.!%*_+`'~]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s"]+|))?\s*""",
    re.DOTALL | re.ASCII,
)
PLAIN_PARAMETERS: Final = r"(?:;[A-Za-z0-9\-.!%*_+`'~]+(?:=[^;\s\"=]+)?)*"
"""Parameters as nearly all are: no blanks, no quotes, no empty values."""
_PLAIN_PARAMETERS: Final = re.compile(PLAIN_PARAMETERS, re.ASCII)


def unquote(text: str) -> str:
    """Return the text of a quoted-string without its quotes; other text as it is."""
    if len(text) >= 2 and text[0] == '"' and text[-1] == '"':
        inner = text[1:-1]
        return _QUOTED_PAIR.sub(r"\1", inner) if "\\" in inner else inner
    return text


def quote(text: str) -> str:
    """Return text as a quoted-string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def split_list(text: str) -> list[str]:
    """Split a header field at the commas that stand outside quotes and angle brackets.

    Empty elements are kept, so that a caller can refuse or ignore them.
    """
    if "," not in text:
        return [text.strip(BLANKS)]
    if '"' not in text and "<" not in text:
        return [part.strip(BLANKS) for part in text.split(",")]
    parts, start = [], 0
    for found in _LIST_BREAKS.finditer(text):
        if found.group() == ",":
            parts.append(text[start : found.start()].strip(BLANKS))
            start = found.end()
    parts.append(text[start:].strip(BLANKS))
    return parts


def split_parameters(text: str) -> dict[str, str | None]:
    """Parse text that `PLAIN_PARAMETERS` is known to match."""
    found: dict[str, str | None] = {}
    for part in text.split(";")[1:]:
        name, equals, value = part.partition("=")
        found[name.lower()] = value if equals else None
    return found


def parse_parameters(text: str) -> dict[str, str | None]:
    """Parse `;name=value;flag` into a mapping with lower-case names; values stay quoted.

    Raises:
        RemoteProtocolError: The text is not a list of parameters.
    """
    if _PLAIN_PARAMETERS.fullmatch(text):
        return split_parameters(text)
    found: dict[str, str | None] = {}
    at = 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None:
            raise RemoteProtocolError(f"not a parameter: {text[at : at + 40]!r}")
        found[match[1].lower()] = match[2]
        at = match.end()
    return found


def format_parameters(parameters: dict[str, str | None]) -> str:
    """Return parameters as text, each with its semicolon."""
    text = ""
    for name, value in parameters.items():
        text += f";{name}" if value is None else f";{name}={value}"
    return text
