"""A scenario whose application runs by itself, at a URL of the user's."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from sipdomain.errors import FileError
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker

TEXT = """scenario: An application of one's own
given:
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice?line=1, status: /status, status_method: GET}}
  app: URL
  phones: {alice: {}}
steps:
  - dial: sip:100@acme
"""


@pytest.fixture
def hosts() -> set[tuple[str, str]]:
    """Return what the application is asked as: host and forwarded scheme."""
    return set()


@pytest.fixture
def url(hosts: set[tuple[str, str]]) -> Iterator[str]:
    app = Flask(__name__)

    @app.before_request
    def note_the_host() -> None:
        hosts.add((request.host, request.headers.get("X-Forwarded-Proto", "")))

    @app.route("/voice", methods=["POST"])
    def voice() -> tuple[str, dict[str, str]]:
        busy = request.form["To"].startswith("sip:100@") and request.args["line"] == "1"
        return f"<Response><Reject reason='{'busy' if busy else 'rejected'}'/></Response>", {
            "Content-Type": "text/xml"
        }

    @app.route("/status")
    def status() -> tuple[str, int]:
        return "", 204

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def played(url: str, steps: str) -> Result:
    source = load_scenario_text(TEXT.replace("URL", url) + steps, "own.scenario.yaml")
    return run_scenario(source, maker("live", speech=False), substrate="live")


def test_it_is_asked_and_what_it_was_asked_is_seen(url: str) -> None:
    result = played(
        f"{url}/",
        "  - expect: {responses: [100, 180, 486], within: 20}\n"
        "  - expect: {webhook: /voice, signed: true, method: POST, parameters: {line: '1', From: {matches: '.*alice.*'}}}\n"
        "  - expect: {callback: completed, count: none, within: 20}\n"
        "  - expect: {callback: busy, signed: true, method: GET, within: 20}\n",
    )
    assert result.mismatches == ()


def test_with_a_public_name_it_is_asked_and_signed_by_that_name(
    url: str, hosts: set[tuple[str, str]]
) -> None:
    result = played(
        f"bot.example={url}",
        "  - expect: {responses: [100, 180, 486], within: 20}\n  - expect: {webhook: /voice, signed: true}\n",
    )
    assert result.mismatches == ()
    assert hosts == {("bot.example", "https")}


def test_what_it_was_not_asked_fails(url: str) -> None:
    result = played(url, "  - expect: {webhook: /other, within: 20}\n")
    assert [(each.expected, each.got) for each in result.mismatches] == [("/other", "no such request")]


def test_it_takes_a_live_run() -> None:
    source = load_scenario_text(TEXT.replace("URL", "http://127.0.0.1:5000"), "own.scenario.yaml")
    result = run_scenario(source, maker("sim"), substrate="sim")
    assert (result.outcome, result.reason) == ("not run", "needs live sockets")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:5000",
        "http://web:5000",
        "http://10.1.2.3",
        "https://[::1]:5000/",
        "http://app.test:80",
    ],
)
def test_a_private_host_is_taken(url: str) -> None:
    scenario = load_scenario_text(TEXT.replace("URL", f'"{url}"'), "own.scenario.yaml").scenario
    assert scenario.given.app_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["http://example.com:5000", "http://8.8.8.8", "http://127.0.0.1:5000/voice", "ftp://127.0.0.1", "http://:5000",
     "http://127.0.0.1:99999", "http://me:secret@127.0.0.1", "bot.example=http://example.com", "bot=http://127.0.0.1:5000",
     "https://bot.example=http://127.0.0.1:5000", "bot.example=http://127.0.0.1:5000/voice"],
)  # fmt: skip
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(
        FileError, match=r"is not (a private host|the base of an application|a host's public name)"
    ):
        load_scenario_text(TEXT.replace("URL", f'"{url}"'), "own.scenario.yaml")
