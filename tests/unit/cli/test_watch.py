"""What a person at a terminal sees of a running emulator."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable

from harness.cli.watch import Watch, picture
from harness.journal import Alert, CallChanged, Decision, Entry, Journal, Note, SipMessage


def message(call_id: str, at: float = 0.0) -> SipMessage:
    data = f"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nCall-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\n\r\n"
    return SipMessage(
        at=at, owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote="127.0.0.10:5070",
        data=data.encode(),
    )  # fmt: skip


def ended(call_id: str) -> CallChanged:
    return CallChanged(at=1.0, call_sid="CA1", call_id=call_id, status="completed", domain="d")


class Screen(io.StringIO):
    """A terminal that says when something is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def watched(*entries: Entry, ladders: bool = True, until: Callable[[str], bool] = lambda _: True) -> str:
    """Return what is printed of entries."""

    async def watch() -> str:
        stream, journal = Screen(), Journal()
        task = asyncio.create_task(Watch(journal, stream, ladders=ladders).run())
        for entry in entries:
            journal.append(entry)
        async with asyncio.timeout(10):
            while not until(stream.getvalue()):
                stream.written.clear()
                await stream.written.wait()
        task.cancel()
        return stream.getvalue()

    return asyncio.run(watch())


def test_a_call_s_ladder_has_that_call_alone() -> None:
    text = picture([message("15@probe"), message("5@probe", 2.0)], "5@probe")
    assert "5@probe" in text
    assert "15@probe" not in text


def test_ladders_of_many_calls_come_together_and_not_one_each_half_second() -> None:
    calls = [f"call-{number}" for number in range(40)]
    # One after another they would take twenty seconds.
    text = watched(
        *(message(each) for each in calls), *(ended(each) for each in calls),
        until=lambda text: text.count("OPTIONS ─") == 40 or text.count("OPTIONS -") == 40,
    )  # fmt: skip
    assert [each in text for each in calls] == [True] * 40


def test_without_ladders_refusals_alerts_and_notes_are_still_told() -> None:
    refused = Decision(
        at=0.0, call_id="a", method="INVITE", check="domain", outcome="refused", reason="unknown-domain",
        rule="unknown-domain", got="nowhere", mend="make it",
    )  # fmt: skip
    alert = Alert(at=0.0, call_sid="", call_id="a", code=11200, level="error", text="HTTP status 500")
    note = Note(at=0.0, source="udp", text="127.0.0.9:1: not SIP")
    assert watched(message("a"), refused, alert, note, ended("a"), ladders=False) == (
        "refused: unknown-domain · got nowhere · make it\nerror 11200: HTTP status 500\nnote: udp: 127.0.0.9:1: not SIP\n"
    )
