"""Standard output and error that never make the program wait: what nobody reads is dropped, counted and reported.

Whoever writes, our own code, a library, a traceback or a child that inherited the descriptors, writes into a pipe that is
always read. Lines wait in memory for the real destination, up to a cap. A destination that is gone or full costs its lines,
never the program.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from collections import deque
from contextlib import suppress
from io import TextIOWrapper
from types import TracebackType
from typing import Final, Self, TextIO

from sipdomain.mask import masking, printable

MOST_WAITING: Final = 1024 * 1024
"""Bytes of lines that may wait for a slow reader; past that the oldest line goes first."""
LONGEST_LINE: Final = 16 * 1024
"""Bytes; what is longer counts as several lines."""
FAREWELL: Final = 1.0
"""How long the end of the program waits for a reader of its last lines, in seconds."""
_BATCH: Final = 32 * 1024
_PATIENCE: Final = 0.5
_DROPPED: Final = "note: {} dropped here: not read in time, or not writable\n"


def repair_standard_streams() -> None:
    """Give descriptors 0, 1 and 2 something to lead to, and have a question mark stand for what standard output cannot say.

    A socket that took the number of a closed descriptor would get our output.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is this one: those below it are open.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - of the standard library
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", errors="replace", closefd=False))  # noqa: SIM115 - kept
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


class Outlets:
    """Takes descriptors 1 and 2 over while it is entered, and gives them back at the end."""

    def __enter__(self) -> Self:
        """Take them over; where both lead to the same place, their lines keep their order."""
        _flush()
        if _same_file(1, 2):
            self._outlets = [Outlet((1, 2), sys.stderr)]
        else:
            self._outlets = [Outlet((1,), sys.stdout), Outlet((2,), sys.stderr)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give them back, when all that was written has gone out or nobody wants it."""
        _flush()
        for each in self._outlets:
            each.close()


class Outlet:
    """One destination: a pipe in front of it, a queue, a thread that fills the queue and one that empties it.

    Attributes:
        dropped: How many lines were dropped and are not reported yet.
    """

    def __init__(self, numbers: tuple[int, ...], stream: TextIO, *, most: int = MOST_WAITING) -> None:
        """Take descriptors over.

        Args:
            numbers: Descriptors that lead to one place.
            stream: Python's own stream on it, for its encoding.
            most: How many bytes of lines may wait.
        """
        self._numbers = numbers
        self._encoding = stream.encoding or "utf-8"
        self._most = most
        self._lines: deque[bytes] = deque()
        self._waiting = self.dropped = 0
        self._ended = False
        self._news = threading.Condition()
        self._mask = masking(())
        self._destination = os.dup(numbers[0])
        self._inlet, writing = os.pipe()
        self._bell, self._ring = os.pipe()
        for number in numbers:
            os.dup2(writing, number)
        os.close(writing)
        name = "-".join(map(str, numbers))
        self._reader = threading.Thread(target=self._read, name=f"outlet-{name}-in", daemon=True)
        self._writer = threading.Thread(target=self._write, name=f"outlet-{name}-out", daemon=True)
        self._reader.start()
        self._writer.start()

    def close(self) -> None:
        """Give the descriptors back; wait a while for a reader of what was written."""
        for number in self._numbers:
            os.dup2(self._destination, number)
        os.write(self._ring, b"\0")
        self._reader.join()
        with self._news:
            self._ended = True
            self._news.notify()
        self._writer.join(FAREWELL)
        for each in (self._inlet, self._bell, self._ring):
            os.close(each)
        # A writer that hangs keeps its descriptor, until the process ends.
        if not self._writer.is_alive():
            os.close(self._destination)

    # --- into the queue ----------------------------------------------------------------------------------

    def _read(self) -> None:
        begun, last = b"", False
        while True:
            watched = [self._inlet] if last else [self._inlet, self._bell]
            readable, _, _ = select.select(watched, [], [], 0 if last else None)
            last = last or self._bell in readable
            data = os.read(self._inlet, 65536) if self._inlet in readable else b""
            if data:
                begun = self._take(begun + data)
            elif last:
                break
        if begun:
            self._take(begun + b"\n")

    def _take(self, data: bytes) -> bytes:
        """Queue whole lines; return the beginning of one that is not whole."""
        *whole, rest = data.split(b"\n")
        while len(rest) > LONGEST_LINE:
            whole.append(rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        if whole:
            lines = [self._safe(each) for each in whole]
            with self._news:
                self._lines.extend(lines)
                self._waiting += sum(map(len, lines))
                while self._waiting > self._most:
                    self._waiting -= len(self._lines.popleft())
                    self.dropped += 1
                self._news.notify()
        return rest

    def _safe(self, line: bytes) -> bytes:
        """Return a line as it may be shown: a traceback and a child's words have not been looked at yet."""
        text = printable(self._mask(line.decode(self._encoding, "replace").rstrip("\r")))
        return text.encode(self._encoding, "backslashreplace") + b"\n"

    # --- out of the queue --------------------------------------------------------------------------------

    def _write(self) -> None:
        while True:
            with self._news:
                while not self._lines and not self._ended:
                    self._news.wait()
                if not self._lines:
                    return
                dropped, self.dropped = self.dropped, 0
                batch, lines = [], 0
                if dropped:
                    batch.append(
                        _DROPPED.format("1 line was" if dropped == 1 else f"{dropped} lines were").encode(
                            self._encoding, "replace"
                        )
                    )
                while self._lines and (not lines or sum(map(len, batch)) < _BATCH):
                    line = self._lines.popleft()
                    self._waiting -= len(line)
                    batch.append(line)
                    lines += 1
            if not self._send(b"".join(batch)):
                with self._news:
                    self.dropped += dropped + lines

    def _send(self, data: bytes) -> bool:
        """Write all, however long it takes; False when the destination does not take it."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._destination, view) :]
            except BlockingIOError:
                # Somebody else made the destination non-blocking.
                select.select([], [self._destination], [], _PATIENCE)
            except OSError:
                return False
        return True


def _same_file(one: int, other: int) -> bool:
    first, second = os.fstat(one), os.fstat(other)
    return (first.st_dev, first.st_ino, first.st_rdev) == (second.st_dev, second.st_ino, second.st_rdev)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
