"""What `explain` finds has a row in its reference and a test; what looks for it is registered."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Final

from sipdomain.trace.checks import CHECKS, answers, audio, keys, places, refusals
from tests.architecture.registries import ROOT

MODULES: Final = (answers, audio, keys, places, refusals)


def names(module: ModuleType) -> Iterator[str]:
    """Yield the names of the findings of a module: literals, or one of two, in place or as the variable `name`."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Call(func=ast.Name("Finding"), args=[first, *_]):
                yield from (str(each.value) for each in ast.walk(first) if isinstance(each, ast.Constant))
            case ast.Assign(
                targets=[ast.Name("name")], value=ast.IfExp(body=ast.Constant(one), orelse=ast.Constant(two))
            ):
                yield from (str(one), str(two))
            case _:
                pass


FOUND: Final = sorted({name for module in MODULES for name in names(module)})


def test_findings_are_read_from_the_code() -> None:
    assert {"refused", "no-answer", "bye-unanswered", "no-ringing", "rtp-loss"} <= set(FOUND)


def test_every_finding_has_a_row_in_the_reference() -> None:
    rows = [
        line for line in (ROOT / "docs/reference/cli.md").read_text().splitlines() if line.startswith("| `")
    ]
    assert [name for name in FOUND if not any(f"`{name}`" in row.split("|")[1] for row in rows)] == []


def test_every_finding_has_a_test() -> None:
    tests = "".join(each.read_text() for each in (ROOT / "tests/unit/trace").glob("test_*.py"))
    assert [name for name in FOUND if f'"{name}"' not in tests] == []


def test_every_check_is_registered() -> None:
    checks = [
        each
        for module in MODULES
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
        and inspect.get_annotations(each).get("return") == "Iterator[Finding]"
    ]  # fmt: skip
    assert checks
    assert [each.__name__ for each in checks if each not in CHECKS] == []


def test_every_module_of_checks_is_looked_through() -> None:
    there = {each.stem for each in (ROOT / "harness/sipdomain/trace/checks").glob("*.py")} - {"__init__"}
    assert {each.__name__.rpartition(".")[2] for each in MODULES} == there
