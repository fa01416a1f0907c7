"""What child processes of the media side have in common: they answer requests over their pipes until there are no more."""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import BinaryIO, Final

DONE: Final = 0
FAILED: Final = 1


def take_over() -> BinaryIO:
    """Leave it to the parent when this ends, and keep what libraries print out of the replies; return where those go."""
    # Ctrl-C in a terminal reaches both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return replies


def serve(requests: BinaryIO, replies: BinaryIO, answer: Callable[[bytes], bytes]) -> None:
    """Answer requests until there are no more: a length (4 bytes, big-endian) and bytes.

    A reply is one byte, 0 or 1 for an error's text, then a length and bytes.
    """
    while len(head := requests.read(4)) == 4:
        data = requests.read(int.from_bytes(head))
        try:
            status, content = DONE, answer(data)
        except Exception as error:  # noqa: BLE001 - the parent reports it, and one request must not end the process
            status, content = FAILED, f"{type(error).__name__}: {error}".encode()
        replies.write(struct.pack("!BI", status, len(content)) + content)
        replies.flush()


def serve_standard_input(answer: Callable[[bytes], bytes], replies: BinaryIO) -> None:
    """Answer what comes on standard input."""
    serve(sys.stdin.buffer, replies, answer)
