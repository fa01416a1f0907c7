"""`python -m tests.peers`: see that the programs that the tests run, foreign peers above all, are installed.

They come from Debian. As root they are installed; otherwise the command says what is missing, and fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = {
    "sipp": "sip-tester", "baresip": "baresip", "tshark": "tshark", "sngrep": "sngrep", "curl": "curl", "npm": "npm",
    "chromium": "chromium", "openssl": "openssl",
    "kamailio": "kamailio kamailio-tls-modules", "linphonec": "linphone-cli",
    "ip": "iproute2", "mount": "mount", "unshare": "util-linux",
    "php": "php-cli php-curl", "javac": "default-jdk-headless", "gccgo": "gccgo",
}  # fmt: skip


def missing() -> dict[str, str]:
    """Return program and Debian packages of each peer that is not on the PATH."""
    return {program: package for program, package in PACKAGES.items() if shutil.which(program) is None}


def main() -> int:
    """Install what is missing, or say so."""
    packages = sorted({name for names in missing().values() for name in names.split()})
    if packages and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-qq", *command], check=False, env=environment, stdout=sys.stderr)
    left = missing()
    for program, package in left.items():
        print(f"error: `{program}` is missing; install from Debian: {package}", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
