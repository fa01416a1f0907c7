"""The commands that pages show, and how each of them is carried out by a test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.docs.pages import PAGES, blocks

_COMMENT: Final = re.compile(r"\s{2,}#.*$")

ELSEWHERE: Final[Mapping[str, str]] = {
    "sipdomain audit 127.0.0.1:5060": "tests/integration/test_audit.py",
    "sipdomain bot": "tests/integration/test_bot.py",
    "sipdomain call --sip 127.0.0.1:40123": "tests/integration/test_call.py",
    "sipdomain call --voice-url": "tests/docs/test_docs.py",
    "sipdomain call sip:100@demo.sip.twilio.com": "tests/integration/test_call.py",
    "sipdomain chaos again.scenario.yaml": "tests/integration/test_chaos.py",
    "sipdomain config import state.json": "tests/integration/test_config_command.py",
    "sipdomain demo": "tests/docs/test_package.py",
    "sipdomain explain": "tests/integration/test_explain.py",
    "sipdomain qa": "tests/integration/test_qa.py",
    "sipdomain run .": "tests/docs/test_package.py",
    "sipdomain run agent_connect.scenario.yaml": "tests/integration/kits.py",
    "sipdomain record captures/menu.pcapng": "tests/integration/test_record.py",
    "sipdomain run menu.scenario.yaml": "tests/docs/test_docs.py",
    "sipdomain run recorded.scenario.yaml": "tests/integration/test_record.py",
    "sipdomain run scenarios/gather --net sim --pcap captures": "tests/integration/test_record.py",
    "sipdomain run scenarios/progress/status-callbacks.scenario.yaml --target": "tests/integration/test_compare.py",
    "sipdomain run support.scenario.yaml": "tests/docs/test_package.py",
    "sipdomain init first --pytest": "tests/docs/test_package.py",
    "sudo nft list ruleset | sipdomain allowlist": "tests/unit/cli/test_allowlist.py",
    'eval "$(sipdomain completion bash)"': "tests/integration/test_completion.py",
    "python3 -m venv": "tests/docs/test_package.py",
    "pip install 'sipdomain[pcap]'": "tests/docs/test_package.py",
    "python -m pip install -e '.[test]'": ".ci/run",
    "python -m pip install": "tests/docs/test_package.py",
    "python -m pytest": "tests/docs/test_package.py",
    "python -m tests.docs.tables --check": "tests/docs/test_reference.py",
    "ruff format .": ".ci/run",
    "cd first": "tests/docs/test_package.py",
    "curl http://127.0.0.1:5000/_recorder": "tests/unit/mock_webhooks/test_recorder.py",
    "curl http://127.0.0.1:8080/_sipdomain/faults": "tests/integration/test_rest_faults.py",
    "curl http://127.0.0.1:8080/_sipdomain/": "tests/integration/test_control.py",
    "curl -s http://127.0.0.1:8080/_sipdomain/": "tests/integration/test_control.py",
    "curl -X DELETE http://127.0.0.1:8080/_sipdomain/edges/": "tests/integration/test_control.py",
    "curl -X PUT http://127.0.0.1:8080/_sipdomain/edges/": "tests/integration/test_control.py",
    "curl -X PUT http://127.0.0.1:8080/_sipdomain/rest-faults": "tests/integration/test_rest_faults.py",
    "curl -X POST http://127.0.0.1:8080/_sipdomain/behaviours": "tests/integration/test_control.py",
    "curl -u": "tests/integration/test_rest_http.py",
    "baresip -e": "tests/integration/test_pbx.py",
    "mkdir -p ~/.baresip": "tests/integration/test_pbx.py",
    "echo '<sip:alice@demo.sip.twilio.com>": "tests/integration/test_pbx.py",
    "sipp 127.0.0.1:5060 -sf": "tests/integration/test_sipp.py",
    "export TWILIO_ACCOUNT_SID=": "tests/integration/test_run.py",
    "export HTTPS_PROXY=": "tests/integration/test_use_the_sdk.py",
    "export REQUESTS_CA_BUNDLE=": "tests/integration/test_use_the_sdk.py",
    "keytool -importcert": "tests/integration/test_use_the_sdk.py",
}
"""By its beginning: where a test of the same command stands that has what the command needs."""

OF_THE_SYSTEM: Final = ("echo 'nameserver", "openssl req", "resolvectl", "sudo", "terraform show")
"""Beginnings of commands of other programs that change the machine, or are not installed everywhere."""


def commands(page: Path) -> Iterator[str]:
    """Yield the commands that a page shows, each on one line and without its comment."""
    for block in blocks(page.read_text("utf-8"), "sh"):
        joined = block.replace("\\\n", " ")
        # A quoted text may go on over several lines.
        text = re.sub(r"'[^']*'", lambda found: found[0].replace("\n", " "), joined)
        for line in text.splitlines():
            for command in re.split(r" && (?=sipdomain )", _COMMENT.sub("", line)):
                if alone := command.removesuffix("&").strip():
                    yield alone


def shown() -> list[tuple[Path, str]]:
    """Return each command of all pages once, with the page that shows it first."""
    found: dict[str, Path] = {}
    for page in PAGES:
        for command in commands(page):
            found.setdefault(command, page)
    return [(page, command) for command, page in found.items()]


def elsewhere(command: str) -> str:
    """Return the file of the test that carries a command out, or ""."""
    likely = [each for each in ELSEWHERE if command.startswith(each)]
    return ELSEWHERE[max(likely, key=len)] if likely else ""
