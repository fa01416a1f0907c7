"""The layers that the documentation draws are those that import-linter checks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "architecture.md").read_text("utf-8")


def contracts() -> list[dict[str, Any]]:
    """Return import-linter's contracts."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return cast("list[dict[str, Any]]", settings["tool"]["importlinter"]["contracts"])


def layers_of(container: str) -> list[list[str]]:
    """Return the names of a package's layers, the topmost first, those of one layer sorted."""
    (found,) = [
        each for each in contracts() if each["type"] == "layers" and each["containers"] == [container]
    ]
    return [sorted(name.strip() for name in line.split("|")) for line in found["layers"]]


def drawn(heading: str) -> list[list[str]]:
    """Return the names in the first column of the table below a heading, likewise."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return [sorted(re.findall(r"`([^`]+)`", cell)) for cell in cells]


def test_the_layers_of_the_package_are_drawn_as_they_are_checked() -> None:
    assert drawn("The layers") == layers_of("sipdomain")


def test_the_rooms_of_twilio_are_drawn_as_they_are_checked() -> None:
    assert drawn("The rooms of `twilio`") == layers_of("sipdomain.twilio")


def test_no_circle_is_allowed_anywhere() -> None:
    (found,) = [each for each in contracts() if each["type"] == "acyclic_siblings"]
    assert found["ancestors"] == ["sipdomain", "sipdomain.**"]
    assert "skip_descendants" not in found
    assert "ignore_imports" not in found


def test_no_import_hides_from_the_check() -> None:
    """What stands below TYPE_CHECKING is checked too, unless import-linter is told to leave it out."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert settings.get("exclude_type_checking_imports", False) is False
