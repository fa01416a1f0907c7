"""The bench: a world with a domain, the driver that makes the PBX call, and what was seen of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final
from weakref import finalize

from sipdomain.entries import HttpRequested, SipMessage
from sipdomain.errors import RemoteProtocolError
from sipdomain.media.rtp import is_rtcp, parse as parse_rtp
from sipdomain.qa.drivers.driver import Act, Driver, Order
from sipdomain.qa.seen import Dialog, Found, Seen, Setting
from sipdomain.qa.voice import USUAL, Voice
from sipdomain.qa.wire import By, Packet, Wire
from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.runtime.tls.lure import Handshake
from sipdomain.runtime.worlds.edges import Edges
from sipdomain.runtime.worlds.world import Until
from sipdomain.scenario.world import World
from sipdomain.sip.codec import parse
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours.behaviour import Behaviour

BY_ITSELF: Final = 15.0
"""How long a call of a program is waited for, in seconds."""
ENDING: Final = 5.0
"""How long what is under way may take when a situation is over."""
QUIET: Final = 1.0
"""How long nothing has to come before calls count as over, in seconds."""
_LIVE: Final = ("queued", "ringing", "in-progress")


class SkippedError(Exception):
    """Who sits at the PBX does not want this situation."""


class NotPossibleError(Exception):
    """A situation cannot be played; the text says why."""


@dataclass(slots=True, weakref_slot=True)
class Bench:
    """Where situations are played.

    Attributes:
        world: One emulator.
        voice: What its calls hear.
        driver: What makes the PBX call.
        setting: What the PBX is asked to call.
        target: Where the emulator takes SIP.
        transport: By which transport a program calls.
        patience: How long a call is waited for, in seconds.
        skipped: Whether who sits at the PBX wants to go on.
        question: Puts a question to who sits at the PBX, and returns what reads yes, no or nothing yet; None where nobody
            can be asked.
        told: What that person said, by the name of the question.
        asks: What who sits at the PBX is asked for, in a sentence.
        marks: When something was done in it.
        known: The Call-IDs of earlier calls.
        others: The Call-IDs of phones of ours, of which nothing counts as seen of the PBX.
        handshakes: The connections by TLS to servers that are none of a domain.
        stranger: What an INVITE of a stranger got, in order; None where none was sent.
        elsewhere: What came to an address that is none of the domain's; None where nobody listened.
    """

    world: World
    voice: Voice
    driver: Driver
    setting: Setting
    target: Address
    transport: str = "udp"
    patience: float = BY_ITSELF
    skipped: Callable[[], bool] = lambda: False
    question: Callable[[str], Callable[[], bool | None]] | None = None
    told: dict[str, bool] = field(default_factory=dict)
    asks: str = ""
    marks: dict[str, float] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    handshakes: tuple[Handshake, ...] = ()
    stranger: tuple[int, ...] | None = None
    elsewhere: tuple[bytes, ...] | None = None
    _authority: Path | None = None
    _after: int = 0
    _dialled: int = 0
    _since: float = 0.0

    def play(self, play: Callable[[Bench], Generator[Until, bool, None]], asks: str) -> Seen:
        """Play a situation, and return what was seen; its calls have ended then, whatever happened.

        Args:
            play: What is played.
            asks: What who sits at the PBX is asked for, as `Situation` has it.

        Raises:
            NotPossibleError: It cannot be played.
            SkippedError: It is not wanted.
            SetupError: The driver cannot call.
        """
        self.asks = asks
        self.marks, self.told = {}, {}
        self.handshakes, self.stranger, self.elsewhere = (), None, None
        self.world.clear_traffic()
        self._after, self._since = self.world.journal.last_number, self.world.now()
        try:
            self.world.run(play(self))
        finally:
            self.world.run(self._clear())
        seen = self.seen()
        self.known |= {call.call_id for call in seen.calls}
        return seen

    # --- what situations use -----------------------------------------------------------------------------
    def hears(self, document: str) -> None:
        """Let the next call hear a document of TwiML, or what stands within `<Response>`."""
        self.voice.document = (
            document if document.startswith("<Response") else f"<Response>{document}</Response>"
        )

    @property
    def edges(self) -> Edges:
        """The edges that DNS names.

        Raises:
            NotPossibleError: There is no DNS.
        """
        if self.world.edges is None:
            raise NotPossibleError("there is no DNS to find the domain by: say --dns HOST:PORT")
        return self.world.edges

    def dial(self, *acts: Act, within: float = 30.0, transport: str = "") -> Generator[Until, bool, bool]:
        """Let the PBX call, and return whether an INVITE came (a REGISTER, where that is what it shall do).

        Args:
            acts: What it is asked to do in the call.
            within: After how many seconds a program ends it at the latest.
            transport: By which transport a program calls; "" for that of the bench.

        Raises:
            SkippedError: That is not wanted.
        """
        method = "REGISTER" if "register" in acts else "INVITE"
        self.place(*acts, within=within, transport=transport)
        yield Until(
            lambda: (
                self._came(method) or self.skipped() or bool(self.driver.trouble() and not self._is_live())
            ),
            self.patience,
        )
        if self._came(method):
            return True
        if self.skipped():
            raise SkippedError
        trouble = self.driver.trouble()
        if trouble:
            raise NotPossibleError(trouble)
        return False

    def place(
        self, *acts: Act, within: float = 30.0, transport: str = "", target: Address | None = None
    ) -> None:
        """Let the PBX call, and wait for nothing.

        Args:
            acts: What it is asked to do in the call.
            within: After how many seconds a program ends it at the latest.
            transport: By which transport a program calls; "" for that of the bench.
            target: Where it calls; where the emulator takes SIP when not given.
        """
        setting, target, transport = self.setting, target or self.target, transport or self.transport
        authority = self.authority_file if transport == "tls" else Path()
        self._dialled = self.world.journal.last_number
        asks = self.asks.format(
            extension=f"{setting.extension} ({setting.extension}@{setting.domain})",
            target=target, authority=authority,
        )  # fmt: skip
        self.driver.begin(
            Order(
                target=target, domain=setting.domain, extension=setting.extension, user=setting.user,
                password=setting.password, transport=transport, acts=acts, within=within,
                dns=self.world.dns_address, asks=asks, authority=authority, secure=setting.secure,
            )
        )  # fmt: skip
        self.marks["dial"] = self.world.now()

    @property
    def authority_file(self) -> Path:
        """Where the certificate stands that is to be trusted by TLS, in PEM; it is gone with the bench."""
        if self._authority is None:
            folder = Path(mkdtemp(prefix="sipdomain-qa-"))
            finalize(self, rmtree, folder, ignore_errors=True)
            self._authority = folder / "ca.pem"
            self._authority.write_bytes(authority_of_this_run().pem)
        return self._authority

    def answered(self, within: float = 15.0) -> Generator[Until, bool, bool]:
        """Wait until a call is answered and acknowledged, or ends; return whether it is there."""
        yield Until(lambda: self._is_confirmed() or self._is_over() or self.skipped(), within)
        return self._is_confirmed()

    def asked_to(self, act: Act) -> Generator[Until, bool, bool]:
        """Let the PBX call, and do something half a second after the answer, or cancel half a second after it rings.

        Returns:
            Whether it came to that.

        Raises:
            SkippedError: That is not wanted.
        """
        there = self.rings if act == "cancel" else self.answered
        if not ((yield from self.dial(act)) and (yield from there())):
            return False
        yield from self.wait(0.5)
        self.do(act)
        return True

    def do(self, act: Act) -> None:
        """Let the PBX do something in its call."""
        self.driver.do(act)
        self.marks[act] = self.world.now()

    def behaves(self, *behaviours: Behaviour) -> None:
        """Let the cloud do these on purpose, and nothing else."""
        self.world.behave(())
        self.world.behave(behaviours)

    def rings(self, within: float = 15.0) -> Generator[Until, bool, bool]:
        """Wait until a call rings, or ends; return whether it does."""
        yield Until(lambda: self._is_ringing() or self._is_over() or self.skipped(), within)
        return self._is_ringing()

    def reinvited(self, act: Act) -> Generator[Until, bool, None]:
        """Wait for a re-INVITE of the PBX since it was asked to do something."""
        since = self.marks[act]
        yield Until(
            lambda: (
                self.skipped()
                or any(each.at >= since for call in self._dialogs()[0] for each in call.reinvites)
            ),
            self.patience,
        )

    def _is_ringing(self) -> bool:
        return any(
            each.status in {180, 183} for call in self._dialogs()[0] for each in call.responses("INVITE")
        )

    def wait(self, seconds: float) -> Generator[Until, bool, None]:
        """Let time pass."""
        yield Until(self.skipped, seconds)

    def give_time(self, seconds: float) -> Generator[Until, bool, None]:
        """Let as much time pass as a program needs, or as a person may take."""
        yield from self.wait(self.patience if self.driver.by_hand else seconds)

    def ask(self, name: str, question: str) -> Generator[Until, bool, None]:
        """Ask who sits at the PBX something that is answered by yes or no; where nobody does, go on at once.

        Args:
            name: What the answer is kept by.
            question: It, in a sentence.
        """
        if self.question is None or not self.driver.by_hand:
            return
        answer = self.question(question)
        yield Until(lambda: answer() is not None or self.skipped(), self.patience)
        said = answer()
        if said is not None:
            self.told[name] = said

    def over(self, within: float = 30.0) -> Generator[Until, bool, bool]:
        """Wait until the PBX's calls are over; return whether they are."""
        return (yield Until(lambda: self._is_over() or self.skipped(), within))

    # --- ending ------------------------------------------------------------------------------------------
    def _clear(self) -> Generator[Until, bool, None]:
        """End every call, at both ends."""
        self.voice.document = USUAL
        self.world.behave(())
        self.world.inject(())
        edges = self.world.edges
        if edges is not None:
            edges.reset()
            yield Until(lambda: edges.is_settled, ENDING)
        for status in _LIVE:
            _, found = self.world.rest("GET", "Calls", {"Status": status})
            for call in found.get("calls", ()):
                self.world.rest("POST", f"Calls/{call['sid']}", {"Status": "completed"})
        yield Until(lambda: not self._is_live(), ENDING)
        self.driver.end()
        yield Until(lambda: self.world.is_idle, ENDING)

    # --- what was seen -----------------------------------------------------------------------------------
    def seen(self) -> Seen:
        """Return what was seen since the situation began."""
        dialogs, unreadable = self._dialogs()
        asked = [
            each for _, each in self.world.journal.numbered(self._after) if isinstance(each, HttpRequested)
        ]
        return Seen(
            self.setting,
            dialogs=tuple(dialogs),
            packets=tuple(self._packets(dialogs)),
            marks=dict(self.marks),
            parameters=tuple(dict(each.parameters) for each in asked),
            unreadable=tuple(unreadable),
            known=frozenset(self.known),
            by_hand=self.driver.by_hand,
            left_out=self.world.traffic().left_out,
            handshakes=self.handshakes,
            stranger=self.stranger,
            found=self._found_by(),
            told=dict(self.told),
            elsewhere=self.elsewhere,
        )

    def _found_by(self) -> Found | None:
        edges, dns = self.world.edges, self.world.dns_address
        if edges is None or dns is None:
            return None
        return Found(dns, edges.questions, edges.places, starts_anew=self.driver.starts_anew)

    def _packets(self, dialogs: list[Dialog]) -> list[Packet]:
        ours = {each.audio.port for dialog in dialogs for each in dialog.described("cloud")}
        found = []
        for at, source, target, data in self.world.traffic().packets:
            if at < self._since or is_rtcp(data):
                continue
            by: By | None = "pbx" if target.port in ours else "cloud" if source.port in ours else None
            if by is None:
                continue
            try:
                found.append(Packet(at, by, source, target, parse_rtp(data)))
            except RemoteProtocolError:
                continue
        return found

    def _messages(self, after: int | None = None) -> list[SipMessage]:
        return [
            entry
            for _, entry in self.world.journal.numbered(self._after if after is None else after)
            if isinstance(entry, SipMessage) and entry.owner == "cloud" and entry.call_id not in self.others
        ]

    def _came(self, method: str) -> bool:
        came = self._messages(self._dialled)
        return any(each.lane == "in" and each.data.startswith(method.encode()) for each in came)

    def calls(self) -> set[str]:
        """Return the Call-IDs of INVITEs that came since the situation began."""
        return {
            each.call_id
            for each in self._messages()
            if each.lane == "in" and each.data.startswith(b"INVITE ")
        }

    def _is_live(self) -> bool:
        return any(self.world.is_busy(call_id) for call_id in self.calls())

    def _is_over(self) -> bool:
        """Return whether nothing goes on any more; a call is not over while its challenge may still be answered."""
        messages = self._messages()
        last = messages[-1].at if messages else self._since
        return not self._is_live() and self.world.now() - last >= QUIET

    def _is_confirmed(self) -> bool:
        return any(call.is_confirmed for call in self._dialogs()[0])

    def _dialogs(self) -> tuple[list[Dialog], list[str]]:
        """Return what was said until now, and what could not be read."""
        dialogs: dict[str, Dialog] = {}
        unreadable = []
        for entry in self._messages():
            wire = _wire(entry)
            if isinstance(wire, str):
                unreadable.append(wire)
            else:
                dialogs.setdefault(entry.call_id, Dialog(entry.call_id)).wires.append(wire)
        return list(dialogs.values()), unreadable


def _wire(entry: SipMessage) -> Wire | str:
    """Return a message, or why it cannot be read."""
    source, target = map(Address.read, entry.ends)
    by: By = "pbx" if entry.lane == "in" else "cloud"
    try:
        message = parse(entry.data)
    except RemoteProtocolError as error:
        return f"what came from {source} cannot be read: {error}"
    return Wire(entry.at, by, entry.transport, source, target, message, entry.data)
