"""The file that a state is kept in: opened by one process at a time, and seen to be whole before it is used."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from sipdomain import model_errors
from sipdomain.errors import SetupError
from sipdomain.runtime.files.folders import warn_if_open

APPLICATION_ID: Final = 0x53495044
VERSION: Final = 2
"""Of the file's form; version 1, which has no audio, is brought up to it, and another one is refused."""
_PATIENCE: Final = 1.0
"""How long a file that another process holds is waited for, in seconds."""

_SCHEMA: Final = f"""
BEGIN;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE audio (sid TEXT PRIMARY KEY, data BLOB NOT NULL);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
COMMIT;
"""
_FROM_VERSION_1: Final = f"""
BEGIN;
CREATE TABLE audio (sid TEXT PRIMARY KEY, data BLOB NOT NULL);
PRAGMA user_version = {VERSION};
COMMIT;
"""


def damaged(path: Path, why: str) -> str:
    """Return what to say of a file that is not whole."""
    return f"{path} is damaged: {why}; put a copy in its place, or take it away to begin anew"


def unreadable(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> str:
    """Return what is wrong with a file that SQLite cannot work with."""
    if isinstance(error, UnicodeDecodeError):
        # So Python's module says that not even SQLite's complaint, which quotes the file, is text.
        return damaged(path, "it is not text where it should be")
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return f"cannot open {path}: another process uses it"
    if code is not None and code & 0xFF in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_ERROR,
    }:
        return damaged(path, in_words(error))
    return f"cannot open {path}: {in_words(error)}"


_SAID: Final = {
    sqlite3.SQLITE_CORRUPT: "its pages do not fit together",
    sqlite3.SQLITE_ERROR: "a table of it is missing, or is another",
    sqlite3.SQLITE_NOTADB: "it is not a database",
    sqlite3.SQLITE_IOERR: "the system cannot read or write it",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "the system cannot open it, or what stands beside it",
    sqlite3.SQLITE_PERM: "the system does not permit it",
    sqlite3.SQLITE_NOMEM: "there is no memory left",
    sqlite3.SQLITE_TOOBIG: "a record is too large",
    sqlite3.SQLITE_BUSY: "another process uses it",
    sqlite3.SQLITE_LOCKED: "another process uses it",
}


def in_words(error: sqlite3.Error) -> str:
    """Return what SQLite cannot do, in our own words."""
    code = getattr(error, "sqlite_errorcode", None)
    return _SAID.get(code & 0xFF if code is not None else -1, "the database cannot do what is needed")


def why_no_record(error: SetupError | ValueError | RecursionError) -> str:
    """Return why what was read is not a record."""
    if isinstance(error, SetupError):
        return str(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        return (
            f"{error.title.removeprefix('list[').removesuffix(']')} {place}: {model_errors.in_words(first)}"
        )
    return "a record is nested too deeply" if isinstance(error, RecursionError) else "a record is not JSON"


def check_types(
    path: Path, kinds: Iterable[str], rows: dict[str, list[str]], audio: dict[str, bytes]
) -> None:
    """See that what was read is text, of kinds that are known, and sound.

    Raises:
        SetupError: It is not: to leave it out would lose it.
    """
    unknown = sorted(str(kind) for kind in rows if kind not in kinds)
    if unknown:
        raise SetupError(damaged(path, f"it has records of the unknown kind {unknown[0]!r}"))
    if not all(isinstance(value, str) for values in rows.values() for value in values):
        raise SetupError(damaged(path, "it has a record that is not text"))
    if not all(isinstance(sid, str) and isinstance(data, bytes) for sid, data in audio.items()):
        raise SetupError(damaged(path, "it has audio that cannot be read"))


def opened(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Return a connection to a state file, which no other process has, and whether nothing is in it."""
    try:
        if path.exists() and not path.is_file():
            raise SetupError(f"cannot open {path}: it is not a file")
        # It holds auth tokens: nobody else on this machine is to read them.
        path.touch(mode=0o600)
        _check_permission(path)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_PATIENCE)
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else in_words(error)
        raise SetupError(f"cannot open {path}: {why}") from None
    try:
        _claim(connection, path)
        _check_pages(connection, path)
        is_new = connection.execute("SELECT 1 FROM records LIMIT 1").fetchone() is None
    except (sqlite3.Error, UnicodeDecodeError) as error:
        connection.close()
        raise SetupError(unreadable(path, error)) from None
    except SetupError:
        connection.close()
        raise
    warn_if_open(path)
    return connection, is_new


def _check_permission(path: Path) -> None:
    """See that a file can be worked with: SQLite would call it an I/O error.

    Raises:
        SetupError: It cannot.
    """
    if not os.access(path, os.R_OK | os.W_OK):
        raise SetupError(f"cannot open {path}: no permission to read and write it")
    if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
        raise SetupError(f"cannot open {path}: no permission to write in its folder, where its log is kept")


def _check_pages(connection: sqlite3.Connection, path: Path) -> None:
    """See that a file is whole before it is written to: a page that is broken would take others with it.

    Raises:
        SetupError: It is not.
    """
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise SetupError(damaged(path, "its pages do not fit together"))


def _claim(connection: sqlite3.Connection, path: Path) -> None:
    """See that a file is ours, and lock it.

    Raises:
        SetupError: It is another program's, or of another version.
        sqlite3.DatabaseError: It is not a database, or is locked.
    """
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("COMMIT")
    if tables and application != APPLICATION_ID:
        raise SetupError(f"{path} is a database, but not of sipdomain")
    if tables and version not in {1, VERSION}:
        raise SetupError(f"{path} is of version {version}; this sipdomain reads version {VERSION}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if not tables or version == 1:
        connection.executescript(_FROM_VERSION_1 if tables else _SCHEMA)
