"""The caps in the code: constants, parameters and fields that bound something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
_CAP: Final = re.compile(
    r"_?(?:MOST|MAX|LARGEST|LONGEST|CAPACITY|KEPT|DEEPEST|ENDLESS)(?:_[A-Z_]+)?|[A-Z_]+_(?:LIMIT|TIMEOUT|KEPT)"
)
_FIELDS: Final = ("capacity", "time_limit")
_ARITHMETIC: Final = (ast.Expression, ast.Constant, ast.BinOp, ast.operator)


class Cap(NamedTuple):
    """A number that bounds something: where it stands, its value, and the rule that the code gives."""

    where: str
    value: float
    rule: str


@cache
def caps() -> list[Cap]:
    """Return the constants, parameters and fields that bound something, in the order of their modules."""
    found: list[Cap] = []
    for file in sorted((ROOT / "harness" / "sipdomain").rglob("*.py")) + sorted(
        (ROOT / "mock_webhooks").rglob("*.py")
    ):
        tree = ast.parse(file.read_text("utf-8"))
        module = (
            ".".join(file.relative_to(ROOT).with_suffix("").parts)
            .removeprefix("harness.")
            .removesuffix(".__init__")
        )
        found += [Cap(f"{module}.{name}", value, rule) for name, value, rule in _caps_in(tree)]
    return found


def _caps_in(tree: ast.Module) -> Iterator[tuple[str, float, str]]:
    for node, following in pairwise([*tree.body, ast.Pass()]):
        name, value = _assigned(node)
        if value is not None and _CAP.fullmatch(name):
            yield name, value, _text_of(following)
    for owner in ast.walk(tree):
        if isinstance(owner, ast.ClassDef):
            for statement in owner.body:
                name, value = _assigned(statement)
                if value is not None and (
                    name.startswith("most_") or name in _FIELDS or owner.name.endswith("Limits")
                ):
                    yield f"{owner.name}.{name}", value, ""
                if isinstance(statement, ast.FunctionDef):
                    for argument, default in _defaults(statement.args):
                        if argument.startswith("most_") or argument == "capacity":
                            yield f"{owner.name}({argument}=…)", default, ""


def _text_of(node: ast.stmt) -> str:
    """Return the text that stands after a constant, or "" for anything else."""
    if (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ):
        return " ".join(node.value.value.split())
    return ""


def _assigned(node: ast.stmt) -> tuple[str, float | None]:
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    value = getattr(node, "value", None)
    if not isinstance(target, ast.Name) or not isinstance(value, ast.expr):
        return "", None
    return target.id, _number(value)


def _number(expression: ast.expr) -> float | None:
    """Return the value of a number, written as arithmetic perhaps; None for anything else."""
    tree = ast.Expression(expression)
    if not all(isinstance(node, _ARITHMETIC) for node in ast.walk(tree)):
        return None
    value = eval(compile(tree, "", "eval"))  # numbers and operators only
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, float]]:
    given = [*zip(arguments.args[::-1], arguments.defaults[::-1], strict=False)]
    for argument, default in [*given, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]:
        if default is not None and (value := _number(default)) is not None:
            yield argument.arg, value


def spelled(value: float) -> str:
    """Return a cap for people: durations are the ones with a decimal point."""
    return f"{value:,g} s" if isinstance(value, float) else f"{value:,}"
