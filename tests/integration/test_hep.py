"""SIP that is sent by HEP as it happens, taken by sngrep."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.integration.program import ended
from tests.integration.served import free_ports, until
from tests.integration.test_run_pcap import SCENARIOS, tshark

CALL = [
    ["INVITE", ""],
    ["", "100"],
    ["", "180"],
    ["", "200"],
    ["ACK", ""],
    ["BYE", ""],
    ["", "200"],
]


def test_sngrep_takes_each_message_of_a_live_call_once(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    file = tmp_path / "taken.pcap"
    command = ["sngrep", "-F", "-N", "-q", "-L", f"udp:127.0.0.1:{port}", "-O", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sngrep:
        try:
            until(lambda: f":{port:04X} " in Path("/proc/net/udp").read_text())
            scenario = str(SCENARIOS / "webhooks/static-document.scenario.yaml")
            done = ended("run", "--no-speech", "--hep", f"127.0.0.1:{port}", scenario)
            assert (done.returncode, done.stderr) == (0, "")
            until(lambda: len(tshark(file, "sip.Method", "sip.Status-Code", only="sip")) >= len(CALL))
        finally:
            sngrep.terminate()
            sngrep.wait(10)
    assert tshark(file, "sip.Method", "sip.Status-Code", only="sip") == CALL


def test_a_collector_without_a_port_is_refused() -> None:
    done = ended("run", "--hep", "127.0.0.1", str(SCENARIOS / "webhooks/static-document.scenario.yaml"))
    assert done.returncode == 2
    assert done.stderr == "error: --hep needs HOST:PORT, such as 127.0.0.1:5060 (got '127.0.0.1')\n"
