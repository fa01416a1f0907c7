"""Read TwiML: bytes in, a checked `Document` out, or a `TwimlError` with the provider's code.

No DOCTYPE, no entity of one's own, no network, no deep nesting: a webhook's reply is foreign input.
"""

from __future__ import annotations

import codecs
import re
from typing import Any, Final

from lxml import etree

from sipdomain.errors import TwimlError
from sipdomain.twiml.document import Document, Element, TwimlWarning
from sipdomain.twiml.lint import check

LARGEST_BODY: Final = 64 * 1024
"""Bytes; one more is error 11750 (https://www.twilio.com/docs/api/errors/11750)."""

DEEPEST: Final = 32
"""Levels of elements accepted. TwiML itself needs five."""

MOST_NODES: Final = 1_000
"""Elements and attributes of a document that are looked at; the rest is left out with a warning."""

_API_VERSIONS: Final = frozenset({"2008-08-01", "2010-04-01"})
_BYTE_ORDER_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BEFORE_ROOT: Final = re.compile(r"\ufeff?(?:<\?.*?\?>|<!--.*?-->|\s)*", re.DOTALL)
_SCHEMA_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
# SSML (https://www.w3.org/TR/speech-synthesis11/) that may stand inside a word.
_INLINE: Final = frozenset({"emphasis", "lang", "phoneme", "prosody", "say-as", "sub", "w"})


def parse(data: bytes, *, content_type: str = "text/xml") -> Document:
    """Read a TwiML document.

    The encoding is found as RFC 7303 section 3 says: a byte order mark, else the charset of the
    Content-Type, else the XML declaration, else UTF-8.

    Args:
        data: The document, at most 64 kB.
        content_type: The Content-Type header field; only its charset matters here.

    Raises:
        TwimlError: 11750 for a body that is too large, 12100 for one that is not well-formed or has a
            DOCTYPE, 12101 for an unknown `version`, 12102 when the root is not `Response`.
    """
    if len(data) > LARGEST_BODY:
        raise TwimlError(11750, f"the body has more than the {LARGEST_BODY} bytes that the provider accepts")
    if not data.strip():
        raise TwimlError(12100, "the body is empty; an empty document is written <Response/>")
    root = _read(data, charset(content_type))
    # The provider does not say what it does with a DOCTYPE; refusing it is assumed.
    if root.getroottree().docinfo.internalDTD is not None:
        raise TwimlError(12100, "a DOCTYPE is not accepted")
    if root.tag != "Response":
        line, column = _place_of_root(data, root)
        raise TwimlError(
            12102,
            f"line {line}, column {column}: the root element is <{str(root.tag)[:60]}>, not <Response>",
            place=(line, column),
        )
    version = root.get("version")
    if version is not None and version not in _API_VERSIONS:
        known = " or ".join(sorted(_API_VERSIONS))
        raise TwimlError(
            12101, f"line {root.sourceline}: version {version!r} is not {known}", place=(root.sourceline, 1)
        )
    reader = _Reader()
    response = reader.element(root, depth=1)
    verbs, warnings = check(response, loose_text=_has_loose_text(root))
    return Document(verbs, (*warnings, *reader.left_out()))


def charset(content_type: str) -> str | None:
    """Return the Python name of the charset that a Content-Type header field names, or None.

    Raises:
        TwimlError: 12100, the charset is unknown.
    """
    found = re.search(r""";\s*charset\s*=\s*["']?([^\s"';]+)""", content_type, re.IGNORECASE)
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1]).name
        b"<a/>".decode(name, "replace")
    except (LookupError, ValueError) as error:
        raise TwimlError(12100, f"the Content-Type names an unknown charset, {found[1]!r}") from error
    return name


def _read(data: bytes, encoding: str | None) -> Any:
    """Return the lxml root element."""
    if data.startswith(_BYTE_ORDER_MARKS):
        encoding = None
    try:
        parser = etree.XMLParser(
            encoding=encoding,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        said = str(error.msg or "this is not XML").removesuffix(f", line {line}, column {column}")
        raise TwimlError(12100, f"line {line}, column {column}: {said}", place=(line, column)) from error
    except LookupError as error:
        raise TwimlError(12100, f"XML cannot be read in charset {encoding!r}") from error


def _place_of_root(data: bytes, root: Any) -> tuple[int, int]:
    """Return line and column of the root's `<`, counted from 1; only comments and blanks come before."""
    try:
        text = data.decode(root.getroottree().docinfo.encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        return root.sourceline, 1
    before = _BEFORE_ROOT.match(text)
    lines = (before[0] if before else "").removeprefix("\ufeff").split("\n")
    return len(lines), len(lines[-1]) + 1


class _Reader:
    """Turns nodes into elements, within a budget: what one document costs is bounded, however it is made."""

    def __init__(self) -> None:
        self._left = MOST_NODES
        self._stopped_at = 0
        self._read = 0

    def element(self, node: Any, *, depth: int) -> Element:
        """Return an element with what is inside; its text is all text inside, that of `sub` its alias."""
        if depth > DEEPEST:
            raise TwimlError(
                12100,
                f"line {node.sourceline}: elements are nested more than {DEEPEST} deep",
                place=(node.sourceline, 1),
            )
        number = self._read
        self._read += 1
        attributes = self._attributes(node)
        parts = [node.text or ""]
        children = []
        for child in node:
            if self._left <= 0:
                self._stopped_at = self._stopped_at or child.sourceline
                break
            self._left -= 1
            inside = self.element(child, depth=depth + 1)
            children.append(inside)
            parts += [inside.text] if inside.name in _INLINE else [" ", inside.text, " "]
            parts.append(child.tail or "")
        name = str(node.tag)
        text = (name == "sub" and node.get("alias")) or "".join(parts)
        return Element(
            name, attributes, str(text), tuple(children), node.sourceline, number, _has_loose_text(node)
        )

    def _attributes(self, node: Any) -> tuple[tuple[str, str], ...]:
        """Return the attributes. Each is looked up by its name: libxml2 goes through all of them for that."""
        names = node.keys()
        if len(names) > self._left:
            self._stopped_at = self._stopped_at or node.sourceline
            names = names[: max(0, self._left)]
        self._left -= len(names)
        return tuple(
            (str(name), str(node.get(name))) for name in names if not name.startswith(_SCHEMA_INSTANCE)
        )

    def left_out(self) -> tuple[TwimlWarning, ...]:
        """Return the warning that not all of the document was looked at."""
        if not self._stopped_at:
            return ()
        said = f"the document has more than {MOST_NODES} elements and attributes; those after it are left out"
        return (TwimlWarning(12200, said, self._stopped_at, self._read),)


def _has_loose_text(root: Any) -> bool:
    return bool((root.text or "").strip()) or any((child.tail or "").strip() for child in root)
