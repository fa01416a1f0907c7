"""Whether output has colours, and a line that is overwritten: by the usual variables, and by what the output is."""

from __future__ import annotations

from collections.abc import Mapping


def has_colours(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Return whether ANSI colours are written.

    Args:
        environment: `NO_COLOR` forbids them, `FORCE_COLOR` asks for them, in this order, where they are not empty
            (no-color.org, force-color.org); `TERM=dumb` knows none.
        is_terminal: Whether the output is a terminal.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return overwrites(environment, is_terminal=is_terminal)


def overwrites(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Return whether a line can be taken back and written anew."""
    return is_terminal and environment.get("TERM") != "dumb"
