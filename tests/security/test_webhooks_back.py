"""No webhook works the emulator's own switches, by whatever name, address, spelling or redirect it leads there."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qs, urlencode

import pytest

from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.http.client import LiveHttpClient
from sipdomain.sip.outputs import Address
from sipdomain.twilio.webhooks.http import HttpFailure, HttpRequest, HttpResponse, HttpResult
from tests.integration.served import Served, call, served, until
from tests.security.asked import DOMAINS, Answer, application, ask, basic, place

HOSTS = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "LOCALHOST", "0.0.0.0", "0", "[::ffff:127.0.0.1]",
    "user:password@127.0.0.1", "mapped.example",
)  # fmt: skip
PATHS = (
    "/_sipdomain/reset", "//_sipdomain/reset", "/%5Fsipdomain/reset", "/v1/../_sipdomain/reset", "/_sipdomain/snapshot?a=b",
)  # fmt: skip


def results(bind: str, urls: list[str], asked: list[bytes]) -> list[HttpResult]:
    """Ask each URL, with PORT for that of a listener of our own; return the ends, and what the listener was asked."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            asked.append(head)
            while await reader.readline() != b"\r\n":
                continue
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    async def run() -> list[HttpResult]:
        listening = await asyncio.start_server(serve, bind, 0)
        port = listening.sockets[0].getsockname()[1]
        client = LiveHttpClient({"mapped.example": f"http://127.1:{port}"})
        client.spare(Address(bind, port))
        ended = []
        for url in urls:
            future: asyncio.Future[HttpResult] = asyncio.get_running_loop().create_future()
            client.fetch(HttpRequest("GET", url.replace("PORT", str(port))), future.set_result)
            ended.append(await future)
        await client.close()
        listening.close()
        return ended

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(run())


FORBIDDEN = HttpFailure("forbidden", "there is the emulator itself")


@pytest.mark.parametrize("bind", ["127.0.0.1", "0.0.0.0"])
def test_every_name_of_this_machine_is_known(bind: str) -> None:
    asked: list[bytes] = []
    urls = [f"http://{host}:PORT{path}" for host in HOSTS for path in PATHS]
    assert results(bind, urls, asked) == [FORBIDDEN] * len(urls)
    assert asked == []


def test_a_connection_that_was_used_before_is_no_way_round() -> None:
    asked: list[bytes] = []
    urls = [
        "http://127.0.0.1:PORT/message",
        "http://127.0.0.1:PORT/_sipdomain/reset",
        "http://127.0.0.1:PORT/message",
    ]
    first, second, third = results("127.0.0.1", urls, asked)
    assert (first, second, third) == (HttpResponse(204), FORBIDDEN, HttpResponse(204))
    assert asked == [b"GET /message HTTP/1.1\r\n"] * 2


def test_over_ipv6_too() -> None:
    asked: list[bytes] = []
    assert results("::1", ["http://[::1]:PORT/_sipdomain/reset"], asked) == [FORBIDDEN]
    assert results("::", ["http://[::1]:PORT/_sipdomain/reset"], asked) == [FORBIDDEN]
    assert asked == []


def domains(emulator: Served) -> dict[str, str]:
    """Return where each domain is, by its name."""
    _, _, body = ask(place(emulator), DOMAINS, Host="localhost", Authorization=basic())
    return {each["domain_name"]: each["uri"] for each in json.loads(body)["domains"]}


def change(emulator: Served, **settings: str) -> None:
    """Change the settings of the domain that is called."""
    uri, form = domains(emulator)["demo.sip.twilio.com"], urlencode(settings).encode()
    assert ask(place(emulator), uri, "POST", form, Host="localhost", Authorization=basic())[0] == 200


def alerts(emulator: Served) -> set[tuple[str, str]]:
    """Return the alerts' codes and texts."""
    _, _, body = ask(place(emulator), "/v1/Alerts", Host="localhost", Authorization=basic())
    found = (
        (each["error_code"], parse_qs(each["alert_text"])["Msg"][0]) for each in json.loads(body)["alerts"]
    )
    return set(found)


WHY = (
    "this leads to the emulator's own /_sipdomain/, which no webhook may use: give a URL of your application"
)


def test_a_call_whose_urls_lead_to_the_reset_resets_nothing_and_says_so() -> None:
    def answer(path: str, _: dict[str, str]) -> Answer:
        if path == "/http":
            return 307, {"Location": own("/_sipdomain/reset?by=http")}, b""
        document = f"<Response><Redirect>{own('/_sipdomain/reset?by=twiml')}</Redirect></Response>"
        return 200, {"Content-Type": "text/xml"}, document.encode()

    def own(path: str) -> str:
        return f"http://localhost:{place(emulator)[1]}{path}"

    with (
        application(answer) as app,
        served(
            "--voice-url", f"{app}/twiml", "--allow", "127.0.0.1", "--no-speech", "--no-ladders"
        ) as emulator,
    ):
        kept = b"DomainName=kept.sip.twilio.com"
        assert ask(place(emulator), DOMAINS, "POST", kept, Host="localhost", Authorization=basic())[0] == 201
        for voice in (f"{app}/http", f"{app}/twiml", own("/_sipdomain/reset?by=url")):
            change(emulator, VoiceUrl=voice, VoiceStatusCallbackUrl=own("/%5fsipdomain/reset"))
            assert call(emulator, voice).startswith(b"SIP/2.0 200 ")
        told = {("11200", f"{own(f'/_sipdomain/reset?by={way}')}: {WHY}") for way in ("http", "twiml", "url")}
        told.add(("15003", f"status callback {own('/%5fsipdomain/reset')}: {WHY}"))
        until(lambda: len(alerts(emulator)) == len(told))
        assert alerts(emulator) == told
        assert "kept.sip.twilio.com" in domains(emulator)


def test_a_forwarder_in_between_is_no_way_round_either() -> None:
    with served("--no-speech") as emulator:
        signed = {"Host": "localhost", "X-Twilio-Signature": "abc="}
        status, _, body = ask(place(emulator), "/_sipdomain/reset", "POST", b"", **signed)
        assert (status, json.loads(body)["message"]) == (
            403, "/_sipdomain/ is not for webhooks: give the URL of your application",
        )  # fmt: skip
