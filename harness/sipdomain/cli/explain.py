"""`sipdomain explain`: ask a running emulator what it decided on a call's requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import typer

from sipdomain.cli.secret_files import secret_of
from sipdomain.entries import Alert, Announced, AudioMeasured, Decision, Entry
from sipdomain.errors import SetupError
from sipdomain.report.explain import explain as in_words

TIMEOUT = 5.0
_KINDS: Final[dict[str, type[Entry]]] = {
    each.__name__: each for each in (Decision, Alert, Announced, AudioMeasured)
}


def explain(
    call_id: Annotated[str, typer.Argument(help="The Call-ID header field of the call.")],
    http: Annotated[
        str, typer.Option(help="Where the emulator's HTTP listens: the `http=` of its ready line.")
    ] = "http://127.0.0.1:8080",
    token: Annotated[
        str,
        typer.Option(envvar="SIPDOMAIN_TOKEN", help="What `serve --token` was given, or made and printed."),
    ] = "",
    token_file: Annotated[Path | None, typer.Option(help="A file with that token.")] = None,
) -> None:
    """Print a call's way through the checks, what went wrong, and how its audio went; exit 1 when it is not known."""
    token = secret_of(token, token_file, "--token", "SIPDOMAIN_TOKEN")
    found = _ask(f"{_base(http)}/_sipdomain/journal?call_id={quote(call_id, safe='')}", token)
    decisions = [each for each in found if isinstance(each, Decision)]
    afterwards = [each for each in found if isinstance(each, Alert | Announced | AudioMeasured)]
    if not decisions and not afterwards:
        print(
            f"no decision on the Call-ID {call_id!r} is kept; the latest requests are in /_sipdomain/decisions"
        )
        raise typer.Exit(1)
    print(in_words(decisions, afterwards), end="")


def _base(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise SetupError(f"--http needs a URL such as http://127.0.0.1:8080 (got {url!r})")
    return url.rstrip("/")


def _ask(url: str, token: str) -> list[Entry]:
    request = Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})  # noqa: S310 - see _base
    try:
        # The proxy of the environment is for the world outside: it has no business with an emulator's journal and token.
        with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT) as answer:
            return [entry for line in answer for entry in _entries(json.loads(line))]
    except HTTPError as refused:
        refused.close()
        place = url.partition("/_sipdomain")[0]
        if refused.code == 401:
            wrong = "another token" if token else "a token"
            raise SetupError(f"{place} asks for {wrong}: pass --token, or set SIPDOMAIN_TOKEN") from None
        raise SetupError(f"{place} answers {refused.code} {refused.reason}") from None
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, URLError) else error
        reason = f"no answer in {TIMEOUT:g} s" if isinstance(reason, TimeoutError) else reason
        raise SetupError(
            f"--http: no emulator answers at {url.partition('/_sipdomain')[0]}: {reason}"
        ) from error
    except (ValueError, TypeError) as error:
        place = url.partition("/_sipdomain")[0]
        raise SetupError(f"--http: what answers at {place} is not sipdomain: it sends no journal") from error


def _entries(row: dict[str, Any]) -> Iterator[Entry]:
    """Yield the entry that a row of the journal is, if it is of a kind that explains."""
    kind = _KINDS.get(row["kind"])
    if kind is not None:
        names = {each.name for each in fields(kind)}
        yield kind(**{name: value for name, value in row.items() if name in names})
