"""The turns of a call, in the order in which they stand on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sipdomain.runtime.worlds.conversation import Turn

_FLAGS: Final = {"--say": "say", "--keys": "keys"}


def turns_in_order(arguments: Sequence[str], say: Sequence[str], keys: Sequence[str]) -> list[Turn]:
    """Return what to say and press: in the order written, as far as the arguments show it.

    Args:
        arguments: The command line, behind the command's name.
        say: What `--say` was given, in order.
        keys: What `--keys` was given, in order.
    """
    turns = []
    for place, argument in enumerate(arguments):
        flag, equals, value = argument.partition("=")
        if flag in _FLAGS:
            given = value if equals else "".join(arguments[place + 1 : place + 2])
            turns.append(Turn("say" if flag == "--say" else "keys", given))
    spoken = [each.what for each in turns if each.does == "say"]
    pressed = [each.what for each in turns if each.does == "keys"]
    if spoken == list(say) and pressed == list(keys):
        return turns
    # Something else on the line looks like one of the flags.
    return [*(Turn("say", each) for each in say), *(Turn("keys", each) for each in keys)]
