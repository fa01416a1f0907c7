"""The JSON Schema of a scenario file, by which editors complete and check: draft 7, which all of them know."""

from __future__ import annotations

import inspect
import json
from typing import Any, Final

from sipdomain.scenario.model import Scenario
from sipdomain.scenario.step import Step
from sipdomain.scenario.steps import STEPS
from sipdomain.scenario.steps.parallel import Parallel

FILE: Final = "scenario.schema.json"
"""How the file is called that the first line of a scenario names."""
_PLACEHOLDER: Final = {"type": "string", "pattern": r"\$\{"}
_IN_QUOTES: Final = {"type": "string", "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$|\$\{"}
_SCALAR: Final = ["string", "number", "boolean", "null"]
_TEXTS: Final = frozenset({"title", "description", "default", "examples", "$schema"})
"""Keys that stay outside of alternatives."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file.

    What is text for us, an editor takes for a number or a boolean where it looks like one; and where a number is needed,
    `${row.NAME}` may stand.
    """
    found = Scenario.model_json_schema()
    definitions: dict[str, Any] = found.pop("$defs")
    _allow_short_forms(definitions)
    steps = definitions["AnyStep"]["properties"]
    for name, step in STEPS.items():
        steps[name] = _as_written(step, steps[name], definitions)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "sipdomain scenario",
        **_loose({key: value for key, value in found.items() if key != "title"}),
        "$defs": {name: _loose(each) for name, each in definitions.items()},
    }


def schema_text() -> str:
    """Return the same as the text of a file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _allow_short_forms(definitions: dict[str, Any]) -> None:
    """Let a text, or one entry alone, stand where the reader takes it for more."""
    given = definitions["Given"]["properties"]
    outcome = definitions["SubscriberFields"]["properties"]["outcome"]
    for name in ("numbers", "clients"):
        whole = given[name]["additionalProperties"]
        given[name]["additionalProperties"] = {"anyOf": [whole, {"enum": outcome["enum"]}]}
    for kind in ("FaultsGiven", "RtpFaultsGiven", "WebhookFaultsGiven"):
        for name, several in definitions[kind]["properties"].items():
            if several.get("type") == "array":
                definitions[kind]["properties"][name] = {"anyOf": [several, several["items"]]}
    for kind in ("Given", "Behave"):
        several = definitions[kind]["properties"]["cloud"]
        described = {key: several.pop(key) for key in ("description", "examples")}
        definitions[kind]["properties"]["cloud"] = {"anyOf": [several, several["items"]], **described}
    path = definitions["Webhook"]["properties"]["path"]
    definitions["Webhook"] = {"anyOf": [definitions["Webhook"], path]}


def _as_written(step: type[Step], found: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a step with its short forms."""
    described = {"description": inspect.cleandoc(step.__doc__ or "")}
    if issubclass(step, Parallel):
        own = definitions[step.__name__]["properties"]["parallel"]
        return {**own, "minItems": 2, **described}
    forms: list[dict[str, Any]] = [{"$ref": found["$ref"]}]
    if step.shorthand:
        forms.append({"type": ["string", "number"]})
    if step.listed:
        forms.append(definitions[step.__name__]["properties"][step.listed])
    if not any(each.is_required() for each in step.model_fields.values()):
        forms.append({"type": "null"})
    return {"anyOf": forms, **described}


def _loose(node: Any) -> Any:
    """Return a schema that takes a scalar as editors read it."""
    if isinstance(node, list):
        return [_loose(each) for each in node]
    if not isinstance(node, dict):
        return node
    loose = {
        key: {name: _loose(each) for name, each in value.items()} if key == "properties" else _loose(value)
        for key, value in node.items()
        if key not in _TEXTS
    }
    texts = {key: value for key, value in node.items() if key in _TEXTS and key != "title"}
    if "prefixItems" in loose:
        loose["items"] = loose.pop("prefixItems")
    return {**_of_kind(loose), **texts}


def _of_kind(node: dict[str, Any]) -> dict[str, Any]:
    match node:
        case {"$ref": reference}:
            # What stands beside a reference draft 7 does not see.
            return {"allOf": [{"$ref": reference}]}
        case {"enum": _}:
            return {"anyOf": [node, _PLACEHOLDER]}
        case {"type": "string", "const": _}:
            return node
        case {"type": "string"}:
            return {**node, "type": _SCALAR}
        case {"type": "integer" | "number"}:
            return {"anyOf": [node, _IN_QUOTES]}
        case {"type": "boolean"}:
            words = {"enum": ["true", "false", "yes", "no", "on", "off"]}
            return {"anyOf": [node, words, _PLACEHOLDER]}
        case _:
            return node
