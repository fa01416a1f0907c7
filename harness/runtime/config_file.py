"""Read a configuration file; what is wrong in it is told with its place and a hint."""

from __future__ import annotations

from pathlib import Path

from harness.errors import FileError
from harness.runtime.yaml_file import Node, did_you_mean, load, locate, plain
from harness.twilio.config import Configuration, ConfigurationError, apply, parse
from harness.twilio.store import Domain, Store


class ConfigurationFile:
    """A configuration, with the places of all its parts.

    Attributes:
        configuration: What the file says.
    """

    def __init__(self, node: Node) -> None:
        """Read a tree; raises FileError."""
        self._node = node
        try:
            self.configuration: Configuration = parse(plain(node))
        except ConfigurationError as error:
            raise self._placed(error) from None

    @classmethod
    def read(cls, path: Path | str) -> ConfigurationFile:
        """Read a file; raises FileError."""
        return cls(load(path))

    def apply(self, store: Store, account_sid: str, *, now: float, base_url: str = "") -> list[Domain]:
        """Put the lists and domains into a store; as `harness.twilio.config.apply`, but raises FileError."""
        try:
            return apply(self.configuration, store, account_sid, now=now, base_url=base_url)
        except ConfigurationError as error:
            raise self._placed(error) from None

    def _placed(self, error: ConfigurationError) -> FileError:
        hint = did_you_mean(str(self._word(error)), error.choices) if error.choices else ""
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
