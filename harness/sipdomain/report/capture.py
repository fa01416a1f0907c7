"""What crossed the wire in a run, as segments of UDP and TCP: the source of captures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

from sipdomain.entries import Entry, HttpAnswered, HttpRequested, SipMessage
from sipdomain.mask import Mask
from sipdomain.report.frames import Place
from sipdomain.runtime.copies import Copies
from sipdomain.runtime.shown import shown
from sipdomain.sip.outputs import Address

_FIRST_PORT: Final = 20_000
_PORTS: Final = 40_000
_UNKNOWN: Final = "192.0.2.1"
"""Stands for the address of a host name: an address for documentation (RFC 5737)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Some bytes on their way.

    Attributes:
        at: The moment, in seconds of the run's clock.
        transport: What carries them.
        source: IP address and port.
        target: IP address and port.
        data: The bytes.
        comment: What a reader should know of them, or "".
    """

    at: float
    transport: Literal["udp", "tcp", "tls"]
    source: Place
    target: Place
    data: bytes
    comment: str = ""


def segments(entries: Iterable[Entry], mask: Mask) -> Iterator[Segment]:
    """Yield SIP messages, each once, and HTTP requests with their answers, in order of time.

    What went by TLS is in the clear: `sipdomain.report.secured` makes of it what a reader can read. HTTP is written anew
    from what the journal knows of it.

    Args:
        entries: A run's journal.
        mask: Hides what nobody should read.
    """
    copies = Copies()
    asked: dict[int, HttpRequested] = {}
    for entry in entries:
        match entry:
            case SipMessage():
                if not copies.has(entry):
                    yield _sip(entry, mask)
            case HttpRequested():
                asked[entry.token] = entry
                yield _request(entry, mask)
            case HttpAnswered() if entry.status and entry.token in asked:
                yield _answer(entry, asked[entry.token], mask)
            case _:
                pass


def _sip(entry: SipMessage, mask: Mask) -> Segment:
    source, target = map(Address.read, entry.ends)
    data = shown(entry.data, mask)
    transports: dict[str, Literal["tcp", "tls"]] = {"tcp": "tcp", "tls": "tls"}
    return Segment(entry.at, transports.get(entry.transport, "udp"), source, target, data)


def _request(entry: HttpRequested, mask: Mask) -> Segment:
    url = urlsplit(entry.url)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    body = urlencode(entry.parameters) if entry.method == "POST" else ""
    lines = [f"{entry.method} {path} HTTP/1.1", f"Host: {url.netloc.rpartition('@')[2]}"]
    known = {"host", "content-length"}
    lines += [f"{name}: {value}" for name, value in entry.headers if name.lower() not in known]
    return _http(
        entry.at, entry, (_client(entry.token), _server(entry.url)), lines, mask(body).encode(), mask
    )


def _answer(entry: HttpAnswered, asked: HttpRequested, mask: Mask) -> Segment:
    phrase = HTTPStatus(entry.status).phrase if entry.status in {each.value for each in HTTPStatus} else ""
    lines = [f"HTTP/1.1 {entry.status} {phrase}".rstrip()]
    known = {"content-length", "transfer-encoding", "content-encoding"}
    lines += [f"{name}: {value}" for name, value in entry.headers if name.lower() not in known]
    ends = (_server(asked.url), _client(entry.token))
    return _http(entry.at, entry, ends, lines, shown(entry.body, mask), mask)


def _http(
    at: float,
    entry: HttpRequested | HttpAnswered,
    ends: tuple[Place, Place],
    lines: list[str],
    body: bytes,
    mask: Mask,
) -> Segment:
    head = "\r\n".join([mask(each) for each in lines] + [f"Content-Length: {len(body)}", "", ""])
    comment = f"HTTP ({entry.purpose}), written anew from the journal"
    if _UNKNOWN in (ends[0][0], ends[1][0]):
        comment += f"; {_UNKNOWN} stands for an address that it does not know"
    return Segment(at, "tcp", *ends, head.encode("utf-8", "replace") + body, comment)


def _client(token: int) -> Place:
    return "127.0.0.1", _FIRST_PORT + token % _PORTS


def _server(url: str) -> Place:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if host == "localhost":
        host = "127.0.0.1"
    return (host if host.replace(".", "").isdigit() else _UNKNOWN), port
