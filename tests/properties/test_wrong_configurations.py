"""A configuration made wrong at random, in YAML or Terraform's JSON, is taken or refused with its place; nothing breaks."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from sipdomain.errors import FileError
from sipdomain.runtime.files.config_file import ConfigurationFile
from sipdomain.runtime.files.yaml_file import load, plain
from sipdomain.runtime.worlds.account import make_account
from sipdomain.twilio.configuration.model import parse
from sipdomain.twilio.configuration.terraform import to_terraform
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from tests.properties.wrong_files import ROOT, changed

GIVEN: Any = plain(load(ROOT / "fixtures" / "accounts" / "demo.yaml"))
RESOURCES = to_terraform(parse(GIVEN), "sip.twilio.com")
for _credential in RESOURCES["resource"]["twilio_api_accounts_sip_credential_lists_credentials"].values():
    _credential["password"] = "Correct-Horse-42"


@pytest.mark.parametrize("kind", ["yaml", "tf.json"])
@pytest.mark.parametrize("first", range(0, 200, 100))
def test_a_configuration_made_wrong_is_refused_with_its_place_or_taken(
    tmp_path: Path, kind: str, first: int
) -> None:
    path = tmp_path / f"wrong.{kind}"
    without_place: list[str] = []
    for number in range(first, first + 100):
        rng = random.Random(number)
        tree = json.loads(json.dumps(RESOURCES if kind == "tf.json" else GIVEN))
        change = changed(tree, rng)
        text = json.dumps(tree) if kind == "tf.json" else yaml.safe_dump(tree, allow_unicode=True)
        path.write_text(text, "utf-8", "backslashreplace")
        try:
            read = ConfigurationFile.read(path)
            store = Store(Ids(random.Random(0)))
            account = make_account(store, None, 0.0)
            read.apply(store, account.sid, now=0.0)
        except FileError as error:
            if error.where is None:
                without_place.append(f"{number}: {change}: {error}")
    assert without_place == []
