"""What a scenario may write of a bot, and the reference says of it, is what the bot knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from mock_webhooks.sockets import BOTS
from sipdomain.scenario.bots import BotGiven

GIVEN = {get_args(each.model_fields["kind"].annotation)[0]: each for each in get_args(get_args(BotGiven)[0])}


PAGES = [
    (Path(__file__).parents[3] / "docs/reference" / name).read_text("utf-8")
    for name in ("streams.md", "conversation-relay.md")
]


@pytest.mark.parametrize("kind", sorted(BOTS))
def test_a_bot_has_its_row_in_the_reference_with_its_options(kind: str) -> None:
    (row,) = (line for page in PAGES for line in page.splitlines() if line.startswith(f"| `{kind}` |"))

    assert set(re.findall(r"`(\w+)`", row.rsplit("|", 2)[1])) == BOTS[kind].known


def test_each_kind_of_bot_can_be_written() -> None:
    assert GIVEN.keys() == BOTS.keys()


@pytest.mark.parametrize("kind", sorted(BOTS))
def test_the_options_of_a_bot_can_be_written_and_no_others(kind: str) -> None:
    fields = GIVEN[kind].model_fields
    needed = {name for name, field in fields.items() if field.is_required()} - {"kind"}

    assert set(fields) - {"kind", "signed", "auth_token", "close_after"} == BOTS[kind].known
    assert needed == BOTS[kind].needed


@pytest.mark.parametrize("kind", ["answering", "bad", "relay-bad"])
def test_the_faults_of_a_bot_can_be_written_and_no_others(kind: str) -> None:
    annotation = GIVEN[kind].model_fields["fault"].annotation
    words = [each for each in get_args(annotation) if isinstance(each, str)] or get_args(
        get_args(annotation)[0]
    )

    assert tuple(words) == BOTS[kind].planted
