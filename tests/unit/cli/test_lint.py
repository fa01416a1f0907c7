"""`sipdomain lint` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from sipdomain.cli import application
from sipdomain.errors import FileError, SetupError

TIMEOUT_TOO_SHORT = '<Response>\n  <Gather timeout="0"/>\n</Response>\n'


def run(*arguments: str, given: str = "") -> Result:
    """Run the command with something on its standard input; what it raises comes through, but its exit."""
    result = CliRunner().invoke(application(["lint"]), ["lint", *arguments], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/voice")
            self.end_headers()
            return
        self.send_response(200 if self.path == "/voice" else 404)
        self.send_header("Content-Type", "text/xml; charset=iso-8859-1")
        self.end_headers()
        self.wfile.write("<Response><Say>é</Say><say/></Response>".encode("latin-1"))

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def site() -> Iterator[str]:
    """The base of a web server."""
    server = HTTPServer(("127.0.0.1", 0), _Pages)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_a_document_without_fault_prints_nothing() -> None:
    result = run("-", "--strict", given="<Response><Say>Hello</Say></Response>")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_warning_is_printed_as_a_compiler_prints_one(tmp_path: Path) -> None:
    path = tmp_path / "menu.xml"
    path.write_text(TIMEOUT_TOO_SHORT)
    result = run(str(path))
    assert result.stdout == (
        f"{path}:2:11: warning 13313: <Gather> timeout='0' is left out: it must be a whole number from 1 to 86400\n"
        '  2 |   <Gather timeout="0"/>\n'
        "    |           ^^^^^^^^^^^\n"
        "  hint: <Gather> timeout is not valid: https://www.twilio.com/docs/errors/13313\n"
    )
    assert result.exit_code == 0


def test_a_warning_counts_when_it_is_strict() -> None:
    assert run("-", "--strict", given=TIMEOUT_TOO_SHORT).exit_code == 1


def test_an_error_in_any_of_several_documents_is_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_text("<Response/>")
    (tmp_path / "bad.xml").write_text("<Response>\n<Redirect>/a?b=1&c=2</Redirect></Response>")
    result = run(str(tmp_path / "good.xml"), str(tmp_path / "bad.xml"))
    assert result.exit_code == 1
    assert f"{tmp_path / 'bad.xml'}:2:19: error 12100: EntityRef" in result.stdout
    assert "an ampersand is written &amp;" in result.stdout


def test_what_is_not_emulated_is_a_note_also_when_it_is_strict() -> None:
    result = run("-", "--strict", given="<Response><Pay/></Response>")
    assert (result.exit_code, result.stdout.startswith("standard input:1:11: note: <Pay> is not")) == (
        0,
        True,
    )


def test_json_is_one_line_a_finding() -> None:
    rows = [
        json.loads(line) for line in run("-", "--format", "json", given=TIMEOUT_TOO_SHORT).stdout.splitlines()
    ]
    assert [
        (each["level"], each["code"], each["where"]["line"], each["where"]["length"]) for each in rows
    ] == [("warning", 13313, 2, 11)]


def test_a_file_that_cannot_be_read_is_bad_usage() -> None:
    with pytest.raises(SetupError, match=r"cannot read /nowhere\.xml: No such file"):
        run("-", "/nowhere.xml")


def test_a_url_is_asked_and_its_charset_counts(site: str) -> None:
    result = run(f"{site}/voice")
    assert result.stdout.startswith(f"{site}/voice:1:23: warning 12200: <say> is not a verb")
    assert "<Say>é</Say>" in result.stdout


def test_a_redirect_is_reported_and_not_followed(site: str) -> None:
    with pytest.raises(SetupError, match=f"{site}/moved redirects to {site}/voice: name that if you mean it"):
        run(f"{site}/moved")


def test_a_url_that_answers_with_an_error_is_bad_usage(site: str) -> None:
    with pytest.raises(SetupError, match=f"{site}/none answers 404 Not Found"):
        run(f"{site}/none")


SCENARIO = """\
scenario: Somebody calls
given: {domains: {acme: {}}, phones: {alice: {}}}
steps:
  - dial: sip:100@acme
  - expect: {answered: true}
"""


def test_a_scenario_without_fault_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.scenario.yaml").write_text(SCENARIO)
    result = run(str(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "")


def test_what_is_wrong_with_scenarios_is_said_as_run_does_beside_twiml(tmp_path: Path) -> None:
    wrong = tmp_path / "deep" / "wrong.scenario.yaml"
    wrong.parent.mkdir()
    wrong.write_text(SCENARIO.replace("dial:", "diall:"))
    (tmp_path / "good.scenario.yaml").write_text(SCENARIO)
    (tmp_path / "short.xml").write_text(TIMEOUT_TOO_SHORT)
    result = run(str(tmp_path), str(tmp_path / "short.xml"))
    assert result.exit_code == 1
    assert result.stdout.startswith(
        f"error: unknown step `diall`\n --> {wrong}:4:5\n4 |   - diall: sip:100@acme\n"
        "  |     ^^^^^ did you mean `dial`?\n\n"
        f"{tmp_path}/short.xml:2:11: warning 13313"
    )
    only = run(str(wrong), "--format", "json")
    found = json.loads(only.stdout)
    assert (only.exit_code, found["level"], found["reason"], found["hint"]) == (
        1, "error", "unknown step `diall`", "did you mean `dial`?",
    )  # fmt: skip
    assert (found["where"]["file"], found["where"]["line"], found["where"]["column"]) == (str(wrong), 4, 5)


def test_a_password_of_a_wrong_scenario_is_masked(tmp_path: Path) -> None:
    file = tmp_path / "wrong.scenario.yaml"
    file.write_text(SCENARIO.replace("sip:100@acme", "{to: sip:100@acme, password: Secret-Horse-42, x: 1}"))
    assert "Secret-Horse-42" not in run(str(file)).stdout


@pytest.mark.parametrize("name", ["absent.scenario.yaml", "."])
def test_a_place_without_a_scenario_is_bad_usage(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileError, match="no scenario found at"):
        run(str(tmp_path / name))


def test_a_scenario_of_which_no_step_says_what_must_be_seen_is_named(tmp_path: Path) -> None:
    path = tmp_path / "quiet.scenario.yaml"
    path.write_text(SCENARIO.replace("  - expect: {answered: true}\n", ""))
    result = run(str(path))
    assert result.exit_code == 1
    assert result.stdout == (
        "error: none of its steps is a step that says what must be seen: this would pass whatever happens\n"
        f" --> {path}:3:1\n3 | steps:\n  | ^^^^^ write such as `- expect: {{status: completed}}`\n\n"
    )
