"""Templates of TwiML bins: Mustache, with the provider's function `e164`.

{{Name}}                    the parameter, escaped; nothing when it is absent
{{{Name}}}, {{&Name}}       the same as it is
{{#Name}}…{{/Name}}         once for each value of it, which is {{.}} inside
{{^Name}}…{{/Name}}         when it has none
{{#e164}}{{To}}{{/e164}}    the telephone number in that
{{! words }}                nothing

Sources: https://www.twilio.com/docs/serverless/twiml-bins, "How to use templates with TwiML Bins" of the provider's help
centre, and mustache(5). That 11320 and 11310 are the codes of what is wrong in one is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import islice
from typing import Final

from sipdomain.errors import TwimlError

UNCLOSED: Final = 11320
INVALID: Final = 11310
MOST_PIECES: Final = 10_000
"""Of how many texts and values a document may be made."""
MOST_CHARACTERS: Final = 65_536
MOST_DEEP: Final = 20
"""How deep sections may be nested."""
MOST_TEMPLATES: Final = 64
"""How many templates are kept as they were read."""
_MOST_NUMBER: Final = 256
"""How many characters of a text or value `e164` looks at."""
_TAG: Final = re.compile(r"\{\{(\{?)(.*?)(\}?)\}\}", re.DOTALL)
_NAME: Final = re.compile(r"\.|[A-Za-z_][\w.:-]*")
_NUMBER: Final = re.compile(r"\+?[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    escaped: bool


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    inverted: bool
    inside: list[_Node]


_Node = str | _Value | _Section


class _Parameters:
    """The parameters of a request, of which `NAME[]` and a repeated name make a list; empty ones count as absent."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                self._values.setdefault(name.removesuffix("[]"), []).append(value)

    def all(self, name: str, dot: str) -> list[str]:
        """Return the values of a name; `dot` is that of "."."""
        return [dot] * bool(dot) if name == "." else self._values.get(name, [])

    def first(self, name: str, dot: str) -> str:
        """Return the first value of a name, or ""."""
        return next(iter(self.all(name, dot)), "")


class Template:
    """A template that was read."""

    __slots__ = ("_nodes",)

    def __init__(self, text: str) -> None:
        """Read one.

        Raises:
            TwimlError: 11320 brackets are not closed; 11310 what they enclose is not a name, or sections do not match.
        """
        self._nodes = _Reader(text).nodes()

    def filled(self, parameters: Iterable[tuple[str, str]]) -> str:
        """Return the document with the parameters of a request in it.

        Raises:
            TwimlError: 11750, it has more than 64 Ki characters, or is made of more than 10,000 pieces.
        """
        found, size, pieces = [], 0, _pieces(self._nodes, _Parameters(parameters), "")
        for piece in islice(pieces, MOST_PIECES):
            found.append(piece)
            size += len(piece)
            if size > MOST_CHARACTERS:
                break
        if size > MOST_CHARACTERS or next(pieces, None) is not None:
            raise TwimlError(11750, "the document is too large")
        return "".join(found)


@lru_cache(maxsize=MOST_TEMPLATES)
def template(text: str) -> Template:
    """Return the template of a text, those of the last few as they were read; raises TwimlError."""
    return Template(text)


class _Reader:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def nodes(self) -> list[_Node]:
        """Return what the text is made of."""
        nodes: list[_Node] = []
        opened: list[tuple[list[_Node], str, int]] = []
        at = 0
        for tag in _TAG.finditer(self._text):
            nodes.append(self._plain(at, tag.start()))
            at = tag.end()
            sign, name = self._meaning(tag)
            if sign in {"#", "^"}:
                if len(opened) == MOST_DEEP or (opened and opened[-1][1] == "e164"):
                    raise self._wrong(INVALID, f"{{{{#{name}}}}} may not stand here", tag.start())
                section = _Section(name, sign == "^", [])
                nodes.append(section)
                opened.append((nodes, name, tag.start()))
                nodes = section.inside
            elif sign == "/":
                if not opened or opened[-1][1] != name:
                    raise self._wrong(INVALID, f"{{{{/{name}}}}} closes no section", tag.start())
                nodes = opened.pop()[0]
            elif sign != "!":
                nodes.append(_Value(name, escaped=not sign))
        nodes.append(self._plain(at, len(self._text)))
        if opened:
            raise self._wrong(INVALID, f"{{{{#{opened[-1][1]}}}}} is not closed", opened[-1][2])
        return nodes

    def _meaning(self, tag: re.Match[str]) -> tuple[str, str]:
        """Return the sign in front of a tag's name, "{" for a third bracket, and the name."""
        brackets, inside = tag[1], tag[2].strip()
        if bool(brackets) != bool(tag[3]):
            raise self._wrong(UNCLOSED, "brackets are not closed", tag.start())
        if not brackets and inside.startswith("!"):
            return "!", ""
        sign = brackets or (inside[:1] if inside[:1] in {"#", "^", "/", "&"} else "")
        name = inside if brackets else inside[len(sign) :].strip()
        if not _NAME.fullmatch(name):
            raise self._wrong(INVALID, f"`{name[:60]}` is not a parameter's name", tag.start())
        return sign, name

    def _plain(self, begin: int, end: int) -> str:
        found = self._text.find("{{", begin, end)
        if found >= 0:
            raise self._wrong(UNCLOSED, "brackets are not closed", found)
        return self._text[begin:end]

    def _wrong(self, code: int, message: str, at: int) -> TwimlError:
        line = self._text.count("\n", 0, at) + 1
        return TwimlError(code, message, place=(line, at - self._text.rfind("\n", 0, at)))


def _pieces(nodes: Iterable[_Node], parameters: _Parameters, dot: str) -> Iterator[str]:
    """Yield the texts of a document, one at least for each step; `dot` is the value of {{.}}."""
    for node in nodes:
        match node:
            case str():
                yield node
            case _Value(name, escaped):
                value = parameters.first(name, dot)
                yield escape(value) if escaped else value
            case _Section("e164", False, inside):
                parts = []
                for each in inside:
                    yield ""
                    text = parameters.first(each.name, dot) if isinstance(each, _Value) else str(each)
                    parts.append(text[:_MOST_NUMBER])
                yield _number("".join(parts))
            case _Section(name, inverted, inside):
                yield ""
                found = parameters.all(name, dot)
                for value in ([dot] * (not found)) if inverted else found:
                    yield ""
                    yield from _pieces(inside, parameters, value)


def _number(text: str) -> str:
    """Return the telephone number in a number or a SIP URI, or "" (how it is found is assumed)."""
    address = text.strip()[:_MOST_NUMBER].removeprefix("sips:").removeprefix("sip:")
    user = re.split("[@;?]", address, maxsplit=1)[0]
    found = _NUMBER.fullmatch(re.sub(r"[\s().-]", "", user))
    return found[0] if found else ""
