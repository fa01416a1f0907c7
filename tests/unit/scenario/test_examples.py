"""The scenarios that come with the project: each is sound, and together they cover the provider's page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sipdomain.scenario.loader import find, load_scenario

FOLDER = Path(__file__).parents[3] / "scenarios"
FILES = find([FOLDER])
# The sections of https://www.twilio.com/docs/voice/api/sending-sip as of about 2022 that speak of behaviour.
SECTIONS = {
    "Overview",
    "How it works",
    "Step 1: Create a Twilio Voice SIP Domain/Endpoint",
    "Friendly Name",
    "SIP URI/Domain name",
    "Localized SIP URIs",
    "Request URL (webhook)",
    "Fallback URL",
    "Status Callback URL",
    "Authentication",
    "IP Access Control Lists (ACL)",
    "Credential Lists",
    "Step 3: Start sending SIP to your Twilio SIP Domain",
    "SIP Custom Headers",
    "UUI (User-to-User Information) Header",
    # A page of its own beside it: https://www.twilio.com/docs/voice/api/sip-registration
    "SIP Registration",
}


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER)) for path in FILES])
def test_an_example_says_what_it_shows_in_lines_that_can_be_read(path: Path) -> None:
    scenario = load_scenario(path).scenario
    assert scenario.sentence
    assert scenario.seed
    assert set(scenario.seed) <= SECTIONS
    assert max(map(len, path.read_text().splitlines())) <= 150


def test_every_section_is_demonstrated() -> None:
    shown = {section for path in FILES for section in load_scenario(path).scenario.seed}
    assert shown == SECTIONS


def test_no_two_examples_have_the_same_title() -> None:
    titles = Counter(load_scenario(path).scenario.scenario for path in FILES)
    assert [title for title, count in titles.items() if count > 1] == []
