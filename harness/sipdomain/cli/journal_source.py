"""Where a command reads a journal: from a running emulator, or from a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from sipdomain.errors import SetupError

TIMEOUT: Final = 5.0
"""How long an emulator may take to answer, in seconds."""

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
    if urlsplit(http).scheme not in {"http", "https"}:
        raise SetupError(f"--http needs a URL such as http://127.0.0.1:8080 (got {http!r})")
    place = http.rstrip("/")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = Request(f"{place}/_sipdomain/journal{query}", headers=headers)  # noqa: S310 - see above
    try:
        # The proxy of the environment is for the world outside: it has no business with an emulator's journal and token.
        with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT) as answer:
            return list(_rows(answer))
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
            return list(_rows(file))
    except OSError as error:
        raise SetupError(f"{said} cannot be read: {error.strerror or error}") from None
    except (ValueError, TypeError):
        raise SetupError(f"{said} is not a journal; `sipdomain run --jsonl FILE` writes one") from None


def _rows(lines: Any) -> Iterator[Row]:
    """Yield the rows of lines.

    Raises:
        ValueError: A line is not JSON.
        TypeError: One is not an object that says what kind it is.
    """
    for line in lines:
        row = json.loads(line)
        if not isinstance(row, dict) or "kind" not in row:
            raise TypeError("not a row of a journal")
        yield row
