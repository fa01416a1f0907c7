"""Turn a YAML tree into a model; what does not fit is reported with its place in the file."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.errors import FileError
from harness.runtime.yaml_file import Mapping, Node, did_you_mean, locate, plain

M = TypeVar("M", bound=BaseModel)

_WORDS = {
    "missing": "`{key}` is missing",
    "extra_forbidden": "unknown key `{key}`",
    "dict_type": "a mapping is needed here",
    "model_type": "a mapping is needed here",
    "model_attributes_type": "a mapping is needed here",
    "list_type": "a list is needed here",
    "too_short": "at least one entry is needed here",
    "string_type": "text is needed here",
    "int_parsing": "`{input}` is not a whole number",
    "int_type": "a whole number is needed here",
    "float_parsing": "`{input}` is not a number",
    "float_type": "a number is needed here",
    "bool_parsing": "`{input}` is neither true nor false",
    "bool_type": "true or false is needed here",
    "value_error": "{said}",
}


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
    kind, key = error["type"], str(error["loc"][-1]) if error["loc"] else ""
    given = error["input"]
    said = str(error.get("ctx", {}).get("error", error["msg"]))
    words = _WORDS.get(kind, "{said}")
    if kind == "missing" and key.isdigit():
        words = "too few entries in this list"
    message = words.format(key=key, input=given if isinstance(given, str) else "this", said=said)
    hint = ""
    if kind == "extra_forbidden":
        hint = did_you_mean(key, _known(model, error["loc"]))
    elif kind == "literal_error":
        choices = str(error.get("ctx", {}).get("expected", "")).replace(" or ", ", ").replace("'", "")
        message = f"`{given}` is not known here"
        hint = did_you_mean(str(given), choices.split(", "))
    on_value = kind not in {"extra_forbidden", "missing"}
    where = _value_place(node, path) if on_value else locate(node, path)
    return FileError(message, where=where, hint=hint)


def _path(location: tuple[int | str, ...], node: Node) -> list[int | str]:
    """Return the part of an error's location that is in the file: without the tags of unions."""
    path: list[int | str] = []
    for step in location:
        if _step(node, step) is not None:
            path.append(step)
            node = _step(node, step) or node
    return path


def _step(node: Node, step: int | str) -> Node | None:
    if isinstance(node, Mapping):
        found = node.items.get(str(step))
        return found[1] if found else None
    items = getattr(node, "items", None)
    if isinstance(items, list) and isinstance(step, int) and step < len(items):
        found_item: Node = items[step]
        return found_item
    return None


def _value_place(node: Node, path: list[int | str]) -> Any:
    for step in path:
        node = _step(node, step) or node
    return node.where


def _known(model: type[BaseModel], location: tuple[int | str, ...]) -> set[str]:
    """Return the keys that are known where an unknown one was found, read from the model's JSON Schema."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    here = [schema]
    for step in location[:-1]:
        onward = [deeper for each in here for deeper in _deeper(_resolved(each, definitions), step)]
        here = onward or here
    return {
        key for each in here for part in _resolved(each, definitions) for key in part.get("properties", {})
    }


def _resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema's alternatives, with references followed."""
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    if alternatives := schema.get("anyOf", schema.get("oneOf")):
        return [part for each in alternatives for part in _resolved(each, definitions)]
    return [schema]


def _deeper(parts: list[dict[str, Any]], step: int | str) -> list[dict[str, Any]]:
    found = []
    for part in parts:
        if isinstance(step, int):
            found += [part["items"]] if "items" in part else []
        elif step in part.get("properties", {}):
            found.append(part["properties"][step])
        elif isinstance(part.get("additionalProperties"), dict):
            found.append(part["additionalProperties"])
    return found
