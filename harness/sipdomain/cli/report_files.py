"""Reports as files: known to be writable before a run, gone while it lasts, and whole when they are there."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Final, TextIO

from sipdomain.errors import SetupError

SCENARIO: Final = ".scenario.yaml"
"""How the name of a scenario file ends, which a person wrote: no report replaces it."""
OUTPUT: Final = Path("-")
"""The name by which standard output is meant, as everywhere; what a command says itself then goes to standard error."""
_DEVICES: Final = frozenset({"dev", "proc"})
_MODE: Final = 0o666
"""Readable as the user's umask says."""


class ReportFile:
    """A file that is to be written when a run, or a call, is over.

    Attributes:
        path: Where to, as the user named it.
    """

    def __init__(self, path: Path, flag: str, *, is_added: bool = False, inputs: Iterable[Path] = ()) -> None:
        """See that it can be written, and take an older one away.

        Args:
            path: Where to; `-` is standard output. What is not an ordinary file (a pipe) is written to as it is.
            flag: What the user typed, for errors.
            is_added: Whether an older one stays, and this one is added to it.
            inputs: The files that the command reads, which it must not be.

        Raises:
            SetupError: It cannot be written, or would replace a scenario file, or one that is read.
        """
        _refuse_to_replace(path, flag, inputs)
        self._flag = flag
        self.path = self._path = path
        self._is_file = False
        if self.is_output:
            return
        try:
            # /dev/stdout is a file where a shell sent the output to one, and is not ours to take away.
            system = not _DEVICES.isdisjoint(path.absolute().parts[1:2])
            self._is_file = not system and not is_added and (not path.exists() or path.is_file())
            if path.is_dir():
                raise SetupError(f"{flag} {path} is a folder; name a file")
            if not self._is_file:
                _try_to_open(path)
                return
            self._path = path.resolve()
            if self._path.exists() and not os.access(self._path, os.W_OK):
                raise SetupError(f"{flag} {path} cannot be written: it is read-only")
            with self._beside() as beside:
                os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE))
            self._path.unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            raise self._refused(error) from None

    @property
    def is_output(self) -> bool:
        """Whether it goes to standard output, which then has nothing else."""
        return self.path == OUTPUT

    def write(self, data: bytes) -> None:
        """Write it, all or nothing.

        Raises:
            SetupError: It cannot be written.
        """
        try:
            if self.is_output:
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
                return
            if not self._is_file:
                with self._path.open("ab") as file:
                    file.write(data)
                return
            with self._beside() as beside:
                with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, _MODE)) as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(self._path)
        except OSError as error:
            raise self._refused(error) from None

    @contextlib.contextmanager
    def _beside(self) -> Iterator[Path]:
        """Offer a file beside the report, which is gone afterwards."""
        beside = self._path.with_name(f".sipdomain-{os.getpid()}.part")
        try:
            yield beside
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)

    def _refused(self, error: Exception) -> SetupError:
        why = getattr(error, "strerror", None) or str(error)
        return SetupError(f"{self._flag} {self.path} cannot be written: {why}")


def refuse_one_for_two(named: Mapping[str, Path]) -> None:
    """See that no two reports go to one file.

    Args:
        named: Where each goes to, by what the user typed.

    Raises:
        SetupError: Two do.
    """
    for one, other in combinations(named, 2):
        if named[one].resolve() == named[other].resolve():
            raise SetupError(f"{one} and {other} need a file each")


def refuse_output(path: Path | None, flag: str, *, what: str = "a folder of files") -> None:
    """See that standard output is not named where it cannot be written to.

    Args:
        path: What the user named, or None.
        flag: What he typed, for errors.
        what: What is written.

    Raises:
        SetupError: It is `-`.
    """
    if path == OUTPUT:
        raise SetupError(f"{flag} - cannot be: it writes {what}; name one")


def words_beside(*files: ReportFile | None) -> TextIO:
    """Return where a command says something itself: standard output, or standard error where a report goes there."""
    return sys.stderr if any(each is not None and each.is_output for each in files) else sys.stdout


def _refuse_to_replace(path: Path, flag: str, inputs: Iterable[Path]) -> None:
    try:
        is_read = path.is_file() and any(each.is_file() and each.samefile(path) for each in inputs)
        is_scenario = any(each.name.endswith(SCENARIO) for each in (path, path.resolve()))
    except (OSError, ValueError):
        return  # what is wrong with it is reported when it is opened
    if is_scenario or is_read:
        what = "a scenario file" if is_scenario else "a file that is read"
        raise SetupError(f"{flag} {path} is {what}, which a report would replace; name another file")


def _try_to_open(path: Path) -> None:
    """See that what is not an ordinary file takes what is written; nothing is written, and a pipe need have no reader yet.

    Raises:
        OSError: It does not.
    """
    is_new = not path.exists()
    if path.is_fifo():
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return
    os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | (os.O_CREAT if is_new else 0), _MODE))
    if is_new:
        path.unlink()


class ReportFolder:
    """A folder for the files of a report; what else is in it stays."""

    def __init__(self, path: Path, flag: str) -> None:
        """Make it where it is not there.

        Args:
            path: Where it is.
            flag: What the user typed, for errors.

        Raises:
            SetupError: It cannot be made or written to, or is not a folder.
        """
        self._path = path
        self._flag = flag
        refuse_output(path, flag)
        try:
            path.mkdir(parents=True, exist_ok=True)
            if not os.access(path, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise SetupError(f"{flag} {path} is not a folder that can be written to: {why}") from None

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write its files, each all or nothing; one of the same name is replaced.

        Raises:
            SetupError: One cannot be written.
        """
        for name, data in files.items():
            ReportFile(self._path / name, self._flag).write(data)
