"""The webhook client against servers that say exactly these bytes."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from dataclasses import replace

import pytest

from sipdomain.runtime.http.client import LiveHttpClient
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse, HttpResult
from tests.unit.runtime.raw_server import OK, Server, ask, ask_once, play


@pytest.mark.parametrize(
    ("answer", "response"),
    [
        (OK, HttpResponse(200, (("Content-Type", "text/xml"), ("Content-Length", "11")), b"<Response/>")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", HttpResponse(204)),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<Res\r\n7\r\nponse/>\r\n0\r\n\r\n",
            HttpResponse(200, (("Transfer-Encoding", "chunked"),), b"<Response/>"),
        ),
        (
            b"HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
            HttpResponse(404, (("Content-Length", "2"),), b"no"),
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n",
            HttpResponse(302, (("Location", "/next"), ("Content-Length", "0"))),
        ),
    ],
    ids=["length", "no content", "chunked", "interim", "redirect is not followed"],
)  # fmt: skip
def test_an_answer_is_read_as_it_is_framed(answer: bytes, response: HttpResponse) -> None:
    assert ask_once(Server([answer])) == response


def test_a_body_without_a_length_lasts_until_the_connection_closes() -> None:
    server = Server([b"HTTP/1.0 200 OK\r\n\r\n<Response/>"], hangs_up=True)
    assert ask_once(server) == HttpResponse(200, (), b"<Response/>")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70_000, "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + b"x" * 20_000, "too-large"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n" + b"x" * 20_000, "too-large"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_taken_is_a_failure(answer: bytes, kind: str) -> None:
    found = ask_once(Server([answer]), max_bytes=10_000)
    assert isinstance(found, HttpFailure)
    assert found.kind == kind


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (b"", HttpFailure("disconnected", "the server closed the connection without an answer")),
        (b"HTTP/1.1 200 OK\r\nContent-", HttpFailure("cut-off", "the header section has no end")),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<Resp",
            HttpFailure("cut-off", "5 bytes of its Content-Length of 11 came"),
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<Resp\r\n",
            HttpFailure("cut-off", "5 bytes of the body came, and not its end"),
        ),
    ],
    ids=["nothing", "half a head", "half a body", "no last chunk"],
)
def test_a_connection_closed_too_early_is_a_failure_that_says_what_came(
    answer: bytes, failure: HttpFailure
) -> None:
    assert ask_once(Server([answer], hangs_up=True)) == failure


def test_silence_ends_with_the_total_timeout() -> None:
    assert ask_once(Server([None]), total_timeout=0.2) == HttpFailure("total-timeout", "no answer in 0.2 s")


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    "begin", [None, b"HTTP/1.1 200 OK\r\n", OK[:-3]], ids=["nothing", "half a head", "half a body"]
)
def test_silence_after_the_request_and_between_bytes_ends_with_the_read_timeout(begin: bytes | None) -> None:
    failure = ask_once(Server([begin]), read_timeout=0.1, connect_timeout=5.0)
    assert failure == HttpFailure("timeout", "no answer in 0.1 s")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:1/", "refused"),
        ("http://no-such-host.invalid/", "dns"),
        ("http://127.0.0.1:99999/", "protocol"),
    ],
)
def test_a_server_that_cannot_be_reached_is_a_failure(url: str, kind: str) -> None:
    found = ask_once(Server([OK]), url=url)
    assert isinstance(found, HttpFailure)
    assert found.kind == kind


def test_a_server_that_speaks_tls_to_a_plain_request_is_reported() -> None:
    assert ask_once(Server([b"\x15\x03\x03\x00\x02\x02\x46"])) == HttpFailure(
        "protocol", "the server speaks TLS; is the URL https: rather than http:?"
    )


def test_a_plain_server_asked_for_tls_is_a_failure() -> None:
    def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def script(client: LiveHttpClient, _: Server) -> None:
        listening = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        found = await ask(client, HttpRequest("GET", f"https://127.0.0.1:{port}/"))
        listening.close()
        assert found == HttpFailure(
            "tls", "the server speaks no TLS there; is the URL http: or ws: rather than https: or wss:?"
        )

    play(Server([OK]), script)


@pytest.mark.rule("webhook-form")
def test_a_request_is_written_with_its_headers_in_order() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        headers = (("User-Agent", "TwilioProxy/1.1"), ("X-Twilio-Signature", "abc="))
        await ask(client, HttpRequest("POST", f"{server.url}/voice?a=b c#f", headers, b"x=1"))
        await ask(client, HttpRequest("GET", server.url))

    server = Server([OK])
    play(server, script)
    host = server.url.removeprefix("http://").encode()
    assert server.requests == [
        b"POST /voice?a=b%20c HTTP/1.1\r\nHost: " + host + b"\r\nUser-Agent: TwilioProxy/1.1\r\n"
        b"X-Twilio-Signature: abc=\r\nContent-Length: 3\r\n\r\nx=1",
        b"GET / HTTP/1.1\r\nHost: " + host + b"\r\n\r\n",
    ]


def test_a_line_break_in_a_header_field_is_not_sent() -> None:
    server = Server([OK])
    found = ask_once(server, headers=(("Cookie", "a=1\r\nX-Forged: 1"),))
    assert found == HttpFailure("protocol", "line break inside a header field")
    assert server.requests == []


def test_user_and_password_of_a_url_are_not_sent_unasked() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        await ask(client, HttpRequest("GET", server.url.replace("//", "//bob:secret@") + "/voice"))

    server = Server([OK])
    play(server, script)
    assert b"bob" not in server.requests[0]


def test_a_mapped_host_is_asked_elsewhere_under_its_own_name() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        client.map_host("Twimlets.com", server.url)
        found = await ask(client, HttpRequest("GET", "http://twimlets.com/message?Message=hi"))
        assert isinstance(found, HttpResponse)

    server = Server([OK])
    play(server, script)
    assert server.requests == [b"GET /message?Message=hi HTTP/1.1\r\nHost: twimlets.com\r\n\r\n"]


def test_a_mapped_https_url_is_asked_as_behind_the_end_of_tls() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        client.map_host("hooks.example.com", server.url)
        await ask(client, HttpRequest("GET", "https://hooks.example.com:8443/voice"))

    server = Server([OK])
    play(server, script)
    assert server.requests == [
        (
            b"GET /voice HTTP/1.1\r\nHost: hooks.example.com:8443\r\nX-Forwarded-Proto: https\r\n"
            b"X-Forwarded-Host: hooks.example.com:8443\r\n\r\n"
        )
    ]


@pytest.mark.parametrize(
    ("answer", "connections"),
    [
        (OK, 1),
        (OK.replace(b"Content-Type: text/xml", b"Connection: close"), 3),
        (OK + b"HTTP/1.1 200 OK\r\n\r\n", 3),
    ],
    ids=["kept alive", "closed by the server", "more than was asked for"],
)
def test_a_connection_is_used_again_where_that_is_safe(answer: bytes, connections: int) -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        for _ in range(3):
            found = await ask(client, HttpRequest("GET", server.url))
            assert isinstance(found, HttpResponse)
            assert found.body == b"<Response/>"

    server = Server([answer])
    play(server, script)
    assert server.connections == connections


def test_requests_past_the_most_connections_wait_for_their_turn() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        asked = [ask(client, HttpRequest("GET", f"{server.url}/{number}")) for number in range(20)]
        found = await asyncio.gather(*asked)
        assert [each.status for each in found if isinstance(each, HttpResponse)] == [200] * 20

    server = Server([OK])
    play(server, script, most_connections=3)
    assert server.most_open == 3
    assert len(server.requests) == 20


def test_a_refused_connection_makes_room_for_the_next_request() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        dead = HttpRequest("GET", "http://127.0.0.1:9/", total_timeout=4.0)
        found = await asyncio.gather(*(ask(client, dead) for _ in range(3)))
        assert [each.kind for each in found if isinstance(each, HttpFailure)] == ["refused"] * 3

    play(Server([OK]), script, most_connections=1)


BARE = zlib.compressobj(wbits=-15)
DEFLATED = BARE.compress(b"<Response/>") + BARE.flush()


@pytest.mark.parametrize(
    ("encoding", "body", "kind"),
    [
        ("gzip", gzip.compress(b"<Response/>", mtime=0), None),
        ("X-GZIP", gzip.compress(b"<Response/>", mtime=0), None),
        ("identity, gzip", gzip.compress(b"<Response/>", mtime=0), None),
        ("deflate, gzip", gzip.compress(zlib.compress(b"<Response/>"), mtime=0), None),
        ("gzip", gzip.compress(b"<Resp", mtime=0) + gzip.compress(b"onse/>", mtime=0), None),
        ("deflate", zlib.compress(b"<Response/>"), None),
        ("deflate", DEFLATED, None),
        ("identity", b"<Response/>", None),
        ("gzip", b"<Response/>", "coding"),
        ("gzip", zlib.compress(b"<Response/>"), "coding"),
        ("gzip", gzip.compress(b"<Response/>", mtime=0)[:-1], "coding"),
        ("gzip", gzip.compress(b"<Response/>", mtime=0)[:-9], "coding"),
        ("gzip", gzip.compress(b"<Response/>", mtime=0) + gzip.compress(b" ", mtime=0)[:-3], "coding"),
        ("gzip", gzip.compress(b"<Response/>", mtime=0) + b"rest", "coding"),
        ("gzip", gzip.compress(b"<Response/>", mtime=0) + gzip.compress(b"", mtime=0) * 100, "coding"),
        ("deflate", zlib.compress(b"<Response/>")[:-4], "coding"),
        ("deflate", DEFLATED[:-1], "coding"),
        ("deflate", b"<Response/>", "coding"),
        ("br", b"<Response/>", "coding"),
        ("gzip, zstd", gzip.compress(b"<Response/>", mtime=0), "coding"),
        (", ".join(["gzip"] * 5), b"<Response/>", "coding"),
        ("gzip", gzip.compress(b" " * 100_000, mtime=0), "too-large"),
        ("deflate", zlib.compress(b" " * 100_000), "too-large"),
        ("gzip, gzip", gzip.compress(gzip.compress(b" " * 1_000_000, mtime=0), mtime=0), "too-large"),
        ("gzip", gzip.compress(b" " * 50_000, mtime=0) + gzip.compress(b" " * 50_000, mtime=0), "too-large"),
    ],
)
def test_a_packed_body_is_unpacked_whole_within_its_limit_or_not_at_all(
    encoding: str, body: bytes, kind: str | None
) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    found = ask_once(Server([head.encode() + body]))
    if kind is None:
        assert isinstance(found, HttpResponse)
        assert found.body == b"<Response/>"
    else:
        assert isinstance(found, HttpFailure)
        assert found.kind == kind


def test_an_empty_body_is_in_any_coding() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n"
    found = ask_once(Server([answer]))
    assert isinstance(found, HttpResponse)
    assert found.body == b""


def test_a_waiting_request_still_ends_in_its_own_time() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        request = HttpRequest("GET", server.url, total_timeout=0.3)
        slow, waiting, later = await asyncio.gather(
            ask(client, request),
            ask(client, replace(request, total_timeout=0.1)),
            ask(client, replace(request, total_timeout=5.0)),
        )
        assert slow == HttpFailure("total-timeout", "no answer in 0.3 s")
        assert waiting == HttpFailure("total-timeout", "no answer in 0.1 s")
        assert isinstance(later, HttpResponse)

    play(Server([None, OK]), script, most_connections=1)


def test_an_idle_connection_gives_way_to_another_server() -> None:
    async def script(client: LiveHttpClient, server: Server) -> None:
        for host in ("127.0.0.1", "127.0.0.2", "127.0.0.1"):
            found = await ask(client, HttpRequest("GET", server.url.replace("127.0.0.1", host)))
            assert isinstance(found, HttpResponse | HttpFailure)
        assert server.connections == 2

    play(Server([OK]), script, most_connections=1)


def test_a_closed_client_notifies_nobody_any_more() -> None:
    told: list[HttpResult] = []

    async def script(client: LiveHttpClient, server: Server) -> None:
        client.fetch(HttpRequest("GET", server.url), told.append)
        await client.close()
        await asyncio.sleep(0)

    play(Server([OK]), script)
    assert told == []
