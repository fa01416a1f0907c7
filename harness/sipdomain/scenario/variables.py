"""What `${name}` in a step stands for: known names only, and every text of a step is filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence, did_you_mean, locate
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.patterns import PatternError, read
from sipdomain.scenario.stage import StepError
from sipdomain.scenario.steps.rest import Rest
from sipdomain.scenario.values import Matches

ALWAYS: Final = ("sip", "http", "app")
"""The addresses of the emulator, its REST API and the application."""

NAME: Final = re.compile("[a-z_][a-z0-9_]*")
_WRITTEN: Final = re.compile(r"\$\{([^}]*)(\}?)")

M = TypeVar("M", bound=BaseModel)


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
            _refuse(node, (), "only steps have `${…}`, besides `${faker.…}`")
    steps = root.items["steps"][1]
    known = list(ALWAYS)
    for each, node in zip(scenario.steps, getattr(steps, "items", ()), strict=True):
        _refuse(node, known, "")
        if isinstance(each.step, Rest):
            for name in each.step.save:
                if name in ALWAYS:
                    raise FileError(
                        f"`${{{name}}}` is an address already",
                        where=_key(node, name),
                        hint=f"remember it by another name; taken are {', '.join(ALWAYS)}",
                    )
                if not NAME.fullmatch(name):
                    raise FileError(
                        f"`{name}` cannot be remembered",
                        where=_key(node, name),
                        hint="a name has small letters, digits and `_`",
                    )
            known += each.step.save


def filled(model: M, fill: Callable[[str], str]) -> M:
    """Return a model with every text in it filled, keys too.

    Args:
        model: A step.
        fill: Replaces what `${…}` stands for.
    """
    values = {name: getattr(model, name) for name in type(model).model_fields}
    changed = {name: new for name, value in values.items() if (new := _filled(value, fill)) is not value}
    return model.model_copy(update=changed) if changed else model


def _filled(value: Any, fill: Callable[[str], str]) -> Any:
    new: Any
    match value:
        case str():
            return fill(value) if "${" in value else value
        case Matches():
            # What a variable stands for is meant literally, also within a pattern.
            new = filled(value, lambda text: _WRITTEN.sub(lambda found: re.escape(fill(found[0])), text))
            try:
                read(new.matches)
            except PatternError as error:
                raise StepError(str(error)) from None
            return new
        case BaseModel():
            return filled(value, fill)
        case dict():
            new = {_filled(key, fill): _filled(each, fill) for key, each in value.items()}
        case list():
            new = [_filled(each, fill) for each in value]
        case tuple():
            new = tuple(_filled(each, fill) for each in value)
        case _:
            return value
    return value if new == value else new


def _refuse(node: Node, known: list[str] | tuple[str, ...], why: str) -> None:
    for text, where in _texts(node):
        for written in _WRITTEN.finditer(text):
            name, closed = written.groups()
            if not closed:
                raise FileError("`${` has no `}`", where=where, hint="write `${NAME}`")
            if name not in known:
                raise FileError(
                    f"nothing is known as `${{{name}}}` here",
                    where=where,
                    hint=why or did_you_mean(name, known),
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


def _key(node: Node, name: str) -> Position:
    """Return where a name that a `rest` step remembers stands."""
    return locate(node, ("rest", "save", name))
