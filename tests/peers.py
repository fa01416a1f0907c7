"""`python -m tests.peers`: see that the programs that the tests run, foreign peers above all, are installed.

They come from Debian. As root they are installed; otherwise the command says what is missing, and fails. The kits of
voice bots come from PyPI, and get an environment of their own: what they need is not to meet what we need.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

BOTS = Path(sys.prefix) / "bots"
"""The environment of the bots in `fixtures/bots`, within our own."""
_INSTALLED = BOTS / "installed.txt"

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


def kits() -> list[str]:
    """Return what the bots need."""
    project = Path(__file__).parents[1] / "pyproject.toml"
    group: list[str] = tomllib.loads(project.read_text("utf-8"))["dependency-groups"]["bots"]
    return group


def has_kits() -> bool:
    """Return whether the environment of the bots has what they need now."""
    return _INSTALLED.is_file() and _INSTALLED.read_text("utf-8").splitlines() == kits()


def install_kits() -> None:
    """Make the environment of the bots, anew if there is one.

    Raises:
        subprocess.CalledProcessError: A package could not be installed; pip has said why.
    """
    subprocess.run([sys.executable, "-m", "venv", "--clear", BOTS], check=True, stdout=sys.stderr)
    pip = (BOTS / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check")
    subprocess.run([*pip, *kits()], check=True, stdout=sys.stderr)
    _INSTALLED.write_text("\n".join(kits()) + "\n", "utf-8")


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
    if not has_kits():
        try:
            install_kits()
        except (subprocess.CalledProcessError, OSError) as error:
            print(f"error: the kits of voice bots are not in {BOTS}: {error}", file=sys.stderr)
            return 1
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
