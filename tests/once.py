"""What takes long to make and no test changes: made once a run, whichever process asks first."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest


def once_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that `make` has filled; the other processes of the run wait for the one that fills it."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    with (root / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        made = lock.read()
        if not made:
            made = tempfile.mkdtemp(dir=root, prefix=f"{name}-")
            make(Path(made))
            lock.write(made)
    return Path(made)
