"""A scenario has a person place the call; SIPp is the person, and dials when it reads what it is to do."""

from __future__ import annotations

import io
from contextlib import ExitStack, redirect_stderr
from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.runtime.process import Process
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.peers.sipp import Order, start
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker
from sipdomain.sip.outputs import Address
from tests.integration.served import free_ports

FIXTURES = Path(__file__).parents[2] / "fixtures" / "sipp"
TEXT = """scenario: Somebody calls
given:
  listen: 127.0.0.1:PORT
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {pause: 1, hangup: ""}}
steps:
"""


class Person(io.StringIO):
    """Reads standard error, and calls when it is asked to."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__()
        self._order = Order(
            FIXTURES / "hangup_by_cloud_without_digest.xml", Address("127.0.0.1", port), "127.0.0.1", "100",
            "acme.sip.twilio.com", "alice", "", calls=1, rate=1.0, transport="udp", within=30,
        )  # fmt: skip
        self._folder = folder
        self.calls: list[Process] = []

    def write(self, text: str) -> int:
        if text.startswith("▶ Dial 100"):
            self.calls.append(start(self._order, self._folder))
        return super().write(text)

    def hang_up(self) -> None:
        for each in self.calls:
            each.close()


def played(steps: str, folder: Path) -> tuple[Result, str]:
    [port] = free_ports(1)
    source = load_scenario_text(TEXT.replace("PORT", str(port)) + steps, "person.scenario.yaml")
    person = Person(port, folder)
    with ExitStack() as stack:
        stack.callback(person.hang_up)
        stack.enter_context(redirect_stderr(person))
        result = run_scenario(source, maker("live", speech=False), substrate="live")
    return result, person.getvalue().replace(str(port), "PORT")


def test_the_call_that_comes_is_expected_of_like_any_other(tmp_path: Path) -> None:
    result, asked = played(
        "  - external: {name: theirs, say: Dial 100 from your PBX now, within: 30}\n"
        "  - expect: {message: {method: INVITE, from: phone, request_uri: {matches: 'sip:100@acme.*'}}, within: 20}\n"
        "  - expect: {call: theirs, answered: true, webhook: /voice, signed: true, within: 20}\n"
        "  - expect: {call: theirs, status: completed, ended_by: cloud, message: {method: BYE, count: 1}, within: 20}\n",
        tmp_path,
    )
    assert result.mismatches == ()
    assert asked == "▶ Dial 100 from your PBX now (SIP at 127.0.0.1:PORT; waiting 30 s)\n"


def test_a_call_that_is_otherwise_fails(tmp_path: Path) -> None:
    result, _ = played(
        "  - external: {say: Dial 100 now, within: 30}\n"
        "  - expect: {message: {method: BYE, from: phone, count: 1}, within: 20}\n",
        tmp_path,
    )
    assert [(each.path, each.got) for each in result.mismatches] == [("steps[1].expect.message.count", "0")]


def test_what_such_a_phone_heard_is_not_known(tmp_path: Path) -> None:
    result, _ = played(
        "  - external: {say: Dial 100 now, within: 30}\n  - expect: {heard: {say: Welcome}, within: 20}\n",
        tmp_path,
    )
    assert [each.got.partition(":")[0] for each in result.mismatches] == [
        "what this phone heard is not known"
    ]


def test_a_call_that_does_not_come_fails_the_step(tmp_path: Path) -> None:
    result, _ = played("  - external: {say: Do not dial, within: 0.2}\n", tmp_path)
    assert [(each.expected, each.got) for each in result.mismatches] == [("a call within 0.2 s", "none came")]


def test_it_takes_a_live_run() -> None:
    source = load_scenario_text(
        f"{TEXT.replace('PORT', '5070')}  - external: {{say: Dial}}\n", "person.scenario.yaml"
    )
    result = run_scenario(source, maker("sim"), substrate="sim")
    assert (result.outcome, result.reason) == ("not run", "needs live sockets")


@pytest.mark.parametrize(
    "address", ["5060", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "here:5060", "192.0.2.1:5060"]
)
def test_where_it_listens_is_an_address_of_this_machine(address: str) -> None:
    text = TEXT.replace("127.0.0.1:PORT", f'"{address}"')
    with pytest.raises(FileError, match=r"is not an (IP address and a port|address of this machine)"):
        load_scenario_text(f"{text}  - external: {{say: Dial}}\n", "person.scenario.yaml")
