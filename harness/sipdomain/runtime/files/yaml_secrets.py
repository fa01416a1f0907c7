"""Find the passwords in the text of a YAML or JSON file, right or wrong, so that no error shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# A user's password in a list of credentials; and what a key by its name keeps secret.
_LISTS: Final = re.compile(r"""\bcredential_lists["']?[ \t]*:""")
_KEYS: Final = re.compile(r"""\b(?:auth_token|token|password)["']?[ \t]*:""")
_URL: Final = re.compile(r"//[^\s/:@]*:(?!\d{0,5}[/?#])([^\s\"'<>]{1,256})@")
_VALUE: Final = re.compile(r"""[ \t]*("(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|[^\s,{}\[\]"'#][^,{}\n]*)""")
_IN_FLOW: Final = re.compile(rf"""(?::(?=["'])|:[ \t]|\[){_VALUE.pattern}""")
_IN_BLOCK: Final = re.compile(r"^[^\n{}]*?:[ \t]+(?![{\[#|>])([^\n]+)|(\{[^\n]*)", re.MULTILINE)
_OPENED: Final = re.compile(r"[ \t]*\{")
_INDENT: Final = re.compile(r"[ \t]*(?:- +)?")
_BRACE: Final = re.compile("[{}]")
_DEDENTED: Final = "^(?:[ \t]{{0,{0}}}[^ \t\r\n])"


def spans(text: str) -> list[tuple[int, int]]:
    """Return where the secrets of a file stand, quotes included, in no order."""
    found = [match.span(1) for match in _URL.finditer(text)]
    found += [match.span(1) for key in _KEYS.finditer(text) if (match := _VALUE.match(text, key.end()))]
    return [*found, *_passwords(text)]


def without(text: str) -> str:
    """Return the text of a file with asterisks for its secrets, as many as they have characters."""
    characters = list(text)
    for start, end in spans(text):
        characters[start:end] = "*" * (end - start)
    return "".join(characters)


def _passwords(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the passwords in the lists of credentials stand."""
    at = 0
    while (key := _LISTS.search(text, at)) is not None:
        start = key.end()
        if _OPENED.match(text, start):
            at = _closing(text, start)
            yield from _flow(text, start, at)
            continue
        line_start = text.rfind("\n", 0, start) + 1
        indent = _INDENT.match(text, line_start)
        width = indent.end() - line_start if indent else 0
        dedented = re.compile(_DEDENTED.format(width), re.MULTILINE).search(text, start)
        at = dedented.start() if dedented else len(text)
        for match in _IN_BLOCK.finditer(text, start, at):
            if match[2] is None:
                yield match.span(1)
            else:
                yield from _flow(text, *match.span(2))


def _flow(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _IN_FLOW.finditer(text, start, end):
        yield match.span(1)


def _closing(text: str, start: int) -> int:
    """Return where the braces that open after a place are closed again, or the end."""
    depth = 0
    for match in _BRACE.finditer(text, start):
        depth += 1 if match[0] == "{" else -1
        if depth <= 0:
            return match.end()
    return len(text)
