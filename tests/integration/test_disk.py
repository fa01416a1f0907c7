"""A disk that is full or read-only is one clear line before anything listens, or does not matter.

Each command has file systems of its own, in a mount namespace.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.integration.cage import needs_root
from tests.integration.served import PASSWORD
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
HARNESS = (sys.executable, "-m", "sipdomain")
SERVE = ("serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--no-speech")
READ_ONLY = "mount --bind / / && mount -o remount,bind,ro / && mount -o remount,ro /dev/shm 2>&1 || true"
UNREMEMBERED = "note: which scenarios failed cannot be remembered: Read-only file system: {folder}\n"
"""What `run` says once where it cannot keep what `--last-failed` wants; it changes no verdict."""


def started(mounts: str, *arguments: str) -> subprocess.Popen[str]:
    """Start the program after some mounts."""
    needs_root()
    return subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", f'{mounts}; exec "$@"', "sh", *HARNESS, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def on(mounts: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end after some mounts."""
    with started(mounts, *arguments) as process:
        try:
            output, errors = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def small(folder: Path, free: int) -> str:
    """Mount a disk of 128 KiB over a folder, with some KiB left."""
    return (
        f"mount -t tmpfs -o size=128k,mode=700 small {folder} && "
        f"dd if=/dev/zero of={folder}/filling bs=1k count={128 - free} status=none"
    )


@pytest.mark.parametrize("free", [0, 4, 8, 16, 24, 32, 40])
def test_a_state_file_on_a_full_disk_is_one_clear_line(tmp_path: Path, free: int) -> None:
    configuration = tmp_path / "domains.yaml"
    users = ", ".join(f"user{number}: {PASSWORD}" for number in range(100))
    configuration.write_text(f"credential_lists: {{staff: {{{users}}}}}\n")
    (tmp_path / "small").mkdir()
    file = tmp_path / "small/state.db"
    done = on(small(tmp_path / "small", free), "config", "import", str(configuration), "--state", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: --state: cannot ")
    assert f" {file}: the disk is full" in done.stderr


@pytest.mark.parametrize("free", [0, 24, 40])
def test_serve_does_not_get_ready_on_a_full_disk(tmp_path: Path, free: int) -> None:
    file = tmp_path / "state.db"
    done = on(
        small(tmp_path, free),
        *SERVE,
        "--state",
        str(file),
        "--allow",
        "127.0.0.1",
        "--voice-url",
        "http://a/" + "x" * 2000,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "the disk is full" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--state", "{folder}/state.db"), "error: --state: cannot open {folder}/state.db: Read-only file system\n"),
        (
            ("--ca-folder", "{folder}/ca"),
            "error: --ca-folder: certificate authority in {folder}/ca: Read-only file system: {folder}/ca\n",
        ),
    ],
    ids=["state", "authority"],
)  # fmt: skip
def test_serve_on_a_read_only_disk_is_one_clear_line(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = on(READ_ONLY, *SERVE, *(each.format(folder=tmp_path) for each in arguments))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said.format(folder=tmp_path))


def test_serve_that_keeps_nothing_needs_no_disk(tmp_path: Path) -> None:
    """It printed its line of readiness and died: the module ssl wants certificates in files."""
    with started(READ_ONLY, *SERVE) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith("ready sip=")
            found = re.search(r" http=(\S+)", ready)
            assert found is not None
            with urlopen(f"{found[1]}/_sipdomain/calls", timeout=PATIENCE) as answer:
                assert answer.status == 200
            process.terminate()
            _, errors = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    # It was alive when it got SIGTERM.
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_run_needs_no_disk_but_for_foreign_phones(tmp_path: Path) -> None:
    done = on(READ_ONLY, "run", "--ladder", "none", "--no-speech", "scenarios/transports/tls.scenario.yaml")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 passed, 0 failed, 0 not run")


@pytest.mark.parametrize("peer", ["sipp-over-tcp", "baresip-registers", "pjsip-registers"])
def test_a_foreign_phone_without_a_disk_is_a_step_that_cannot_be_carried_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, peer: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    done = on(READ_ONLY, "run", "--ladder", "none", "--no-speech", f"scenarios/peers/{peer}.scenario.yaml")
    kind = peer.partition("-")[0]
    assert done.returncode == 1
    assert f"no temporary files for {kind}: No usable temporary directory found" in done.stdout
    assert "set TMPDIR to another folder" in done.stdout
    assert done.stderr == UNREMEMBERED.format(folder=tmp_path / "sipdomain")
