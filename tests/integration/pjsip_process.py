"""Run PJSIP as a child process against `sipdomain serve`, whose domain is the demo."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from sipdomain.scenario.peers.pjsip import PROGRAM
from tests.integration.served import PASSWORD
from tests.patience import PATIENCE

DOMAIN = "demo.sip.twilio.com"


def by_pjsip(port: int, **plan: Any) -> dict[str, Any]:
    """Carry out a plan of `pjsip_program` as alice; return its outcome."""
    to = f"sip:{DOMAIN}" if plan.get("register") else f"sip:100@{DOMAIN}"
    usual = {"proxy": f"127.0.0.1:{port}", "to": to, "user": "alice", "domain": DOMAIN, "password": PASSWORD}
    command = [sys.executable, "-m", PROGRAM, "/dev/stdin"]
    done = subprocess.run(
        command,
        input=json.dumps({**usual, **plan}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome
