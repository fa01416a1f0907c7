"""What a target wrote while it was attacked: the end of its logs, and the files of a folder."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

_MOST_FILES: Final = 1_000
_MOST_BYTES: Final = 4_194_304
_SETTLE: Final = 1.0
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
"""What a program writes itself to colour its lines."""
_BINARY: Final = {".pcap", ".pcapng", ".wav", ".gz", ".zip", ".db"}


def steers(text: str) -> bool:
    """Return whether text has what a terminal obeys, or shows otherwise than it stands: controls but tabs, overrides."""
    return any(
        (unicodedata.category(each) == "Cc" and each != "\t")
        or each in "\u2028\u2029\u202a\u202b\u202d\u202e"
        for each in text
    )


class Watched:
    """Files and folders, from now on."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._before = {path: _size(path) for path in self._files()}

    def _files(self) -> list[Path]:
        """Return the files, those of folders too; and beside a folder, where a name that leads upwards would be."""
        found: list[Path] = []
        for path in self._paths:
            if path.is_dir():
                found += islice((each for each in path.rglob("*") if each.is_file()), _MOST_FILES)
                up = path.resolve()
                for _ in range(3):
                    up = up.parent
                    found += islice((each for each in up.glob("audit-*") if each.is_file()), _MOST_FILES)
            elif path.is_file():
                found.append(path)
        return found

    def faults(self, token: str) -> tuple[list[str], int]:
        """Return what is wrong with what was written since, and how many bytes of it have text of ours.

        Args:
            token: By which that is known.
        """
        time.sleep(_SETTLE)
        found: list[str] = []
        seen = 0
        for path in self._files():
            start = self._before.get(path, 0)
            inside = any(path.resolve().is_relative_to(each.resolve()) for each in self._paths)
            if path not in self._before and (steers(path.name) or not inside):
                found.append(f"a file named {path.name}")
            if path.suffix in _BINARY:
                continue
            try:
                with path.open("rb") as file:
                    file.seek(start)
                    text = file.read(_MOST_BYTES).decode("utf-8", "replace")
            except OSError:
                continue
            for line in text.split("\n"):
                if token in line:
                    seen += len(line)
                    if steers(_COLOUR.sub("", line.removesuffix("\r"))):
                        found.append(f"{path.name}: {line[:120]}")
                    if path.suffix == ".html" and "<img src=x onerror" in line:
                        found.append(f"{path.name}: a tag of ours")
                if line.lower().startswith("x-audit-injected"):
                    found.append(f"{path.name}: a line of ours: {line[:120]}")
        return found, seen


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
