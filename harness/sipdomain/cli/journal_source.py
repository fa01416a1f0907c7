"""Where a command reads a journal: from a running emulator, or from a file."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from sipdomain.cli.addresses import parse_url
from sipdomain.entries import Entry
from sipdomain.errors import SetupError
from sipdomain.report.journal_lines import journals

TIMEOUT: Final = 5.0
"""How long an emulator may take to answer, in seconds."""

MOST_BYTES: Final = 256 * 1024 * 1024
"""A larger journal is refused, in bytes."""

Row = dict[str, Any]


def journal_rows(http: str, token: str, query: str = "") -> list[Row]:
    """Return what a running emulator's journal has.

    Args:
        http: Where its HTTP listens, as a URL.
        token: What it asks for, or "".
        query: What is asked for, from its question mark on, or "".

    Raises:
        SetupError: No emulator answers there, or it refuses.
    """
    parse_url(http, "--http")
    place = http.rstrip("/")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = Request(f"{place}/_sipdomain/journal{query}", headers=headers)  # noqa: S310 - see above
    try:
        # The proxy of the environment is for the world outside: it has no business with an emulator's journal and token.
        with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT) as answer:
            data = answer.read(MOST_BYTES + 1)
    except HTTPError as refused:
        refused.close()
        if refused.code == 401:
            wrong = "another token" if token else "a token"
            raise SetupError(f"{place} asks for {wrong}: pass --token, or set SIPDOMAIN_TOKEN") from None
        raise SetupError(f"{place} answers {refused.code} {refused.reason}") from None
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        reason = f"no answer in {TIMEOUT:g} s" if isinstance(reason, TimeoutError) else reason
        raise SetupError(f"--http: no emulator answers at {place}: {reason}") from error
    try:
        return _rows(data, f"the journal of {place}")
    except (ValueError, TypeError) as error:
        raise SetupError(f"--http: what answers at {place} is not sipdomain: it sends no journal") from error


def file_rows(path: Path, said: str) -> list[Row]:
    """Return what a file of JSON lines has, of `run --jsonl` or of the control API.

    Args:
        path: Where it is.
        said: What the user wrote, for errors.

    Raises:
        SetupError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SetupError(f"{said} cannot be read: {error.strerror or error}") from None
    if not data:
        raise SetupError(f"{said} is empty")
    try:
        return _rows(data, said)
    except (ValueError, TypeError):
        raise SetupError(f"{said} is not a journal; `sipdomain run --jsonl FILE` writes one") from None


def journals_of(rows: Iterable[Row], said: str) -> list[tuple[str, list[Entry]]]:
    """Return the journals in rows, each with the title of its scenario, or "".

    Args:
        rows: Of a file, or of an emulator.
        said: Where they are from, for the error.

    Raises:
        SetupError: A row is not what an entry of its kind has.
    """
    try:
        return list(journals(rows))
    except TypeError:
        raise SetupError(f"{said} is of another version of sipdomain: an entry lacks what it needs") from None


def _rows(data: bytes, said: str) -> list[Row]:
    """Return the rows of JSON lines.

    Raises:
        SetupError: There are too many.
        ValueError: A line is not JSON.
        TypeError: One is not an object that says what kind it is.
    """
    if len(data) > MOST_BYTES:
        raise SetupError(f"{said} is larger than {MOST_BYTES >> 20} MB; name a smaller one")
    rows = [json.loads(line) for line in io.BytesIO(data)]
    if not all(isinstance(row, dict) and "kind" in row for row in rows):
        raise TypeError("not a row of a journal")
    return rows
