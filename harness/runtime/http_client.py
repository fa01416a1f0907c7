"""Asks customers' URLs over real HTTP; whether to try again is decided elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import yarl

from harness.twilio.http import HttpFailure, HttpRequest, HttpResponse, HttpResult

_MOST_CONNECTIONS = 256


class LiveHttpClient:
    """One pool of connections; each request is a task that it owns."""

    def __init__(self, hosts: Mapping[str, str] | None = None) -> None:
        """Make a client.

        Args:
            hosts: Public host names and the base URL, such as `http://127.0.0.1:8080`, that answers for each.
        """
        self._hosts = dict(hosts or {})
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def map_host(self, host: str, base_url: str) -> None:
        """Have a public host name answered by another server."""
        self._hosts[host.lower()] = base_url

    def fetch(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        """Carry out a request; `done` is called once, on the loop."""
        task = asyncio.get_running_loop().create_task(self._run(request, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, request: HttpRequest, done: Callable[[HttpResult], None]) -> None:
        done(await self._ask(request))

    async def _ask(self, request: HttpRequest) -> HttpResult:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_MOST_CONNECTIONS, ttl_dns_cache=10)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
            )
        url, headers = self._mapped(request)
        timeout = aiohttp.ClientTimeout(total=request.total_timeout, sock_connect=request.connect_timeout)
        try:
            async with self._session.request(
                request.method, yarl.URL(url, encoded=True), headers=headers, data=request.body or None,
                timeout=timeout, allow_redirects=False,
            ) as response:  # fmt: skip
                body = await _read(response, request.max_bytes)
                if body is None:
                    return HttpFailure("too-large", f"the body has more than {request.max_bytes} bytes")
                fields = tuple((name, value) for name, value in response.headers.items())
                return HttpResponse(response.status, fields, body)
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
            return _failure(error)

    def _mapped(self, request: HttpRequest) -> tuple[str, list[tuple[str, str]]]:
        parts = urlsplit(request.url)
        headers = list(request.headers)
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        base = self._hosts.get((parts.hostname or "").lower())
        if base is not None:
            headers.append(("Host", parts.netloc.rpartition("@")[2]))
            url = base + urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return url, headers

    async def close(self) -> None:
        """Give up what is under way, and close the pool."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


def _failure(error: Exception) -> HttpFailure:
    text = str(error) or type(error).__name__
    match error:
        case aiohttp.ConnectionTimeoutError():
            return HttpFailure("connect-timeout", text)
        case TimeoutError():
            return HttpFailure("timeout", "no answer in time")
        case aiohttp.ClientConnectorDNSError():
            return HttpFailure("dns", text)
        case aiohttp.ClientSSLError():
            return HttpFailure("tls", text)
        case aiohttp.ClientConnectorError():
            return HttpFailure("refused", text)
        case aiohttp.ServerDisconnectedError() | ConnectionError():
            return HttpFailure("disconnected", text)
        case _:
            return HttpFailure("protocol", text)
