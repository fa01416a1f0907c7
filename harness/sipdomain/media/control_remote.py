"""Where a session's RTCP goes to, and whose is heard: symmetric RTCP within the bounds of its RTP."""

from __future__ import annotations

from sipdomain.media.agreement import UNSPECIFIED, Agreement
from sipdomain.media.remote import Remote, canonical
from sipdomain.sip.outputs import Address


class ControlRemote:
    """The RTCP end of a peer.

    By default it is the port after that of RTP (RFC 3550 section 11), or what `a=rtcp` says (RFC 3605); with
    `a=rtcp-mux` wherever RTP goes (RFC 5761). Where reports came from is preferred, if its host is one that the audio
    comes from. A peer whose RTP was learned from another host than the agreed one is behind a translator: nothing is
    sent to it until it has sent.

    Attributes:
        muxed: Whether RTCP comes on the port of RTP.
    """

    __slots__ = ("_agreed", "_audio", "_learned", "_remote", "muxed")

    def __init__(self, remote: Remote) -> None:
        """Begin without an agreement.

        Args:
            remote: Where RTP goes.
        """
        self.muxed = False
        self._remote = remote
        self._agreed: Address | None = None
        self._audio = ""
        self._learned: Address | None = None

    def agree(self, agreed: Agreement) -> None:
        """Take what was agreed; the address of an old hold changes nothing."""
        self.muxed = agreed.rtcp_mux
        if agreed.remote.host in UNSPECIFIED:
            return
        host, port = agreed.rtcp or Address(agreed.remote.host, agreed.remote.port + 1)
        found = Address(canonical(host), port) if port < 65_536 and host not in UNSPECIFIED else None
        if found != self._agreed:
            self._agreed, self._learned = found, None
        self._audio = canonical(agreed.remote.host)

    @property
    def target(self) -> Address | None:
        """Where to send; None for nowhere."""
        audio = self._remote.target
        if self.muxed or audio is None:
            return audio
        if self._learned is not None:
            return self._learned
        return self._agreed if audio.host == self._audio else None

    def admits(self, source: Address) -> bool:
        """Whether RTCP from there may be the peer's."""
        audio = self._remote.target
        if audio is None:
            return False
        return source.host in {audio.host, self._audio} or source == self._agreed

    def heard(self, source: Address) -> None:
        """Take note of where a report came from."""
        self._learned = source
