"""A command whose complaints of its options are in our own words: the library's sentences stay inside."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from typer import BadParameter
from typer.core import TyperCommand

from sipdomain.cli.panels import PANELS, REST
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

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, and the options under their headings."""
        headings = {
            name: heading for heading, names in PANELS.get(self.name or "", {}).items() for name in names
        }
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": []}
        sections |= {heading: [] for heading in (*PANELS.get(self.name or "", {}), REST)}
        for each in self.get_params(ctx):
            record = each.get_help_record(ctx)
            if record is not None:
                is_argument = each.param_type_name == "argument"
                heading = "Arguments" if is_argument else headings.get(each.name or "", REST)
                sections[heading].append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
