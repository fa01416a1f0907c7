"""Options that come to a command as one value, whatever their number."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, get_type_hints


def with_group(
    parameter: str, options: Mapping[str, tuple[Any, Any]], gather: Callable[[dict[str, Any]], object]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command further options.

    Args:
        parameter: By which of its parameters the command gets them.
        options: For the name of each its annotation, and its value by default.
        gather: Makes that parameter's value of what was given, by name.
    """
    added = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in options.items()
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def with_options(**given: Any) -> None:
            value = gather({name: given.pop(name) for name in options})
            command(**given, **{parameter: value})

        hints = get_type_hints(command, include_extras=True)
        own = [each for each in inspect.signature(command).parameters.values() if each.name != parameter]
        parameters = [*(each.replace(annotation=hints[each.name]) for each in own), *added]
        decorated: Any = with_options
        decorated.__signature__ = inspect.Signature(parameters)
        decorated.__annotations__ = {each.name: each.annotation for each in parameters}
        return with_options

    return decorate
