"""SIPp, by the file that `config pbx sipp` writes."""

from __future__ import annotations

from pathlib import Path

from sipdomain.pbx.settings import Settings, Transport
from sipdomain.pbx.vendors.sipp import SIPP
from sipdomain.qa.drivers.driver import Order
from sipdomain.qa.drivers.program import ProgramDriver
from sipdomain.runtime.process import Process, find_program
from sipdomain.runtime.worlds.lone_phone import address_towards
from sipdomain.scenario.peers.sipp import PACKAGE
from sipdomain.sip.outputs import Address


class SippDriver(ProgramDriver):
    """Calls once, and listens until the other side hangs up."""

    name = "sipp"

    def start(self, order: Order, folder: Path) -> Process:
        """Start it."""
        program = find_program("sipp", package=PACKAGE)
        local = address_towards(order.target).host
        transport: Transport = "tcp" if order.transport == "tcp" else "udp"
        settings = Settings(
            order.domain, order.user, order.password, order.target, Address(local, 0), transport
        )
        (folder / "call.xml").write_text(SIPP.fill(settings)["call.xml"], "utf-8")
        command = [
            program, str(order.target), "-sf", "call.xml", "-s", order.extension, "-i", local, "-mi", local,
            "-t", settings.values()["sipp_mode"], "-auth_uri", f"{order.extension}@{order.domain}", "-rtp_echo", "-m", "1",
            "-timeout", f"{round(order.within)}s", "-nostdin",
        ]  # fmt: skip
        return Process(command, folder=folder, environment={"TERM": "dumb"})
