"""Guides that add something, carried out in a copy of the tree.

A code block of a guide whose first line of the fence names a path is part of the recipe: a block of another language
than `diff` is a new file; a `diff` block shows lines of a file that exists (two of its lines need not follow each
other there), and lines to add and to take away.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.docs.pages import ROOT

GUIDES: Final = sorted((ROOT / "docs" / "how-to").glob("add-*.md"))
_RECIPE: Final = re.compile(r"^( *)```(\w+) (\S+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """One block of a recipe.

    Attributes:
        path: The file, below the root of the tree.
        text: The block's lines.
        is_new: Whether the block is the whole of a new file.
    """

    path: str
    text: str
    is_new: bool


def recipe(page: str) -> list[Change]:
    """Return what a guide tells to do, in order."""
    return [
        Change(path, re.sub(rf"^{indent}", "", text, flags=re.MULTILINE), language != "diff")
        for indent, language, path, text in _RECIPE.findall(page)
    ]


def apply(change: Change, root: Path) -> None:
    """Carry a change out.

    Raises:
        ValueError: A new file is there already, or a line that is shown is not in its file.
    """
    file = root / change.path
    if change.is_new:
        if file.exists():
            raise ValueError(f"{change.path} exists already")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(change.text, "utf-8")
        return
    lines, position = file.read_text("utf-8").splitlines(), 0
    for shown in change.text.splitlines():
        mark, line = shown[:1], shown[1:]
        if mark == "+":
            lines.insert(position, line)
            position += 1
            continue
        if line not in lines[position:]:
            raise ValueError(f"{change.path} has no line {line!r} after line {position}")
        position = lines.index(line, position)
        if mark == "-":
            del lines[position]
        else:
            position += 1
    file.write_text("\n".join(lines) + "\n", "utf-8")


def copied(target: Path) -> Path:
    """Copy what a newcomer changes; link what is only read. Returns the copy's root."""
    for name in ("harness", "mock_webhooks", "tests", "docs", "fixtures", "scenarios"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"):
        (target / name).symlink_to(ROOT / name)
    return target


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in a copy, whose packages come before those that are installed."""
    path = os.pathsep.join((str(root / "harness"), str(root)))
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=root, env=os.environ | {"PYTHONPATH": path}, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
