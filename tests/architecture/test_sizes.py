"""How large a module may be."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    file for name in ("harness", "mock_webhooks", "tests") for file in (ROOT / name).rglob("*.py")
)
LINES = {file.relative_to(ROOT).as_posix(): len(file.read_text("utf-8").splitlines()) for file in MODULES}
PACKAGE = {name: lines for name, lines in LINES.items() if not name.startswith("tests/")}


def test_no_module_is_longer_than_400_lines() -> None:
    assert {name: lines for name, lines in LINES.items() if lines > 400} == {}


def test_nine_modules_of_ten_are_shorter_than_300_lines() -> None:
    short = sum(lines < 300 for lines in PACKAGE.values())
    assert short / len(PACKAGE) >= 0.9


def test_the_first_line_of_every_module_says_what_it_is_for() -> None:
    assert [name for name in PACKAGE if not (ROOT / name).read_text("utf-8").startswith('"""')] == []
