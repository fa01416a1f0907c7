"""`sipdomain serve --proxy`, and what programs find in their environment to reach it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sipdomain.sip.outputs import Address
from tests.integration.served import ACCOUNT, TOKEN, served

ANYONE = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


@dataclass(frozen=True, slots=True)
class Proxied:
    """A running emulator's proxy, and the authority that its clients have to trust."""

    address: Address
    authority: Path

    def environment(self, *bundles: str, proxy: str = "HTTPS_PROXY") -> dict[str, str]:
        """Return what a program finds in its environment."""
        return {
            **ANYONE, proxy: f"http://{self.address}", "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
            **dict.fromkeys(bundles, str(self.authority)),
        }  # fmt: skip


@contextmanager
def serving_a_proxy(folder: Path) -> Iterator[Proxied]:
    """Run it with its authority in a folder."""
    with served("--proxy", "127.0.0.1:0", "--ca-folder", str(folder), "--no-speech") as emulator:
        found = re.search(r" proxy=http://([\d.]+):(\d+)", emulator.ready)
        assert found is not None
        yield Proxied(Address(found[1], int(found[2])), folder / "ca.pem")
        assert emulator.stop() == 0
