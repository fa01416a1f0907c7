"""Unpacks what a customer's server packed: gzip and deflate (RFC 9110 section 8.4.1), whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

MOST_MEMBERS: Final = 64
"""How many members a gzip body may have."""
MOST_CODINGS: Final = 4
"""How many codings may be applied one after another."""
_GZIP: Final = frozenset({"gzip", "x-gzip"})


class CodingError(Exception):
    """A body is not what its Content-Encoding says."""


def codings_of(fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the codings of a body in the order in which they were applied."""
    named = (
        each.strip().lower()
        for name, value in fields
        if name.lower() == "content-encoding"
        for each in value.split(",")
    )
    return tuple(each for each in named if each not in {"", "identity"})


def unpacked(body: bytes, codings: tuple[str, ...], most: int) -> bytes:
    """Return a body as it was before it was packed; an empty one is never packed.

    Args:
        body: The body as it came.
        codings: How it was packed.
        most: The largest result accepted, in bytes; what is larger is cut off one byte past that.

    Raises:
        CodingError: It ends too early, is in another coding, or there are too many of them.
    """
    if not body:
        return body
    if len(codings) > MOST_CODINGS:
        raise CodingError(f"it has more than {MOST_CODINGS} codings")
    for coding in reversed(codings):
        try:
            if coding in _GZIP:
                body = _gzip(body, most)
            elif coding == "deflate":
                body = _deflate(body, most)
            else:
                raise CodingError(f"{coding[:40]} cannot be read: send gzip, deflate, or nothing of the kind")
        except zlib.error as error:
            raise CodingError(f"it is not {coding}: {error}") from None
    return body


def _gzip(body: bytes, most: int) -> bytes:
    """Unpack as many members as there are (RFC 1952 section 2.2)."""
    found = b""
    for _ in range(MOST_MEMBERS):
        packer = zlib.decompressobj(wbits=31)
        found += packer.decompress(body, most + 1 - len(found))
        if len(found) > most:
            return found
        if not packer.eof:
            raise CodingError("it ends too early")
        body = packer.unused_data
        if not body:
            return found
    raise CodingError(f"it has more than {MOST_MEMBERS} members")


def _deflate(body: bytes, most: int) -> bytes:
    """Unpack the zlib format (RFC 1950), or bare deflate (RFC 1951), which some servers send by that name."""
    for wbits in (15, -15):
        packer = zlib.decompressobj(wbits=wbits)
        try:
            found = packer.decompress(body, most + 1)
        except zlib.error:
            if wbits < 0:
                raise
            continue
        if len(found) <= most and not packer.eof:
            raise CodingError("it ends too early")
        return found
    raise AssertionError
