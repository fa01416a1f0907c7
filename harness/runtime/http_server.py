"""The HTTP side of a running emulator: the provider's REST API, the twimlets, and the harness's own readings."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Final
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from harness.errors import SetupError
from harness.journal import Decision, Entry, Journal
from harness.media.sdes import hide_keys
from harness.sip.outputs import Address
from harness.twilio import twimlets
from harness.twilio.rest import RestApi
from harness.twilio.rest.messages import FORM, RestRequest

MOST_BODY: Final = 256 * 1024

Health = Callable[[], dict[str, object]]


class HttpServer:
    """Answers on one address; everything it says is decided elsewhere.

    Attributes:
        address: Where it listens.
    """

    def __init__(self, rest: RestApi, journal: Journal, health: Health) -> None:
        """Make a server.

        Args:
            rest: Answers below `/2010-04-01/`.
            journal: What `/_sipdomain/journal` and `/_sipdomain/decisions` show.
            health: What `/_sipdomain/health` shows.
        """
        self._rest = rest
        self._journal = journal
        self._health = health
        self._runner: web.ServerRunner | None = None
        self.address = Address("", 0)

    async def open(self, bind: Address) -> None:
        """Listen.

        Raises:
            SetupError: The address cannot be bound.
        """
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, bind.host, bind.port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise SetupError(f"cannot listen on http {bind}: {error.strerror}") from error
        self.address = Address(*self._runner.addresses[0][:2])

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body, too_large = await _read(request)
        path, _, query_text = request.path_qs.partition("?")
        query = tuple(parse_qsl(query_text, keep_blank_values=True))
        content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        is_form = content_type == FORM
        form = tuple(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)) if is_form else ()
        if request.host.partition(":")[0].lower() in twimlets.HOSTS:
            answer = twimlets.answer(path, (*query, *form))
            return _response(answer.status, answer.headers, answer.body)
        if path.startswith("/_sipdomain/"):
            return self._own(path.removeprefix("/_sipdomain/"))
        asked = RestRequest(
            method=request.method,
            path=unquote(path),
            query=query,
            form=form,
            authorization=request.headers.get("Authorization"),
            content_type=request.headers.get("Content-Type", ""),
            body_too_large=too_large,
        )
        told = self._rest.handle(asked, time.time())
        return _response(told.status, told.headers, told.body)

    def _own(self, name: str) -> web.Response:
        match name:
            case "health":
                return web.json_response(self._health())
            case "journal":
                return _lines(list(self._journal))
            case "decisions":
                return _lines(self._journal.select(Decision))
            case _:
                names = ["health", "journal", "decisions"]
                return web.json_response({"message": f"no {name!r} here", "names": names}, status=404)


def _response(status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> web.Response:
    return web.Response(status=status, body=body or None, headers=list(headers))


def _lines(entries: list[Entry] | list[Decision]) -> web.Response:
    """Return entries as JSON lines, without the keys of secure media."""
    rows = [
        hide_keys(json.dumps({"kind": type(each).__name__, **asdict(each)}, default=_text))
        for each in entries
    ]
    return web.Response(text="".join(f"{row}\n" for row in rows), content_type="application/x-ndjson")


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


async def _read(request: web.BaseRequest) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MOST_BODY:
            return b"", True
    return bytes(body), False
