"""What `serve` loads before it is ready: nothing that it may never need."""

from __future__ import annotations

import subprocess
import sys

from tests.patience import PATIENCE

LATER = (
    "cryptography", "faker", "flask", "numpy", "pydantic", "rich", "scapy",
    "sipdomain.twilio.configuration.model", "soundfile", "sqlite3", "trustme", "yaml",
)  # fmt: skip
PROGRAM = f"import sys, sipdomain.cli.serve; print(*(each for each in {LATER} if each in sys.modules))"


def test_serve_is_loaded_without_what_it_may_never_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout == "\n"
