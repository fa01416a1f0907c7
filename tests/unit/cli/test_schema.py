"""`sipdomain schema` prints the schema of scenario files."""

from __future__ import annotations

import json

import pytest

from sipdomain.cli import application


def test_the_schema_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    application(["schema"])(["schema"], standalone_mode=False)
    printed = json.loads(capsys.readouterr().out)
    assert (printed["title"], printed["required"]) == ("sipdomain scenario", ["scenario", "steps"])
