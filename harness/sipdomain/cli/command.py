"""A command whose complaints of its options are in our own words: the library's sentences stay inside."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from typer import BadParameter
from typer.core import TyperCommand

from sipdomain.model_errors import in_words


class Command(TyperCommand):
    """A command of `sipdomain`."""

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read the arguments.

        Raises:
            BadParameter: A value is not what its option takes.
        """
        try:
            return super().make_context(*given, **more)
        except BadParameter as error:
            if isinstance(error.__cause__, ValidationError):
                error.message = in_words(error.__cause__.errors(include_url=False)[0])
            raise
