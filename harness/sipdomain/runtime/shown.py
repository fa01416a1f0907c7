"""Messages as they may be shown to others: secrets are hidden, and what has none keeps every byte."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.mask import HIDDEN, Mask

_LENGTH: Final = re.compile(rb"(?im)^((?:content-length|l)[ \t]*:[ \t]*)\d+")


def shown(data: bytes, mask: Mask) -> bytes:
    """Return a message of SIP, or a body, in which secrets are hidden.

    Args:
        data: Its bytes; where something is hidden in a body, its Content-Length follows.
        mask: Hides what nobody should read.
    """
    hidden = mask(data.decode("latin-1")).encode("latin-1", "replace")
    # What stands for a media key has its form, or a reader takes the description for malformed.
    hidden = hidden.replace(b"inline:" + HIDDEN.encode(), b"inline:" + b"A" * 40)
    if len(hidden) == len(data):
        return hidden
    head, gap, body = hidden.partition(b"\r\n\r\n")
    return _LENGTH.sub(rb"\g<1>%d" % len(body), head) + gap + body
