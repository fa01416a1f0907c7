"""An output that may break without ending the program."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO


def _ignore(_: OSError | ValueError) -> None:
    """Do nothing about it."""


def write_error(words: str) -> None:
    """Write a line to standard error, if it can be written to."""
    try:
        print(words, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        return


def is_ascii_only(stream: TextIO) -> bool:
    """Return whether a stream cannot be relied on for more than ASCII."""
    return not (stream.encoding or "").lower().startswith("utf")


class SteadyStream:
    """A stream that takes no more once it breaks: a full disk, a reader that has gone, a terminal that was closed.

    Attributes:
        ascii_only: Whether it cannot be relied on for more than ASCII.
    """

    def __init__(self, stream: TextIO, broken: Callable[[OSError | ValueError], None] = _ignore) -> None:
        """Wrap a stream; `broken` is called once, with what broke it."""
        self.ascii_only = is_ascii_only(stream)
        self._stream = stream
        self._broken = broken
        self._whole = True

    def write(self, words: str) -> int:
        """Write; what cannot be written is dropped."""
        return self._do(lambda: self._stream.write(words)) or 0

    def flush(self) -> None:
        """Flush, if that is possible."""
        self._do(self._stream.flush)

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def _do(self, act: Callable[[], int | None]) -> int | None:
        if not self._whole:
            return None
        try:
            return act()
        except (OSError, ValueError) as error:
            self._whole = False
            self._silence()
            self._broken(error)
            return None

    def _silence(self) -> None:
        """Let what is still buffered go nowhere: else the interpreter fails when it ends."""
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            return
