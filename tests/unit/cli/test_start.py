"""What a command loads before it begins: nothing that it may never need."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tests.patience import PATIENCE


def loaded(command: str, later: Sequence[str]) -> str:
    program = (
        f"import sys, sipdomain.cli.{command}; print(*(each for each in {later} if each in sys.modules))"
    )
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=True
    ).stdout


def test_serve_is_loaded_without_what_it_may_never_need() -> None:
    later = (
        "cryptography", "faker", "flask", "numpy", "pydantic", "rich", "scapy", "sipdomain.phone",
        "sipdomain.twilio.configuration.model", "soundfile", "sqlite3", "trustme", "yaml",
    )  # fmt: skip
    assert loaded("serve", later) == "\n"


def test_run_is_loaded_without_the_worlds_of_which_it_may_want_none() -> None:
    later = (
        "cryptography", "faker", "flask", "scapy", "sipdomain.runtime.service", "sipdomain.runtime.worlds.live",
        "sipdomain.runtime.worlds.sim", "sipdomain.runtime.worlds.target", "trustme",
    )  # fmt: skip
    assert loaded("run", later) == "\n"
