"""Say in our own words what does not fit a model, with an example of what would: the library's sentences stay inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_WORDS: Final = {
    "missing": "`{key}` is missing",
    "extra_forbidden": "unknown key `{key}`",
    "unexpected_keyword_argument": "unknown key `{key}`",
    "dataclass_type": "a mapping is needed here",
    "dict_type": "a mapping is needed here",
    "mapping_type": "a mapping is needed here",
    "model_type": "a mapping is needed here",
    "model_attributes_type": "a mapping is needed here",
    "list_type": "a list is needed here",
    "tuple_type": "a list is needed here",
    "too_short": "entries are missing here: at least {min_length}",
    "too_long": "there are too many entries here: at most {max_length}",
    "string_type": "text is needed here",
    "string_too_short": "text is missing here",
    "string_too_long": "at most {max_length} characters can stand here",
    "string_sub_type": "text is needed here",
    "int_parsing": "`{input}` is not a whole number",
    "int_parsing_size": "`{input}` is too large a number",
    "int_from_float": "`{input}` is not a whole number",
    "int_type": "a whole number is needed here",
    "float_parsing": "`{input}` is not a number",
    "float_type": "a number is needed here",
    "finite_number": "`{input}` is not a number that can be used here",
    "bool_parsing": "`{input}` is neither true nor false",
    "bool_type": "true or false is needed here",
    "greater_than": "`{input}` is too small: more than {gt} is needed",
    "greater_than_equal": "`{input}` is too small: {ge} or more is needed",
    "less_than": "`{input}` is too large: less than {lt} is needed",
    "less_than_equal": "`{input}` is too large: {le} or less is needed",
    "literal_error": "`{input}` is not known here",
    "none_required": "nothing can stand here",
    "value_error": "{error}",
}
_OTHERS: Final = "this does not fit here"
_LONGEST: Final = 60
"""How much of what was written, and of an example, is shown, in characters."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit.

    Attributes:
        message: What is wrong.
        choices: The words that would be right there, if they can be listed.
        example: How it is written, such as `headers: [[X, "1"]]`, or "".
    """

    message: str
    choices: tuple[str, ...] = ()
    example: str = ""


def misfit(error: ErrorDetails, model: type[BaseModel]) -> Misfit:
    """Put one of the library's errors into words.

    Args:
        error: What it found; values are text, as read from YAML.
        model: The model that was to be made.
    """
    kind, location, context = error["type"], error["loc"], dict(error.get("ctx", {}))
    key = str(location[-1]) if location else ""
    given = error["input"]
    if kind == "missing" and key.isdigit():
        return Misfit("too few entries in this list", example=_example(model, location[:-1]))
    message = _message(error)
    if kind == "extra_forbidden":
        return Misfit(message, tuple(sorted(_known(model, location))))
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "")
        message = message if isinstance(given, str) else "one word is needed here"
        return Misfit(message, tuple(expected.split(", ")))
    if kind == "value_error" and (isinstance(given, dict) or "write" in message):
        # It is about several fields, or says itself what to write.
        return Misfit(message)
    return Misfit(message, example=_example(model, location))


def in_words(error: ErrorDetails) -> str:
    """Return what is wrong, in our own words.

    Args:
        error: What the library found.
    """
    expected = dict(error.get("ctx", {})).get("expected")
    known = f": needed is {expected}" if error["type"] == "literal_error" else ""
    return f"{_message(error)}{known}"


def _message(error: ErrorDetails) -> str:
    location, context, given = error["loc"], dict(error.get("ctx", {})), error["input"]
    limits = {name: f"{value:g}" for name, value in context.items() if isinstance(value, int | float)}
    shown = {
        "key": str(location[-1]) if location else "",
        "input": _short(given) if isinstance(given, str) else "this",
    }
    return _WORDS.get(error["type"], _OTHERS).format(**({"error": _OTHERS} | context | limits | shown))


def _short(text: str) -> str:
    line = "".join(
        each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[: 2 * _LONGEST]
    )
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _example(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """Return how the field is written that a location leads to, with its key."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    here: list[dict[str, Any]] = [schema]
    found: tuple[str, dict[str, Any]] | None = None
    for step in location:
        onward = [deeper for each in here for deeper in _deeper(_resolved(each, definitions), step)]
        if not onward:
            continue
        here = onward
        if isinstance(step, str):
            found = step, onward[0]
    if found is None:
        return ""
    text = f"{found[0]}: {_written(found[1], definitions, 3)}"
    return "" if len(text) > _LONGEST or text.endswith(": TEXT") else text


def _written(schema: dict[str, Any], definitions: dict[str, Any], depth: int) -> str:  # noqa: PLR0911 - one a type
    """Return a value that a schema allows, as YAML on one line."""
    if depth == 0:
        return "…"
    default = schema.get("default")
    if isinstance(default, int | float) and not isinstance(default, bool):
        return f"{default:g}"
    if "examples" in schema:
        return _flow(schema["examples"][0])
    schema = _resolved(schema, definitions)[0]
    if "enum" in schema or "const" in schema:
        return str(schema.get("const", next(iter(schema.get("enum", [""])))))
    match schema.get("type"):
        case "integer" | "number":
            least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
            return f"{max(1, least):g}"
        case "boolean":
            return "true"
        case "string":
            return "TEXT"
        case "array" if "prefixItems" in schema:
            return '[X, "1"]'
        case "array":
            return f"[{_written(schema.get('items', {}), definitions, depth - 1)}]"
        case "object":
            return _mapping(schema, definitions, depth)
        case _:
            return "…"


def _flow(value: Any) -> str:
    """Return a plain value as YAML on one line."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(each)}' for key, each in value.items())}}}"
    return str(value)


def _mapping(schema: dict[str, Any], definitions: dict[str, Any], depth: int) -> str:
    properties = schema.get("properties", {})
    if properties:
        shown = [name for name, each in properties.items() if "examples" in each]
        name = next(iter(schema.get("required", shown or properties)))
        return f"{{{name}: {_written(properties[name], definitions, depth - 1)}}}"
    further = schema.get("additionalProperties", {})
    value = _written(further, definitions, depth - 1) if isinstance(further, dict) else "…"
    return f"{{NAME: {value}}}"


def _known(model: type[BaseModel], location: tuple[int | str, ...]) -> Iterator[str]:
    """Yield the keys that are known where an unknown one was found, read from the model's JSON Schema."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    here = [schema]
    for step in location[:-1]:
        onward = [deeper for each in here for deeper in _deeper(_resolved(each, definitions), step)]
        here = onward or here
    yield from {
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
