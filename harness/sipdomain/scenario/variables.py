"""What `${name}` in a step may stand for: known names only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence, did_you_mean, locate
from sipdomain.scenario.checked import value_at
from sipdomain.scenario.filling import WRITTEN
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.step import OneStep, Place, numbered
from sipdomain.scenario.steps.repeat import Repeat

ALWAYS: Final = ("sip", "http", "app")
"""The addresses of the emulator, its REST API and the application."""
ROUND: Final = "index"
"""The number of a round, within `repeat`."""

NAME: Final = re.compile("[a-z_][a-z0-9_]*")


def check_variables(scenario: Scenario, root: Node) -> None:
    """See that every `${…}` stands for something where it stands.

    Args:
        scenario: What the file says.
        root: The text with its places; identities (`${faker.…}`) are drawn already.

    Raises:
        FileError: A name is not known there, or cannot be remembered.
    """
    if not isinstance(root, Mapping):
        return
    for key, (_, node) in root.items.items():
        if key != "steps":
            _refuse(node, _Known(why="only steps have `${…}`, besides `${faker.…}`"))
    steps = numbered(scenario.steps)
    _check(steps, root, _Known(ALWAYS, reasons={ROUND: "it is the number of a round, within `repeat`"}))


@dataclass(frozen=True, slots=True)
class _Known:
    """What may be written somewhere.

    Attributes:
        names: Names that are known.
        reasons: Why others are not, by name.
        why: Why none is.
    """

    names: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    why: str = ""

    def and_names(self, names: Iterable[str]) -> _Known:
        """Return the same and further names."""
        return replace(self, names=(*self.names, *names))


def _check(steps: Iterable[tuple[Place, OneStep]], above: Node, known: _Known) -> None:
    """See that what steps write is known.

    Args:
        steps: Each with its place.
        above: What they are in.
        known: What they may write.
    """
    remembered: list[str] = []
    for place, each in steps:
        node, here = value_at(above, place), known.and_names(remembered)
        branches = each.step.branches_within()
        if not branches:
            _refuse(node, here)
        if isinstance(each.step, Repeat):
            here = here.and_names([ROUND])
        for number, branch in enumerate(branches):
            values = value_at(node, (each.name,))
            others = {
                name for other in (*branches[:number], *branches[number + 1 :]) for name in _remembered(other)
            }
            for name, where in _remembered(branch).items():
                if name in others:
                    raise FileError(
                        f"another branch remembers `{name}` too",
                        where=locate(values, where),
                        hint="remember it by another name in one of them",
                    )
            reasons = dict.fromkeys(others, "another branch remembers it")
            _check(branch, values, replace(here, reasons={**here.reasons, **reasons}))
        for saved in each.step.names_saved():
            _check_name(saved[-1], locate(node, (each.name, *saved)))
        remembered += _remembered([((), each)])


def _remembered(steps: Iterable[tuple[Place, OneStep]]) -> dict[str, Place]:
    """Return what steps remember, and those within them, each with where it says so."""
    found: dict[str, Place] = {}
    for place, each in steps:
        here = (*place, each.name)
        for saved in each.step.names_saved():
            found.setdefault(saved[-1], (*here, *saved))
        for branch in each.step.branches_within():
            for name, where in _remembered(branch).items():
                found.setdefault(name, (*here, *where))
    return found


def _check_name(name: str, where: Position) -> None:
    """See that something can be remembered by a name."""
    if name == ROUND:
        raise FileError(
            f"`${{{name}}}` is the number of a round already", where=where, hint="remember it by another name"
        )
    if name in ALWAYS:
        raise FileError(
            f"`${{{name}}}` is an address already",
            where=where,
            hint=f"remember it by another name; taken are {', '.join(ALWAYS)}",
        )
    if not NAME.fullmatch(name):
        raise FileError(
            f"`{name}` cannot be remembered", where=where, hint="a name has small letters, digits and `_`"
        )


def _refuse(node: Node, known: _Known) -> None:
    for text, where in _texts(node):
        for written in WRITTEN.finditer(text):
            name, closed = written.groups()
            if not closed:
                raise FileError("`${` has no `}`", where=where, hint="write `${NAME}`")
            if name not in known.names:
                raise FileError(
                    f"nothing is known as `${{{name}}}` here",
                    where=where,
                    hint=known.why or known.reasons.get(name) or did_you_mean(name, known.names),
                )


def _texts(node: Node) -> Iterator[tuple[str, Position]]:
    match node:
        case Scalar(value=text, where=where):
            yield text, where
        case Sequence(items=items):
            for item in items:
                yield from _texts(item)
        case Mapping(items=pairs):
            for key, (where, value) in pairs.items():
                yield key, where
                yield from _texts(value)
