"""Read a configuration file, in YAML or Terraform's JSON; mistakes are reported with their place and a hint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sipdomain.errors import FileError
from sipdomain.runtime.files.yaml_file import Node, did_you_mean, load, load_text, locate, plain
from sipdomain.steps import Steps, drained
from sipdomain.twilio.configuration.model import Configuration, ConfigurationError, apply_in_steps, parse
from sipdomain.twilio.store import Domain, Store


class ConfigurationFile:
    """A configuration, with the places of all its parts.

    Attributes:
        configuration: What the file says.
    """

    def __init__(self, node: Node, *, terraform: bool = False, value: Any = None) -> None:
        """Read a tree; `value` is the same as read by JSON's rules, if it was. Raises FileError."""
        self._node = node
        self._terraform = terraform
        try:
            # Those who serve YAML do not pay for the import.
            if terraform:
                from sipdomain.twilio.configuration.terraform import from_terraform

                self.configuration: Configuration = from_terraform(plain(node) if value is None else value)
            else:
                self.configuration = parse(plain(node))
        except ConfigurationError as error:
            raise self.placed(error) from None

    @classmethod
    def read(cls, path: Path | str) -> ConfigurationFile:
        """Read a file, one that ends with .json as Terraform's; raises FileError."""
        node = load(path)
        if not str(path).endswith(".json"):
            return cls(node)
        return cls(node, terraform=True, value=_json(path))

    @classmethod
    def of(cls, text: str, name: str) -> ConfigurationFile:
        """Read a text in YAML, or in JSON of the same form; `name` stands for a file's. Raises FileError."""
        return cls(load_text(text, name))

    def apply(self, store: Store, account_sid: str, *, now: float, base_url: str = "") -> list[Domain]:
        """Put the lists and domains into a store; as `twilio.configuration.model.apply`, but raises FileError."""
        return drained(self.apply_in_steps(store, account_sid, now=now, base_url=base_url))

    def apply_in_steps(
        self, store: Store, account_sid: str, *, now: float, base_url: str = ""
    ) -> Steps[list[Domain]]:
        """Do as `apply`, a record at a step: a long configuration takes a while."""
        try:
            return (
                yield from apply_in_steps(self.configuration, store, account_sid, now=now, base_url=base_url)
            )
        except ConfigurationError as error:
            raise self.placed(error) from None

    def placed(self, error: ConfigurationError) -> FileError:
        """Return what is wrong with the configuration as an error with its place in the file."""
        if self._terraform and error.path[:1] not in {("resource",), ("values",)}:
            # What a configuration's path means stands elsewhere in this file.
            return FileError(": ".join([*map(str, error.path), error.message]), where=self._node.where)
        hint = did_you_mean(str(self._word(error)), error.choices) if error.choices else error.hint
        return FileError(error.message, where=locate(self._node, error.path), hint=hint)

    def _word(self, error: ConfigurationError) -> str | int:
        """Return the wrong word: a key, or the text at an index."""
        last = error.path[-1]
        if isinstance(last, str):
            return last
        value = plain(self._node)
        for step in error.path:
            value = value[step]
        return str(value)


def _json(path: Path | str) -> Any:
    """Return a file's value with every scalar but null as text; None when it is YAML that is not JSON."""
    try:
        text = Path(path).read_text("utf-8-sig")
        return _as_text(json.loads(text, parse_int=str, parse_float=str, parse_constant=str))
    except (OSError, ValueError, RecursionError):
        return None


def _as_text(value: Any) -> Any:
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return {key: _as_text(each) for key, each in value.items()}
        case list():
            return [_as_text(each) for each in value]
        case _:
            return value
