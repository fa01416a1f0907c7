"""Text for a page: first hidden what must be, then made harmless, then cut; documents in lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from lxml import etree

from sipdomain.mask import masked, masking, printable_lines

LONGEST_TEXT: Final = 20_000
"""How many characters of a message or a document are shown."""
LONGEST_LINE: Final = 400
"""How many characters of a name or a line are shown."""
MOST_LINES: Final = 60
"""How many lines of evidence, and how many legs of a call, are shown."""
MOST_FIELDS: Final = 300
"""How many parameters or header fields of a request are shown."""


class Wording:
    """Makes foreign text fit to be shown."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Take what has to be hidden."""
        self._mask = masking(secrets)

    def __call__(self, text: str, most: int = LONGEST_TEXT) -> str:
        """Return a text without secrets, in lines parted by LF, of at most so many characters and a word on the rest."""
        safe = printable_lines(self._mask(text).replace("\r\n", "\n"))
        return safe if len(safe) <= most else f"{safe[:most]}… and {len(safe) - most} more characters"

    def lines(self, lines: Sequence[str]) -> list[str]:
        """Return lines of which each is cut, and of more than 60 the first 60 with a word on the rest."""
        found = [self(each, LONGEST_LINE) for each in lines[:MOST_LINES]]
        return [*found, f"… {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else found

    def message(self, data: bytes) -> str:
        """Return a SIP message, read as UTF-8."""
        return self(data.decode("utf-8", "replace"))

    def fields(self, pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
        """Return names with their values; a secret is known by its name too."""
        found = [[self(part) for part in masked(pair, self._mask)] for pair in pairs]
        if len(found) <= MOST_FIELDS:
            return found
        return [*found[:MOST_FIELDS], ["…", f"{len(found) - MOST_FIELDS} more"]]

    def document(self, body: bytes, content_type: str) -> str:
        """Return an answer's body: XML indented, other text as it is, of the rest only how long it is."""
        kind = content_type.partition(";")[0].strip().lower()
        if kind.endswith("xml"):
            return self(_indented(body) or body.decode("utf-8", "replace"))
        if kind.startswith("text/") or kind.endswith("json"):
            return self(body.decode("utf-8", "replace"))
        return f"{len(body)} bytes" if body else ""


def _indented(body: bytes) -> str:
    """Return an XML document with an element a line; "" when it cannot be read, or brings a DOCTYPE."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_blank_text=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    if root.getroottree().docinfo.internalDTD is not None:
        return ""
    text: str = etree.tostring(root.getroottree(), pretty_print=True, encoding="unicode")
    return text.rstrip()
