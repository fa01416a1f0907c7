"""What joins the media sessions of one world by their addresses."""

from __future__ import annotations

from typing import Final

from sipdomain.media.agreement import Agreement
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.tap import NO_TRAFFIC, Traffic
from sipdomain.runtime.sim.endpoints import SimSession
from sipdomain.runtime.sim.rtp_line import SimRtp
from sipdomain.runtime.sim.tap import SimTap
from sipdomain.sip.outputs import Address

_EVERY: Final = "0.0.0.0"  # noqa: S104 - nothing is bound in virtual time
_PORTS: Final = range(16_384, 65_536, 2)


class SimExchange:
    """Joins the sessions of one world by their addresses.

    Attributes:
        line: What the audio between phones and emulator goes by, or None for a good line.
    """

    def __init__(self, tap: SimTap | None = None, line: SimRtp | None = None) -> None:
        """Begin without sessions.

        Args:
            tap: What keeps what they say, for a capture, or None.
            line: What the audio between phones and emulator goes by, or None for a good line.
        """
        self.line = line
        self._tap = tap
        self._sessions: dict[Address, SimSession] = {}
        self._senders: dict[Address, dict[SimSession, None]] = {}
        self._next = 0

    def free_address(self, host: str) -> Address | None:
        """Return the next free even port of a host, or None; the same in every run."""
        for _ in _PORTS:
            address = Address(host, _PORTS[self._next])
            self._next = (self._next + 1) % len(_PORTS)
            if address not in self._sessions:
                return address
        return None

    def open(self, session: SimSession, now: float) -> None:
        """Let a session be reached at its address."""
        session.tap = self._tap
        self._sessions[session.address] = session
        self._senders_changed(session.address, now)

    def connect(self, session: SimSession, agreed: Agreement, now: float) -> None:
        """Take what a session agreed on."""
        self._aim_elsewhere(session)
        renewed = session.agreed != agreed
        session.agreed = agreed
        if session.way is None and self.line is not None:
            session.way = self.line.way(session, now)
        elif session.way is not None and renewed:
            session.way.agreed(now)
        session.watch(now)
        if self._tap is not None:
            self._tap.agreed(session, now)
        self._senders.setdefault(agreed.remote, {})[session] = None
        self._join(session, now)
        self._senders_changed(session.address, now)

    def close(self, session: SimSession, now: float) -> None:
        """Let a session be reached no more."""
        del self._sessions[session.address]
        self._aim_elsewhere(session)
        session.agreed = None
        session.watch(now)
        if self._tap is not None:
            self._tap.agreed(session, now)
        self._join(session, now)
        self._senders_changed(session.address, now)

    def traffic(self, library: PromptLibrary, now: float) -> Traffic:
        """Return the packets that the sessions sent until now; none where nothing kept what they say."""
        return self._tap.traffic(library, now) if self._tap is not None else NO_TRAFFIC

    def clear_traffic(self) -> None:
        """Keep no packets of the sessions that are over."""
        if self._tap is not None:
            self._tap.clear()

    def _at(self, address: Address) -> SimSession | None:
        """Return who listens at an address, or at every one."""
        return self._sessions.get(address) or self._sessions.get(Address(_EVERY, address.port))

    def _aim_elsewhere(self, session: SimSession) -> None:
        if session.agreed is not None:
            senders = self._senders[session.agreed.remote]
            del senders[session]
            if not senders:
                del self._senders[session.agreed.remote]

    def _senders_changed(self, address: Address, now: float) -> None:
        for sender in tuple(self._senders.get(address, ())):
            self._join(sender, now)

    def _join(self, sender: SimSession, now: float) -> None:
        """Let a sender's audio go to whoever listens at its peer's address now."""
        agreed = sender.agreed
        listener = self._at(agreed.remote) if agreed is not None and agreed.sending else None
        if listener is not None and agreed is not None and not listener.understands(agreed):
            listener = None
        if listener is not sender.listener:
            sender.turn_to(listener, now)
