"""Read Markdown pages: their links, anchors and code blocks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK: Final = re.compile(r"^( *)```([^\n]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def prose(text: str) -> str:
    """Return a page without its code blocks."""
    return _BLOCK.sub("", text)


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks that are marked by exactly these words."""
    return [match[3] for match in _BLOCK.finditer(text) if match[2].strip() == language]


def links(text: str) -> list[str]:
    """Return the targets of a page's links that lead to pages of ours, each once."""
    return [target for target in dict.fromkeys(_LINK.findall(prose(text))) if "://" not in target]


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
