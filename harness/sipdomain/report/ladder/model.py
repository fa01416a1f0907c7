"""Journal entries to the rows of a ladder, call by call.

A message that both ends recorded is one row; a retransmission is counted on the row of the first; one that never
arrived is marked.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

from sipdomain.entries import (
    Alert,
    Announced,
    AudioMeasured,
    CallBegan,
    CallChanged,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    Injected,
    Note,
    PhoneEvent,
    Registered,
    SipMessage,
    Unregistered,
    VerbStarted,
)
from sipdomain.errors import RemoteProtocolError
from sipdomain.families import families_in
from sipdomain.mask import masking
from sipdomain.report.ladder.words import answered, asked, begun, bound, decided, message_words, socket_words
from sipdomain.sip.codec import parse
from sipdomain.socket_entries import SocketEnded, SocketMessage, SocketOpen, SocketRequested, StreamEnded
from sipdomain.steps import drained
from sipdomain.voice_entries import CompanyChanged, KeyHeard, SpeechHeard

Lane = Literal["sip", "decisions", "http"]
Tone = Literal["plain", "good", "bad", "dim"]
Aside = Literal["", "status", "recording", "conference", "partial", "transcription", "siprec", "audio"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ladder.

    Attributes:
        at: The moment, in seconds of the run's clock.
        lane: Which of the three.
        source: The host it starts from.
        target: The host it reaches; the same as `source` for what happens inside one.
        text: What it is, in a few words.
        details: Further lines.
        count: How often it was sent; more than 1 for retransmissions.
        arrived: Whether it reached its target, as far as the target kept a record.
        tone: How it strikes the reader.
        aside: Which callbacks it belongs to, that run beside the call in an order of their own; "audio" for what was
            measured, which differs from run to run; "" for none.
        leg: Which leg of the call it is about, in the order of their beginning; 1 is the call itself.
        entry: The record that it was made of, of several the first; it bears no part in comparisons.
    """

    at: float
    lane: Lane
    source: str
    target: str
    text: str
    details: tuple[str, ...] = ()
    count: int = 1
    arrived: bool = True
    tone: Tone = "plain"
    aside: Aside = ""
    leg: int = 1
    entry: Entry | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Host:
    """A column of a ladder.

    Attributes:
        name: "alice", "cloud", "app", or an address when nobody knows a name.
        address: HOST:PORT, or "".
    """

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg that a call led to.

    Attributes:
        call_id: Its SIP Call-ID.
        title: Its name in the scenario, or "".
    """

    call_id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """All that happened in one call, and in the legs that it led to.

    Attributes:
        call_id: The SIP Call-ID; "" for what belongs to no call.
        title: The call's name in its scenario, or "".
        hosts: The columns, left to right; the emulator's is "cloud".
        rows: In order of time.
        legs: The legs that it dialled, and those that they did, in the order of their beginning.
    """

    call_id: str
    title: str
    hosts: tuple[Host, ...]
    rows: tuple[Row, ...]
    legs: tuple[Leg, ...] = ()

    @property
    def call_ids(self) -> frozenset[str]:
        """The Call-IDs of the call and its legs."""
        return frozenset((self.call_id, *(each.call_id for each in self.legs)))


_hide = masking(())
CLOUD = "cloud"
APP = "app"
CALLBACK_FAILED = 15003
"""The provider's code for a status callback that failed: raised when it fails, beside the call."""


def ladders(
    entries: Iterable[Entry], names: Mapping[str, str] | None = None, cloud: str = ""
) -> list[Ladder]:
    """Return the ladder of each call, in order of their beginnings; what belongs to no call comes last.

    Args:
        entries: A run's journal.
        names: For each SIP Call-ID what to call the call.
        cloud: The HOST:PORT of an emulator that kept no record in this journal, or "".
    """
    return drained(ladders_in_steps(entries, names, cloud))


def ladders_in_steps(
    entries: Iterable[Entry], names: Mapping[str, str] | None = None, cloud: str = ""
) -> Generator[str, None, list[Ladder]]:
    """Do as `ladders` in small steps, each of which yields an empty text: those of a long call take a while."""
    building = _Building(tuple(entries), cloud)
    for each in building.entries:
        building.take(each)
        yield ""
    return building.finish(names or {})


@dataclass(slots=True)
class _Sent:
    """A message on its way: which row it is, and how many copies have not arrived yet."""

    row: int
    under_way: int = 0


@dataclass(slots=True)
class _Call:
    rows: list[Row] = field(default_factory=list)
    sent: dict[bytes, _Sent] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)


class _Building:
    """Goes through the entries once."""

    def __init__(self, entries: Sequence[Entry], cloud: str) -> None:
        self._cloud = cloud
        self._calls: dict[str, _Call] = {}
        self._legs: dict[str, int] = {}
        self._families = families_in(entries)
        # A scripted phone says itself what it presses.
        phones = {each.call_id for each in entries if isinstance(each, PhoneEvent)}
        self.entries = [
            each for each in entries if not isinstance(each, KeyHeard) or each.call_id not in phones
        ]
        numbers = {entry.to for entry in entries if isinstance(entry, CallBegan)}
        self._with_lane = {entry.owner for entry in entries if isinstance(entry, SipMessage)} - numbers
        self._owners = {entry.local: entry.owner for entry in entries if isinstance(entry, SipMessage)}

    def finish(self, names: Mapping[str, str]) -> list[Ladder]:
        ordered = sorted(self._calls.items(), key=lambda item: item[0] == "")
        return [
            Ladder(
                call_id, names.get(call_id, ""), _columns(call.hosts), tuple(call.rows),
                tuple(Leg(each, names.get(each, "")) for each in self._families.legs(call_id)[1:]),
            )
            for call_id, call in ordered
            if call.rows
        ]  # fmt: skip

    def take(self, entry: Entry) -> None:
        match entry:
            case SipMessage():
                self._message(entry)
            case Decision():
                self._inside(entry, *decided(entry))
            case HttpRequested():
                address = urlsplit(_hide(entry.url)).netloc.rpartition("@")[2]
                call = self._call(entry.call_id)
                call.hosts.setdefault(CLOUD, "")
                call.hosts.setdefault(APP, address)
                self._add(entry, Row(entry.at, "http", CLOUD, APP, asked(entry), aside=_aside(entry.purpose)))
            case HttpAnswered():
                text, failed = answered(entry)
                aside = _aside(entry.purpose)
                row = Row(entry.at, "http", APP, CLOUD, text, tone="bad" if failed else "plain", aside=aside)
                self._add(entry, row)
            case SocketRequested() | SocketOpen() | SocketMessage() | SocketEnded() | StreamEnded():
                self._socket(entry)
            case CallChanged():
                self._inside(entry, f"● {entry.status}")
            case Registered() | Unregistered():
                words, tone = bound(entry)
                self._inside(entry, words, tone=tone)
            case (
                VerbStarted() | Announced() | AudioMeasured() | CompanyChanged() | KeyHeard() | SpeechHeard() | Injected()
            ):  # fmt: skip
                text, strikes = begun(entry)
                self._inside(entry, text, tone=strikes, aside=_beside(entry))
            case Alert():
                aside = "status" if entry.code == CALLBACK_FAILED else ""
                self._inside(entry, f"! {entry.code} {entry.text}", tone="bad", aside=aside)
            case PhoneEvent(event="pressed" | "says" | "ended"):
                self._done(entry)
            case Note():
                self._inside(entry, f"{entry.source}: {entry.text}", tone="dim")
            case _:
                pass

    def _socket(
        self, entry: SocketRequested | SocketOpen | SocketMessage | SocketEnded | StreamEnded
    ) -> None:
        """Take what happened on a WebSocket: it is between the emulator and the application, as HTTP is."""
        call = self._call(entry.call_id)
        call.hosts.setdefault(CLOUD, "")
        address = (
            urlsplit(_hide(entry.url)).netloc.rpartition("@")[2] if isinstance(entry, SocketRequested) else ""
        )
        call.hosts.setdefault(APP, address)
        match entry:
            case SocketOpen() | SocketMessage(lane="in") | SocketEnded(end="closed by the server" | "failed"):
                ends = (APP, CLOUD)
            case _:
                ends = (CLOUD, APP)
        wrong = isinstance(entry, SocketMessage) and bool(entry.wrong)
        bad = wrong or (isinstance(entry, SocketEnded) and entry.end == "failed")
        words = socket_words(entry)
        # Which frame is the last one differs from run to run, and so does what was played when somebody speaks.
        is_measured = isinstance(entry, StreamEnded) or words.startswith(
            ('{"type":"info"', '{"type":"interrupt"')
        )
        aside: Aside = "audio" if is_measured else ""
        self._add(entry, Row(entry.at, "http", *ends, words, tone="bad" if bad else "plain", aside=aside))

    def _done(self, entry: PhoneEvent) -> None:
        """Take what a phone did; a simulated number, or one of which no SIP is seen, has no lane of its own."""
        words = f"{entry.event} {entry.detail}"
        if entry.phone in self._with_lane:
            if entry.event != "ended":
                self._add(entry, Row(entry.at, "sip", entry.phone, entry.phone, words, tone="dim"))
            return
        done = entry.detail if entry.event == "ended" else words
        self._inside(entry, f"{entry.phone} {done}", tone="dim")

    def _inside(
        self,
        entry: Entry,
        text: str,
        details: tuple[str, ...] = (),
        tone: Tone = "plain",
        *,
        aside: Aside = "",
    ) -> None:
        row = Row(entry.at, "decisions", CLOUD, CLOUD, text, details, tone=tone, aside=aside)
        self._add(entry, row).hosts.setdefault(CLOUD, "")

    def _add(self, entry: Entry, row: Row) -> _Call:
        call_id = getattr(entry, "call_id", "")
        call = self._call(call_id)
        call.rows.append(replace(row, leg=self._leg(call_id), entry=entry))
        return call

    def _message(self, entry: SipMessage) -> None:
        try:
            message = parse(entry.data)
            call_id = message.headers.get("call-id") or ""
            text, details = message_words(message)
        except RemoteProtocolError as error:
            first = entry.data[:200].split(b"\r\n", 1)[0].decode("utf-8", "replace")
            call_id, text, details = "", f"unreadable: {first}", (str(error),)
        call = self._call(call_id)
        other = self._owners.get(entry.remote, CLOUD if entry.remote == self._cloud else entry.remote)
        call.hosts[entry.owner] = entry.local
        call.hosts.setdefault(other, entry.remote if other != entry.remote else "")
        outward = entry.lane == "out"
        source, target = (entry.owner, other) if outward else (other, entry.owner)
        recorded = (entry.remote if outward else entry.local) in self._owners
        # By its bytes alone: the two ends of a TCP connection may know each other by other ports.
        key = entry.data
        sent = call.sent.get(key)
        if not outward and sent is not None and sent.under_way:
            sent.under_way -= 1
            row = call.rows[sent.row]
            call.rows[sent.row] = replace(row, arrived=True, target=entry.owner)
            for stranger in {row.target, other} - {entry.owner, row.source}:
                call.hosts.pop(stranger, None)
            return
        if sent is None:
            call.sent[key] = sent = _Sent(len(call.rows))
            call.rows.append(
                Row(
                    entry.at, "sip", source, target, text, details, arrived=not (outward and recorded),
                    leg=self._leg(call_id), entry=entry,
                )
            )  # fmt: skip
        else:
            call.rows[sent.row] = replace(call.rows[sent.row], count=call.rows[sent.row].count + 1)
        sent.under_way += outward

    def _call(self, call_id: str) -> _Call:
        return self._calls.setdefault(self._families.root(call_id), _Call())

    def _leg(self, call_id: str) -> int:
        if call_id not in self._legs:
            self._legs[call_id] = self._families.of(call_id).index(call_id) + 1
        return self._legs[call_id]


def _columns(hosts: Mapping[str, str]) -> tuple[Host, ...]:
    """Return phones first, then the cloud, then the application."""
    order = {CLOUD: 1, APP: 2}
    return tuple(Host(name, hosts[name]) for name in sorted(hosts, key=lambda name: order.get(name, 0)))


def _beside(entry: Entry) -> Aside:
    """Return where a row belongs that may stand elsewhere in the next run."""
    if isinstance(entry, AudioMeasured):
        return "audio"
    # Both tracks of a transcription are heard in an order of their own.
    return "transcription" if isinstance(entry, SpeechHeard) and entry.by == "transcription" else ""


def _aside(purpose: str) -> Aside:
    match purpose:
        case "status" | "recording" | "conference" | "partial" | "transcription" | "siprec":
            return purpose
        case _:
            return ""
