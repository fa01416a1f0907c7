"""`python -m tests.benchmarks.stepped FILE ARGUMENTS`: `sipdomain ARGUMENTS` that notes how long its loop's steps take.

It runs on asyncio's own loop, whose steps can be seen. While it runs, each step of more than a millisecond of the
processor (of the loop's thread, whatever else the machine does) becomes a line of FILE: milliseconds, and what it was.
"""

from __future__ import annotations

import runpy
import sys
import time
from asyncio.events import Handle
from pathlib import Path
from typing import Any, Final, TextIO

_NOTED: Final = 0.001


def main(file: str, arguments: list[str]) -> None:
    """Run the command."""
    sys.modules["uvloop"] = None  # type: ignore[assignment]
    with Path(file).open("w", buffering=1) as notes:
        _watch(notes)
        sys.argv = ["sipdomain", *arguments]
        runpy.run_module("sipdomain", run_name="__main__", alter_sys=True)


def _watch(notes: TextIO) -> None:
    """Let what the loop runs be timed."""
    run = Handle._run

    def timed(self: Any) -> None:
        began = time.thread_time()
        run(self)
        took = time.thread_time() - began
        if took > _NOTED:
            what = self._callback
            notes.write(f"{1e3 * took:.3f} {getattr(what, '__qualname__', None) or what!r}\n")

    Handle._run = timed  # type: ignore[method-assign]


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
