"""Connections that are kept: when they die, hold something stale, or hold up another request."""

from __future__ import annotations

import asyncio
import gzip
import re

import pytest

from sipdomain.runtime.http.client import LiveHttpClient
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse, HttpResult
from tests.unit.runtime.raw_server import OK, Server, ask, ask_handler, ask_once, play


def ask_in_turn(server: Server, count: int = 3) -> list[HttpResult]:
    """Return how so many POSTs ended, each asked at once after the one before it."""
    found: list[HttpResult] = []

    async def script(client: LiveHttpClient, server: Server) -> None:
        for number in range(count):
            found.append(await ask(client, HttpRequest("POST", f"{server.url}/{number}", body=b"a=1")))

    play(server, script)
    return found


def bodies(found: list[HttpResult]) -> list[object]:
    return [each.body if isinstance(each, HttpResponse) else each for each in found]


@pytest.mark.parametrize(
    "server",
    [Server([OK], hangs_up=True), Server([OK], closes_when_asked=True)],
    ids=["closes after its answer", "closes when it is asked again"],
)
def test_a_kept_connection_that_dies_before_an_answer_is_replaced_once(server: Server) -> None:
    assert bodies(ask_in_turn(server)) == [b"<Response/>"] * 3
    assert server.connections == 3
    assert [request.split(b" ")[1] for request in server.requests] == [b"/0", b"/1", b"/2"]


def test_a_new_connection_that_dies_is_a_failure() -> None:
    found = ask_once(Server([b""], hangs_up=True))
    assert found == HttpFailure("disconnected", "the server closed the connection without an answer")


def test_a_kept_connection_that_dies_within_an_answer_is_a_failure() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<Resp"
    server = Server([OK], closes_when_asked=True, later=half)
    first, second = ask_in_turn(server, 2)
    assert isinstance(first, HttpResponse)
    assert second == HttpFailure("cut-off", "5 bytes of its Content-Length of 11 came")


@pytest.mark.parametrize("stray", [b"<!-- debug -->", b"</Say></Response>", b"x"])
def test_bytes_behind_an_answer_that_come_with_the_next_request_are_no_answer_to_it(stray: bytes) -> None:
    server = Server([OK], later=stray)
    assert bodies(ask_in_turn(server)) == [b"<Response/>"] * 3
    assert server.connections == 3


LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n"


def test_a_408_on_a_kept_connection_is_its_end_and_no_answer() -> None:
    server = Server([OK], later=LATE + b"Connection: close\r\n\r\n")
    assert bodies(ask_in_turn(server)) == [b"<Response/>"] * 3
    assert server.connections == 3


def test_a_408_on_a_new_connection_is_an_answer() -> None:
    found = ask_once(Server([LATE + b"Connection: close\r\n\r\n"]))
    assert isinstance(found, HttpResponse)
    assert found.status == 408


@pytest.mark.parametrize(
    ("head", "body", "behind"),
    [
        (b"Content-Length: 11", b"<Response/>", b"<!-- debug -->"),
        (b"Content-Length: 11\r\nConnection: close", b"<Response/>", b"<!-- debug -->"),
        (b"Content-Length: 11", b"<Response/>", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"),
        (b"Content-Length: 11", b"<Response/>", b"HTTP/1.1 200"),
        (b"Content-Length: 0", b"", b"hello"),
    ],
)
def test_bytes_behind_the_content_length_are_counted_and_never_hit_the_next_call(
    head: bytes, body: bytes, behind: bytes
) -> None:
    server = Server([b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body + behind, OK])
    first, second = ask_in_turn(server, 2)
    assert isinstance(first, HttpResponse)
    assert (first.body, first.excess) == (body, len(behind))
    assert isinstance(second, HttpResponse)
    assert (second.body, second.excess) == (b"<Response/>", 0)
    assert server.connections == 2


def test_a_204_has_no_body_whatever_it_says() -> None:
    found = ask_once(Server([b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"]))
    assert isinstance(found, HttpResponse)
    assert (found.status, found.body) == (204, b"")


def test_what_comes_behind_the_last_chunk_is_dropped() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n<Response/>\r\n0\r\n\r\n<!-- x -->"
    server = Server([chunks, OK])
    assert bodies(ask_in_turn(server, 2)) == [b"<Response/>"] * 2
    assert server.connections == 2


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(size: int) -> None:
    answer = b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"<!-- debug -->"
    end = len(answer) - len(b"<!-- debug -->")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for at in range(0, end, size):
            writer.write(answer[at : min(at + size, end)])
            await writer.drain()
            await asyncio.sleep(0)
        await reader.read()

    found = asyncio.run(ask_handler(handle, print))
    assert found == HttpResponse(
        200, (("Content-Type", "text/xml"), ("Content-Length", "11")), b"<Response/>"
    )


def test_bytes_on_an_idle_connection_are_noted_and_it_is_not_used_again() -> None:
    gate, noted = asyncio.Event(), asyncio.Event()
    notes: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await writer.drain()
        await gate.wait()
        writer.write(b"<!-- debug -->")
        await reader.read()

    def note(text: str) -> None:
        notes.append(re.sub(r":\d+", ":PORT", text))
        noted.set()

    async def after() -> None:
        gate.set()
        await noted.wait()

    asyncio.run(ask_handler(handle, note, after))
    expected = (
        "127.0.0.1:PORT sent 14 bytes after the end of its answer; they were dropped. Is its Content-Length a "
        "length in characters, not bytes?"
    )
    assert notes == [expected]


def test_an_idle_connection_does_not_hold_up_a_server_that_serves_one_at_a_time() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        asked = [
            ask(client, HttpRequest("GET", f"{server.url}/{number}", total_timeout=5.0))
            for number in range(4)
        ]
        assert bodies(list(await asyncio.gather(*asked))) == [b"<Response/>"] * 4

    play(Server([OK], one_at_a_time=True), script)


def test_a_folded_field_is_one_field() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml;\r\n charset=utf-8\r\nContent-Length: 2\r\n\r\nhi"
    found = ask_once(Server([answer]))
    assert isinstance(found, HttpResponse)
    assert (found.header("Content-Type"), found.body) == ("text/xml; charset=utf-8", b"hi")


def test_a_packed_body_may_have_several_members() -> None:
    packed = gzip.compress(b"<Resp") + gzip.compress(b"onse/>")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    found = ask_once(Server([head + packed]))
    assert isinstance(found, HttpResponse)
    assert found.body == b"<Response/>"


def test_audio_may_be_larger_than_a_document() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 100\r\n\r\n"
    audio = ask_once(Server([head % b"audio/wav" + bytes(100)]), max_bytes=50, max_audio_bytes=100)
    assert isinstance(audio, HttpResponse)
    assert len(audio.body) == 100
    document = ask_once(Server([head % b"text/xml" + bytes(100)]), max_bytes=50, max_audio_bytes=100)
    assert document == HttpFailure("too-large", "the body has more than 50 bytes")
