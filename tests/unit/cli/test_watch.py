"""What a person at a terminal sees of a running emulator."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sipdomain.cli.watch import Watch, picture
from sipdomain.entries import Alert, CallChanged, Decision, Entry, Note, Registered, SipMessage, Unregistered
from sipdomain.journal import Journal  # fmt: skip
from tests.patience import PATIENCE


def message(call_id: str, at: float = 0.0) -> SipMessage:
    data = f"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nCall-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\n\r\n"
    return SipMessage(
        at=at, owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote="127.0.0.10:5070",
        data=data.encode(),
    )  # fmt: skip


def ended(call_id: str) -> CallChanged:
    return CallChanged(at=1.0, call_sid="CA1", call_id=call_id, status="completed", domain="d")


def at(time_of_day: str) -> str:
    """Return that moment of 18 May 2033, UTC, as a line of this machine begins."""
    moment = datetime.fromisoformat(f"2033-05-18T{time_of_day}+00:00").astimezone()
    return moment.replace(tzinfo=None).isoformat(" ", "milliseconds")


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
        task = asyncio.create_task(Watch(journal, stream, ladders=ladders, wall_offset=2_000_000_000.0).run())
        for entry in entries:
            journal.append(entry)
        async with asyncio.timeout(PATIENCE):
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


def test_without_ladders_refusals_alerts_and_notes_are_still_reported() -> None:
    refused = Decision(
        at=0.0, call_id="a", method="INVITE", check="domain", outcome="refused", reason="unknown-domain",
        rule="unknown-domain", got="nowhere", mend="make it",
    )  # fmt: skip
    alert = Alert(at=0.0, call_sid="", call_id="a", code=11200, level="error", text="HTTP status 500")
    note = Note(at=0.0, source="udp", text="127.0.0.9:1: not SIP")
    registered = Registered(
        at=1.25, call_id="r", domain="d", user="alice", contact="sip:127.0.0.10:5072", received="127.0.0.10:5071",
        expires=600.0, bindings=1,
    )  # fmt: skip
    expired = Unregistered(
        at=602.0,
        call_id="r",
        domain="d",
        user="alice",
        contact="sip:127.0.0.10:5072",
        cause="expired",
        bindings=0,
    )
    entries = (message("a"), refused, alert, note, registered, expired, ended("a"))
    assert watched(*entries, ladders=False, until=lambda text: text.count("\n") == 5).splitlines() == [
        f"{at('03:33:20.000')}  127.0.0.10:5070  INVITE refused: unknown-domain · got nowhere · make it · call a",
        f"{at('03:33:20.000')}  127.0.0.10:5070  error 11200: HTTP status 500 · call a",
        f"{at('03:33:20.000')}  -  note: udp: 127.0.0.9:1: not SIP",
        f"{at('03:33:21.250')}  127.0.0.10:5071  registered: alice at sip:127.0.0.10:5072 for 600 s · bindings 1 · call r",
        f"{at('03:43:22.000')}  -  unregistered: alice at sip:127.0.0.10:5072, expired · bindings 0 · call r",
    ]


def test_the_peer_of_a_call_is_known_when_its_messages_are_no_longer_the_latest() -> None:
    begun = CallChanged(at=0.0, call_sid="CA1", call_id="a", status="ringing", domain="d")
    others = [message(f"other-{number}") for number in range(100)]
    alert = Alert(at=0.0, call_sid="", call_id="a", code=11200, level="error", text="late")
    assert "127.0.0.10:5070  error 11200: late · call a" in watched(message("a"), begun, *others, alert)


def test_a_ladder_begins_with_the_time_of_day_and_keeps_its_line_ends() -> None:
    text = watched(message("a"), ended("a"), until=lambda text: "OPTIONS" in text)
    assert text.splitlines()[1] == f"{at('03:33:20.000')} - call - a"
    assert len(picture([message("a\x1b")], "a\x1b").splitlines()) == 4


def test_a_loop_of_challenges_is_reported_and_a_first_challenge_is_not() -> None:
    about: dict[str, Any] = {
        "call_id": "c", "method": "REGISTER", "check": "credentials", "outcome": "challenged", "rule": "challenge-407",
    }  # fmt: skip
    text = watched(
        Decision(at=0.0, got="credentials: none", **about),
        Decision(
            at=1.0, reason="challenged-again", got="credentials: Authorization in place of Proxy-Authorization",
            mend="answer the 407 with Proxy-Authorization; Authorization answers a 401", **about,
        ),
        until=lambda text: "again" in text,
    )  # fmt: skip
    assert "credentials: none" not in text
    assert (
        "  REGISTER challenged again: got credentials: Authorization in place of Proxy-Authorization"
        " · answer the 407 with Proxy-Authorization; Authorization answers a 401 · call c\n"
    ) in text


def test_what_happened_before_it_began_to_follow_is_reported() -> None:
    async def watch() -> str:
        stream, journal = io.StringIO(), Journal()
        journal.append(message("a"))
        journal.append(Alert(at=0.0, call_sid="", call_id="a", code=11200, level="error", text="early"))
        Watch(journal, stream, ladders=False)
        return stream.getvalue()

    assert asyncio.run(watch()).endswith("  127.0.0.10:5070  error 11200: early · call a\n")


def test_a_refused_signature_is_reported_in_full_once_and_then_in_short() -> None:
    refused = Decision(
        at=1.0, call_id="c", method="POST", check="signature", outcome="noted", reason="refused-by-the-application",
        rule="signature", got="POST http://app.test/voice by T, over the URL alone", wanted="match: U; no match: V",
        mend="most likely another token",
    )  # fmt: skip
    told = watched(refused, refused, until=lambda text: text.count("signed POST") == 2)
    assert told.count("the application answered 403 to a signed request: · call c\n") == 1
    assert told.count("the application answered 403 to a signed request, as before: · call c\n") == 1
    assert told.count("match: U; no match: V") == told.count("most likely another token") == 1
