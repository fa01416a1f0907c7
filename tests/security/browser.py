"""Headless Chromium, which knows the names that a test gives it and asks nobody else."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.patience import PATIENCE

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--no-default-browser-check",
    "--disable-dev-shm-usage",
)  # fmt: skip


def opened(url: str, folder: Path, hosts: Mapping[str, str]) -> str:
    """Open a page, let its scripts and forms do what they do, and return the document that is shown in the end.

    Args:
        url: The page.
        folder: Where the browser keeps what it keeps.
        hosts: IP addresses by name.
    """
    rules = ", ".join(
        (
            *(f"MAP {name} {address}" for name, address in hosts.items()),
            "MAP * ~NOTFOUND",
            "EXCLUDE 127.0.0.1",
        )
    )
    once = ("--virtual-time-budget=20000", "--dump-dom")
    command = ["chromium", *FLAGS, *once, f"--user-data-dir={folder}", f"--host-resolver-rules={rules}", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    return done.stdout
