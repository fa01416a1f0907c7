"""Terraform's state as `terraform show -json` prints it: its resources, in the form of those of a `.tf.json` file.

Source: https://developer.hashicorp.com/terraform/internals/json-format (values representation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sipdomain.twilio.configuration.model import ConfigurationError, Path

_DEEPEST: Final = 20
"""Modules within modules that are looked into: Terraform itself allows more than anybody writes."""


def is_state(value: Any) -> bool:
    """Return whether a value has the form of what `terraform show -json` prints, of a state or of a plan."""
    return isinstance(value, Mapping) and "format_version" in value


def resources_of(
    value: Mapping[str, Any], kinds: str
) -> tuple[dict[str, dict[str, Any]], dict[tuple[str, str], Path]]:
    """Return the resources of a state by type and address, and where each stands.

    Args:
        value: As Terraform printed it.
        kinds: How the types begin that are looked at; of others there may be any number.

    Raises:
        ConfigurationError: It is a plan, or has no resources.
    """
    if "planned_values" in value:
        raise ConfigurationError(
            "this is a plan, in which no SID is known yet: `terraform apply`, then `terraform show -json`", ()
        )
    values = value.get("values")
    root = values.get("root_module") if isinstance(values, Mapping) else None
    if not isinstance(root, Mapping):
        raise ConfigurationError("there are no resources in this state", ())
    resources: dict[str, dict[str, Any]] = {}
    places: dict[tuple[str, str], Path] = {}
    for place, each in _all(root, ("values", "root_module"), _DEEPEST):
        kind, address, found = each.get("type"), each.get("address"), each.get("values")
        if each.get("mode") == "data" or not isinstance(kind, str) or not kind.startswith(kinds):
            continue
        if not isinstance(address, str) or not isinstance(found, Mapping):
            raise ConfigurationError("`address` and `values` are needed here", place)
        resources.setdefault(kind, {})[address] = found
        places[kind, address] = (*place, "values")
    return resources, places


def _all(module: Mapping[str, Any], place: Path, deep: int) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the resources of a module and of those within it, each with its place."""
    for key in ("resources", "child_modules"):
        found = module.get(key) or []
        if not isinstance(found, list):
            raise ConfigurationError("a list is needed here", (*place, key))
        for index, each in enumerate(found):
            here = (*place, key, index)
            if not isinstance(each, Mapping):
                raise ConfigurationError("a mapping is needed here", here)
            if key == "resources":
                yield here, each
            elif deep:
                yield from _all(each, here, deep - 1)
            else:
                raise ConfigurationError(f"modules may be {_DEEPEST} deep", here)
