"""What a scenario is given is tried when its file is read: files of replies, addresses, paths, variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.entries import SipMessage
from sipdomain.errors import FileError
from sipdomain.report.failure import failure
from sipdomain.runtime.own_address import is_own_address
from sipdomain.scenario.loader import load_scenario, load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

HEAD = """\
scenario: Possible
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: REPLY}
  phones: {pbx: {address: 127.0.0.10}}
steps:
"""


def played(path: Path) -> None:
    result = run_scenario(load_scenario(path), maker("sim"), substrate="sim")
    assert result.outcome == "passed", failure(result)


@pytest.mark.parametrize("name", ["hello.xml", "replies/hello.xml", "../hello.xml"])
def test_a_reply_comes_from_a_file_relative_to_the_scenario(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "scenarios"
    (folder / "replies").mkdir(parents=True)
    (folder / name).write_text("<Response><Say>Read from a file</Say></Response>")
    path = folder / "file.scenario.yaml"
    steps = "  - dial: sip:100@acme\n  - expect: {heard: {say: Read from a file}, verbs: [Say]}\n"
    path.write_text(HEAD.replace("REPLY", f"{{file: {name}, status: 200}}") + steps)
    played(path)


def test_the_likeliest_file_is_named_when_one_is_missing(tmp_path: Path) -> None:
    (tmp_path / "hello.xml").write_text("<Response/>")
    path = tmp_path / "file.scenario.yaml"
    path.write_text(HEAD.replace("REPLY", "[{say: Hi}, {file: helo.xml}]") + "  - dial: sip:100@acme\n")
    with pytest.raises(FileError) as caught:
        load_scenario(path)
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (5, 36)
    assert (caught.value.message, caught.value.hint) == (
        "there is no file `helo.xml`",
        "did you mean `hello.xml`?",
    )


def test_every_text_of_a_step_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "filled.scenario.yaml"
    steps = """\
  - rest: {get: SIP/Domains, save: {sid: domains.0.sid}}
  - request: {method: OPTIONS, to: "sip:100@acme", headers: [[X-Sid, "${sid}"]], body: "${sid}"}
  - dial: {to: "sip:100@acme", headers: [[X-Sid, "${sid}"]]}
  - expect: {webhook: /voice, parameters: {SipHeader_X-Sid: {matches: "${sid}"}}}
"""
    path.write_text(HEAD.replace("REPLY", "{say: Hi}") + steps)
    result = run_scenario(load_scenario(path), maker("sim"), substrate="sim")
    assert result.outcome == "passed", failure(result)
    messages = [entry.data for entry in result.entries if isinstance(entry, SipMessage)]
    sent = [each for each in messages if each.startswith(b"OPTIONS")]
    assert sent
    assert all(b"${sid}" not in each and each.count(b"SD") == 2 for each in sent)


def test_a_name_is_known_only_after_the_step_that_remembers_it() -> None:
    steps = """\
  - rest: {get: "SIP/Domains/${sid}"}
  - rest: {get: SIP/Domains, save: {sid: domains.0.sid}}
"""
    with pytest.raises(FileError, match=r"nothing is known as `\$\{sid\}` here"):
        load_scenario_text(HEAD.replace("REPLY", "{say: Hi}") + steps)


def test_a_path_may_be_one_of_the_applications_own_and_have_a_query() -> None:
    steps = "  - dial: sip:100@acme\n  - expect: {webhook: /greeting}\n"
    text = HEAD.replace("REPLY", "{redirect: /greeting}").replace("voice: /voice", "voice: '/voice?a=b'")
    assert load_scenario_text(text + steps).scenario.given.app


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("192.0.2.7", False), ("0.0.0.0", False),
        ("::", False), ("224.0.0.1", False), ("255.255.255.255", False), ("2001:db8::7", False),
        ("::ffff:127.0.0.1", False), ("fe80::1%nowhere", False), ("::1%lo", False),
    ],
)  # fmt: skip
def test_an_address_is_this_machines_or_not(address: str, own: bool) -> None:
    assert is_own_address(address) is own


@pytest.mark.parametrize("field", ["voice", "fallback"])
def test_where_a_url_leads_to_another_application_any_path_may_be_expected(field: str) -> None:
    urls = {"voice": "/voice", field: "http://127.0.0.1:9/elsewhere"}
    domain = f"{{calls: [office], voice: {urls['voice']}, fallback: {urls.get('fallback', '/voice')}}}"
    head = HEAD.replace("{calls: [office], voice: /voice}", domain).replace("REPLY", "{say: Hi}")
    steps = "  - dial: sip:100@acme\n  - expect: {webhook: /its-own}\n"
    scenario = load_scenario_text(head + steps).scenario
    assert scenario.given.domains["acme"].voice == urls["voice"]
