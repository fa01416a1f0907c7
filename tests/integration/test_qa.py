"""`sipdomain qa` with programs that call: the command, its files, its exit codes."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from sipdomain.cli import application
from sipdomain.errors import SetupError
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.drivers.baresip import BaresipDriver
from sipdomain.qa.drivers.driver import Order
from sipdomain.qa.examination import examine
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.situations import SITUATIONS
from sipdomain.runtime.process import Process
from tests.integration.cage import needs_root

NAMES_IN_BRACES = (
    "--command has {nonsense}; there are {target}, {host}, {port}, {domain}, {extension}, {user}, {password}, "
    "{transport}, {dns}, {authority}"
)


def qa(*arguments: str) -> Result:
    """Run the command; what it raises comes through, but its exit."""
    result = CliRunner().invoke(application(["qa"]), ["qa", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def rows(path: Path) -> dict[str, dict[str, str]]:
    return {each["name"]: each for each in json.loads(path.read_text())["rows"]}


def test_sipp_is_seen_to_stop_at_a_stale_nonce(tmp_path: Path) -> None:
    files = {name: tmp_path / f"card.{name}" for name in ("json", "html", "junit", "badge")}
    options = [text for name, path in files.items() for text in (f"--{name}", str(path))]

    result = qa(
        "--driver",
        "sipp",
        "--only",
        "stale-nonce",
        "--only",
        "keys",
        "--password",
        "Secret-Horse-42",
        *options,
    )

    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert "SIPp calling demo.sip.twilio.com: grade F" in lines
    assert any("nothing came after the challenge with stale=true" in line for line in lines)
    assert any("it got    SIP/2.0 407 Proxy Authentication required" in line for line in lines)
    card = rows(files["json"])
    assert card["stale-nonce"]["outcome"] == "failed"
    assert card["keys"]["said"] == "the driver sipp cannot press keys"
    assert card["route-set"]["outcome"] == "not run"
    suite = ET.fromstring(files["junit"].read_text())[0]
    assert (suite.get("failures"), suite.get("name")) == ("1", "sipdomain qa")
    assert json.loads(files["badge"].read_text())["message"] == "F"
    page = files["html"].read_text()
    assert "SIP/2.0 407 Proxy Authentication required" in page
    assert "Secret-Horse-42" not in page + files["json"].read_text() + result.output


def test_baresip_passes_a_call_and_presses_keys(tmp_path: Path) -> None:
    card = tmp_path / "card.json"

    result = qa(
        "--driver",
        "baresip",
        "--only",
        "keys",
        "--only",
        "sends-bye",
        "--only",
        "digest",
        "--json",
        str(card),
    )

    assert result.exit_code == 0
    found = rows(card)
    assert [found[name]["outcome"] for name in ("keys", "sends-bye", "digest")] == ["passed"] * 3
    assert json.loads(card.read_text())["user_agent"].startswith("baresip")
    assert json.loads(card.read_text())["grade"] == "?"


def test_pjsip_passes_a_call(tmp_path: Path) -> None:
    card = tmp_path / "card.json"

    qa("--driver", "pjsip", "--only", "route-set", "--json", str(card))

    assert rows(card)["route-set"]["outcome"] == "passed"


def test_a_command_that_does_not_call_says_why_and_nothing_can_be_told(tmp_path: Path) -> None:
    script = tmp_path / "caller.py"
    script.write_text("import sys; print('no way to', *sys.argv[1:]); sys.exit(4)")

    result = qa("--command", f"{sys.executable} {script} {{user}}@{{domain}}", "--only", "request-uri")

    assert result.exit_code == 3
    assert "command ended with exit code 4: no way to pbx@demo.sip.twilio.com" in result.output


def test_a_report_that_goes_to_standard_output_is_alone_there() -> None:
    result = qa("--command", f"{sys.executable} -c pass", "--only", "request-uri", "--junit", "-")

    assert ET.fromstring(result.stdout)[0].get("name") == "sipdomain qa"
    assert "[1/1] call: the cloud" in result.stderr


def test_a_person_who_does_not_call_leaves_everything_untold() -> None:
    result = qa("--driver", "by-hand", "--sip", "127.0.0.1:0", "--patience", "1", "--only", "request-uri")

    assert result.exit_code == 3
    assert (
        "> dial 100 (100@demo.sip.twilio.com) from the PBX, and leave the call alone: it ends by itself"
        in result.output
    )
    assert "could not tell: no call of the PBX came" in result.output


def test_the_phone_that_is_built_in_registers_and_goes_on_from_a_card(tmp_path: Path) -> None:
    card = tmp_path / "card.json"

    first = qa("--driver", "phone", "--only", "registers", "--json", str(card))
    second = qa("--driver", "phone", "--only", "registers", "--resume", str(card), "--json", str(card))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "[1/1] register" in first.output
    assert "[1/1]" not in second.output
    assert rows(card)["registers"]["outcome"] == "passed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "nonsense"], "--only 'nonsense' is not a check; `sipdomain qa --list` has them"),
        (["--driver", "nonsense"], "--driver 'nonsense' is not one; there are by-hand, sipp, baresip, pjsip, phone"),
        (["--driver", "sipp", "--command", "true"], "--command and --driver exclude each other"),
        (["--command", "call {nonsense}"], NAMES_IN_BRACES),
        (["--command", "call 'open"], "--command cannot be read: No closing quotation"),
        (["--sip", "0.0.0.0:5060"], "--sip needs the address that the PBX reaches, and not all of them"),
        (["--resume", "/nonexistent"], "--resume: /nonexistent cannot be read: No such file or directory"),
    ],
)  # fmt: skip
def test_wrong_options_are_refused(arguments: list[str], said: str) -> None:
    with pytest.raises(SetupError) as refused:
        qa(*arguments)

    assert str(refused.value) == said


def test_a_file_that_is_no_card_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"schema": 1, "grade": "A"}')

    with pytest.raises(SetupError) as refused:
        qa("--compare", str(wrong), str(wrong))

    assert "is not a scorecard that `sipdomain qa --json` wrote" in str(refused.value)


def test_the_list_names_every_situation_and_how_long_it_takes() -> None:
    result = qa("--list")

    assert result.exit_code == 0
    assert (
        "long-call (about 965 s; only with --long): the cloud answers without a session timer"
        in result.output
    )
    assert "between-calls (about 130 s; only with --long)" in result.output


BY_ADDRESS = """\
import socket, sys, time
head = (
    "INVITE sip:100@demo.sip.twilio.com SIP/2.0", "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1;rport", "Max-Forwards: 70",
    "From: <sip:a@127.0.0.1>;tag=1", "To: <sip:100@demo.sip.twilio.com>", "Call-ID: by-address", "CSeq: 1 INVITE",
    "Contact: <sip:a@127.0.0.1:9>", "Content-Length: 0", "", "",
)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    udp.sendto("\\r\\n".join(head).encode(), (sys.argv[1], int(sys.argv[2])))
    refused = udp.recv(65_535).decode()
    ack = "\\r\\n".join(head).replace("INVITE", "ACK")
    (to,) = (line for line in refused.splitlines() if line.startswith("To:"))
    udp.sendto(ack.replace(head[4], to).encode(), (sys.argv[1], int(sys.argv[2])))
    time.sleep(60)
"""
NAMED = ("same-edge", "srv-records", "dns-ttl", "next-edge-refused", "next-edge-unavailable", "retry-after")


def _named(tmp_path: Path, *arguments: str) -> dict[str, tuple[str, str]]:
    card = tmp_path / "card.json"
    qa(*arguments, *(word for name in NAMED for word in ("--only", name)), "--json", str(card))
    return {name: (rows(card)[name]["outcome"], rows(card)[name]["said"]) for name in NAMED}


ANEW = ("could not tell", "the driver starts the PBX anew for each call: it keeps no answer")


def test_baresip_moves_on_at_a_503_and_asks_dns_anew_for_each_request(tmp_path: Path) -> None:
    found = _named(tmp_path, "--driver", "baresip")

    assert {name: outcome for name, (outcome, _) in found.items()} == {
        "same-edge": "failed", "srv-records": "passed", "dns-ttl": "could not tell", "next-edge-refused": "passed",
        "next-edge-unavailable": "passed", "retry-after": "could not tell",
    }  # fmt: skip
    assert (
        found["same-edge"][1] == "the 407 came from ashburn, and the INVITE with credentials went to umatilla"
    )
    assert found["next-edge-refused"][1] == "ashburn was down, and the INVITE came to umatilla by TCP"
    assert found["dns-ttl"] == ANEW


def test_pjsip_stays_with_an_edge_that_answers_503(tmp_path: Path) -> None:
    needs_root()
    # An address of its own for each process of the test run: PJSIP asks port 53 alone.
    found = _named(
        tmp_path, "--driver", "pjsip", "--dns", f"127.53.{os.getpid() // 256 % 256}.{os.getpid() % 256}:53"
    )

    assert {name: outcome for name, (outcome, _) in found.items()} == {
        "same-edge": "passed", "srv-records": "passed", "dns-ttl": "could not tell", "next-edge-refused": "passed",
        "next-edge-unavailable": "failed", "retry-after": "could not tell",
    }  # fmt: skip
    assert found["next-edge-unavailable"][1] == "after the 503 of ashburn no INVITE came to umatilla"


class WithPort(BaresipDriver):
    """A baresip that is told the domain with a port."""

    def start(self, order: Order, folder: Path) -> Process:
        """Start it."""
        return super().start(replace(order, domain=f"{order.domain}:5060"), folder)


def test_a_port_behind_the_domain_is_found_to_keep_baresip_from_srv_records() -> None:
    bench = make_bench(
        Wishes("baresip", "", "demo", "alice", "Correct-Horse-42"), tell=lambda _: None, skipped=lambda: False
    )
    with closing(bench.world):
        bench.driver, bench.patience = WithPort(), 3.0
        plan = {SITUATIONS["by-name"]: [CHECKS["srv-records"]]}
        ((found,),) = [stage.results for stage in examine(bench, plan)]

    assert (found.verdict.outcome, found.verdict.said) == (
        "failed",
        "DNS was asked for A of the domain, and for no SRV record",
    )


def test_who_cannot_call_by_name_leaves_those_checks_not_run(tmp_path: Path) -> None:
    assert set(_named(tmp_path, "--driver", "sipp").values()) == {
        ("not run", "the driver sipp cannot call by name")
    }


def test_pjsip_asks_no_other_port_than_53(tmp_path: Path) -> None:
    (found,) = set(_named(tmp_path, "--driver", "pjsip", "--dns", "127.0.0.1:0").values())

    assert found[0] == "not run"
    assert found[1] == "PJSIP asks DNS at port 53 alone: say such as --dns 127.0.0.2:53"


def test_a_command_that_asks_no_dns_is_told_how_to(tmp_path: Path) -> None:
    card = tmp_path / "card.json"

    script = tmp_path / "caller.py"
    script.write_text(BY_ADDRESS)
    command = f"{sys.executable} {script} {{host}} {{port}} {{dns}}"

    qa("--command", command, "--only", "srv-records", "--json", str(card))

    assert rows(card)["srv-records"]["outcome"] == "could not tell"
    assert "the PBX did not ask the DNS at 127.0.0.1:" in rows(card)["srv-records"]["said"]


def test_a_person_is_told_where_dns_is(tmp_path: Path) -> None:
    result = qa(
        "--sip", "127.0.0.1:0", "--dns", "127.0.0.1:0", "--patience", "1", "--only", "next-edge-refused"
    )  # fmt: skip

    assert "Let it find demo.sip.twilio.com by the DNS at 127.0.0.1:" in result.output
    assert (
        "> dial 100 (100@demo.sip.twilio.com), found by DNS, over TCP, and leave the call alone"
        in result.output
    )
    assert "could not tell: the PBX did not ask the DNS at 127.0.0.1:" in result.output


def test_without_dns_a_command_has_none_to_ask(tmp_path: Path) -> None:
    card = tmp_path / "card.json"

    qa("--command", f"{sys.executable} -c pass", "--only", "srv-records", "--json", str(card))

    assert (rows(card)["srv-records"]["outcome"], rows(card)["srv-records"]["said"]) == (
        "not run", "there is no DNS to find the domain by: say --dns HOST:PORT",
    )  # fmt: skip
