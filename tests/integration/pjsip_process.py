"""Run `pjsip_caller` as a child process, so that a crash of PJSIP takes no test run down."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.integration.served import PASSWORD


def by_pjsip(port: int, **plan: Any) -> dict[str, Any]:
    """Carry out a plan of `pjsip_caller`; return its outcome."""
    told = json.dumps({"port": port, "password": PASSWORD, **plan})
    command = [sys.executable, "-m", "tests.integration.pjsip_caller", told]
    done = subprocess.run(command, capture_output=True, text=True, timeout=45, check=True)
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome
