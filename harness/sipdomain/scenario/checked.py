"""Turn a YAML tree into a model; what does not fit is reported with its place in the file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sipdomain.errors import FileError, Position
from sipdomain.model_errors import misfit
from sipdomain.runtime.files.yaml_file import Mapping, Node, Sequence, did_you_mean, locate, plain

M = TypeVar("M", bound=BaseModel)


def check(model: type[M], node: Node, *, value: Any = None) -> M:
    """Return the model that a node describes.

    Args:
        model: What the node must be.
        node: The text as written, with its places.
        value: The node as plain values; rewritten ones, when the text was changed since.

    Returns:
        The model.

    Raises:
        FileError: The node does not fit; the error carries the place, and a hint where one helps.
    """
    try:
        return model.model_validate(plain(node) if value is None else value)
    except ValidationError as error:
        raise _file_error(error.errors(include_url=False), model, node) from None


def _file_error(errors: list[ErrorDetails], model: type[BaseModel], node: Node) -> FileError:
    # A union reports one error for each member: the one that came furthest into the file is the one meant.
    error = max(errors, key=lambda each: len(_path(each["loc"], node)))
    path = _path(error["loc"], node)
    said = misfit(error, model)
    key = str(error["loc"][-1]) if error["loc"] else ""
    word = key if error["type"] == "extra_forbidden" else str(error["input"])
    hint = did_you_mean(word, said.choices) if said.choices else said.example and f"write `{said.example}`"
    on_key = error["type"] in {"extra_forbidden", "missing"}
    where = locate(node, path) if on_key else value_place(node, path)
    return FileError(said.message, where=where, hint=hint)


def _path(location: tuple[int | str, ...], node: Node) -> list[int | str]:
    """Return the part of an error's location that is in the file: without the tags of unions."""
    path: list[int | str] = []
    for step in location:
        if (below := _step(node, step)) is not None:
            path.append(step)
            node = below
    return path


def _step(node: Node, step: int | str) -> Node | None:
    if isinstance(node, Mapping):
        found = node.items.get(str(step))
        return found[1] if found else None
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def value_at(node: Node, path: Iterable[int | str]) -> Node:
    """Return the value that a path leads to, or the last one on the way."""
    for step in path:
        node = _step(node, step) or node
    return node


def value_place(node: Node, path: Iterable[int | str]) -> Position:
    """Return where the value that a path leads to begins, or the last one on the way."""
    return value_at(node, path).where
