"""Where the program keeps what outlives it when nobody said where, and how secrets are written there."""

from __future__ import annotations

import errno
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sipdomain.errors import SetupError

log = logging.getLogger(__name__)

_DISK: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO}


def state_folder() -> Path:
    """Return `$XDG_STATE_HOME/sipdomain`, by default `~/.local/state/sipdomain`; it is not made.

    Source: the XDG Base Directory Specification, which wants relative paths in its variables ignored.

    Raises:
        SetupError: There is no home folder.
    """
    given = Path(os.environ.get("XDG_STATE_HOME", ""))
    try:
        return (given if given.is_absolute() else Path.home() / ".local/state") / "sipdomain"
    except RuntimeError as error:
        raise SetupError(
            "no home folder: say where to keep the certificate authority (--ca-folder)"
        ) from error


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """Make a folder of one's own below `TMPDIR`, and take it away at the end.

    Raises:
        SetupError: It cannot be made, or the disk under it cannot be written.
    """
    try:
        with TemporaryDirectory(prefix=f"sipdomain-{purpose}-") as name:
            yield Path(name)
    except OSError as error:
        if error.errno not in _DISK and not isinstance(error, FileNotFoundError):
            raise
        raise SetupError(
            f"no temporary files for {purpose}: {reason(error)}; set TMPDIR to another folder"
        ) from error


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read; when it cannot be written whole, nothing is left of it.

    Raises:
        OSError: It cannot be written, or is there already.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            file.write(data)
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise


def rewrite_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, if it is new; an existing one keeps its mode; an open one is warned about.

    Raises:
        OSError: It cannot be written.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    if path.is_file():
        warn_if_open(path)


def warn_if_open(path: Path) -> None:
    """Log a warning if a file that holds secrets can be read or written by others than its owner.

    Raises:
        OSError: It cannot be looked at.
    """
    mode = stat.S_IMODE(path.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        log.warning("warning     %s is open to other users (mode %03o): chmod 600 %s", path, mode, path)


def reason(error: OSError) -> str:
    """Return why a file could not be read or written, and which one, in a few words."""
    return ": ".join(str(each) for each in (error.strerror or error, error.filename) if each)
