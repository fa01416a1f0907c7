"""What a scenario remembers while it plays: texts under names, which later steps write as ${name}."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.scenario.mismatch import StepError

VARIABLE: Final = re.compile(r"\$\{([a-z_][a-z0-9_]*)\}")


class Memory:
    """Texts by name; every round of a repetition sees the same ones, and its own index."""

    def __init__(self, texts: dict[str, str], index: str = "") -> None:
        """Begin with some.

        Args:
            texts: By their names; further ones are put there.
            index: In which round it is, counted from 1; "" in none.
        """
        self._texts = texts
        self._index = index

    def in_round(self, index: int) -> Memory:
        """Return the same texts as a round sees them, counted from 1: `${index}` is which one it is."""
        return Memory(self._texts, str(index))

    def save(self, name: str, text: str) -> None:
        """Remember a text."""
        self._texts[name] = text

    def fill(self, text: str) -> str:
        """Return a text with each ${name} replaced by what was saved.

        Raises:
            StepError: Nothing was saved under that name.
        """

        def value(match: re.Match[str]) -> str:
            if match[1] == "index" and self._index:
                return self._index
            if match[1] not in self._texts:
                raise StepError(f"nothing was saved as ${{{match[1]}}}; saved: {', '.join(self._texts)}")
            return self._texts[match[1]]

        return VARIABLE.sub(value, text)
