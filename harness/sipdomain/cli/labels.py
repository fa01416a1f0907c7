"""Errors about a value name the flag or the variable that it came from."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sipdomain.errors import FileError, RestError, SetupError


def typed(*flags: str, variable: str = "") -> str:
    """Return which flag was typed, or the variable when none was and it is set; the first flag when in doubt."""
    for flag in flags:
        if any(each == flag or each.startswith(f"{flag}=") for each in sys.argv):
            return flag
    return variable if variable and os.environ.get(variable) else flags[0]


@contextmanager
def about(label: str) -> Iterator[None]:
    """Have errors that a value causes begin with where it came from.

    Args:
        label: The flag or variable; an error that names it already is left as it is.

    Raises:
        SetupError: In place of what was refused.
        FileError: A file without a place in it.
    """
    try:
        yield
    except FileError as error:
        if error.where is not None or label in error.message:
            raise
        raise FileError(f"{label}: {error.message}", hint=error.hint) from error
    except (SetupError, RestError) as error:
        text = str(error)
        raise SetupError(text if label in text else f"{label}: {text}") from error


def with_flags(error: SetupError, texts: Iterable[tuple[str, object]]) -> SetupError:
    """Return an error that quotes a value (an address, a path) with the flags that gave it.

    Args:
        error: What was reported.
        texts: Each flag with a value that it gave; None for none.
    """
    text = str(error)
    flags = [
        flag
        for flag, value in texts
        if value is not None and re.search(rf"(?<![\w.:/\]]){re.escape(str(value))}(?![\w/])", text)
    ]
    return SetupError(f"{', '.join(dict.fromkeys(flags))}: {text}") if flags else error
