"""Nothing lies in `fixtures/` that no test plays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.corpora.test_torture import RFC4475, RFC5118
from tests.fuzz.targets import TARGETS
from tests.integration.foreign_peers import PLAYED_WITH_PEERS
from tests.integration.kits import PATHS as BOTS
from tests.integration.test_shipped_callers import PLAYS
from tests.unit.pbx.test_lint import RIGHT, WRONG
from tests.unit.sip.test_codec import MESSAGES
from tests.unit.twilio.contract import SCHEMAS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures"
TEN_PHONES = ROOT / "scenarios" / "conference" / "ten-phones.scenario.yaml"
TESTS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "tests").rglob("*.py"))
    if path != Path(__file__)
)

# Folders whose tests take every file by a table or by a walk, and what they take.
TABLES = {
    "sipp": {f"{name}.xml" for name in (*PLAYS, *PLAYED_WITH_PEERS)},
    "sip/messages": {path.name for path in MESSAGES},
    "sip/torture/rfc4475": {f"{case.name}.dat" for case in RFC4475},
    "sip/torture/rfc5118": {f"{case.name}.dat" for case in RFC5118},
    "rest": {place.partition("#")[0] for place in SCHEMAS.values()} | {"common.yaml"},
    "pbx/right": {path.name for path in RIGHT},
    "pbx/wrong": {path.name for path in WRONG},
    "streams": {
        *(f"{each}.json" for each in ("connected", "start", "media", "dtmf", "mark", "stop")),
        *(f"server-{each}.json" for each in ("media", "mark", "clear")),
    },
    "relay": {
        *(f"{each}.json" for each in ("setup", "prompt", "dtmf", "interrupt", "error", "info")),
        *(f"server-{each}.json" for each in ("text", "play", "sendDigits", "language", "end")),
    },
    "node": {"package.json", "walk.js"},
    "bots": {f"{name}{end}" for name in BOTS for end in ("_bot.py", ".scenario.yaml")},
    "audio/tones": set(re.findall(r"/audio/tones/([\w-]+\.wav)", TEN_PHONES.read_text("utf-8"))),
}


def is_played(path: Path) -> bool:
    """Return whether a table has a file, the fuzzer's replay walks it, or a test names it."""
    folder = path.parent.relative_to(FOLDER).as_posix()
    if folder in TABLES:
        return path.name in TABLES[folder]
    if path.parent.parent == FOLDER / "fuzz":
        return path.parent.name in TARGETS
    return path.name in TESTS


def shipped() -> list[Path]:
    return [
        path
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and path.name not in {"README.md", ".gitattributes"}
    ]


def test_every_fixture_is_played_by_a_test() -> None:
    assert [str(path.relative_to(ROOT)) for path in shipped() if not is_played(path)] == []


@pytest.mark.parametrize("folder", [*TABLES, "twiml", "accounts"])
def test_a_fixture_that_no_test_plays_is_found(folder: str) -> None:
    assert not is_played(FOLDER / folder / "played by nobody.xml".replace(" ", "-"))


def test_every_folder_is_in_the_page_about_fixtures() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()} - {"sip"}
    assert {name for name in folders if f"\n## {name}/\n" not in page} == set()
