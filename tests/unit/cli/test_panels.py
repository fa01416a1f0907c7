"""The headings of `--help`."""

from __future__ import annotations

import importlib
import inspect

import pytest
from typer.models import ArgumentInfo
from typer.testing import CliRunner

from sipdomain.cli import COMMANDS, application
from sipdomain.cli.panels import PANELS


def named(command: str) -> set[str]:
    """Return the names of a command's options."""
    function = getattr(importlib.import_module(f"sipdomain.cli.{command}"), command)
    parameters = inspect.signature(function, eval_str=True).parameters.values()
    return {each.name for each in parameters if not isinstance(each.annotation.__metadata__[0], ArgumentInfo)}


@pytest.mark.parametrize("command", PANELS)
def test_no_option_stands_under_two_headings_and_all_are_there(command: str) -> None:
    below = [name for names in PANELS[command].values() for name in names]
    assert len(below) == len(set(below))
    assert set(below) <= named(command)


def test_help_shows_the_headings_in_their_order() -> None:
    shown = CliRunner().invoke(application(["run"]), ["run", "--help"]).stdout
    places = [shown.index(f"{heading}:\n") for heading in ("Arguments", *PANELS["run"], "Options")]
    assert places == sorted(places)
    assert shown.index("--watch") < shown.index("How it is played:") < shown.index("--net")


def test_the_list_of_commands_cuts_no_purpose() -> None:
    shown = " ".join(CliRunner().invoke(application(["--help"]), ["--help"]).stdout.split())
    assert [purpose for purpose in COMMANDS.values() if purpose not in shown] == []
