"""Where unit tests are: beside the rooms that they test, by the same names."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "tests" / "unit"
ELSEWHERE = {"mock_webhooks": ROOT, "benchmarks": ROOT / "tests"}
"""What is tested besides `sipdomain`, and where it is."""
FOLDERS = sorted(
    {file.parent.relative_to(UNIT).as_posix() for file in UNIT.rglob("*.py") if file.parent != UNIT}
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_unit_tests_is_that_of_a_package(folder: str) -> None:
    home = ELSEWHERE.get(folder.partition("/")[0], ROOT / "harness" / "sipdomain")
    assert (home / folder / "__init__.py").is_file()
