"""What was seen of a PBX in a situation: its calls, its other requests, its audio, and what was asked of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.sdp import MediaDescription, SessionDescription
from sipdomain.qa.wire import By, Packet, Wire
from sipdomain.runtime.tls.lure import Handshake
from sipdomain.runtime.worlds.edges import Question
from sipdomain.sip.digest import Credentials
from sipdomain.sip.outputs import Address


@dataclass(frozen=True, slots=True)
class Setting:
    """What the PBX was asked to call.

    Attributes:
        domain: The whole name of the SIP domain.
        user: The user of its credential list.
        password: That user's password.
        extension: Whom it was asked to call.
        secure: Whether the domain wants TLS and SRTP.
    """

    domain: str
    user: str
    password: str
    extension: str = "100"
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """A session description as it went.

    Attributes:
        wire: The message.
        session: All of it.
        audio: Its section of audio.
    """

    wire: Wire
    session: SessionDescription
    audio: MediaDescription

    @property
    def host(self) -> str:
        """Where audio is wanted, or ""."""
        return self.audio.connection or self.session.connection or ""

    @property
    def direction(self) -> str:
        """Which way audio goes."""
        return self.audio.direction or self.session.direction or "sendrecv"

    def has(self, attribute: str) -> bool:
        """Return whether it has an attribute, of its audio or of all."""
        of_all = (value.partition(":")[0] for kind, value in self.session.lines if kind == "a")
        return bool(self.audio.attributes(attribute)) or attribute in of_all


@dataclass(slots=True)
class Dialog:
    """The messages of one Call-ID, in order.

    Attributes:
        call_id: The Call-ID.
        wires: Its messages, copies too.
    """

    call_id: str
    wires: list[Wire] = field(default_factory=list)

    def requests(self, method: str = "", by: By = "pbx") -> list[Wire]:
        """Return the requests of a method, or of any; copies too."""
        return [
            each
            for each in self.wires
            if each.by == by and each.method and (not method or each.method == method)
        ]

    def responses(self, method: str, by: By = "cloud", least: int = 100) -> list[Wire]:
        """Return the responses to a method from a status on; copies too."""
        return [
            each for each in self.wires if each.by == by and each.status >= least and each.cseq[1] == method
        ]

    @property
    def invites(self) -> list[Wire]:
        """The INVITEs by which the PBX tried to begin the call, each once."""
        return once(each for each in self.requests("INVITE") if not each.to_tag)

    @property
    def reinvites(self) -> list[Wire]:
        """The INVITEs of the PBX within the call, each once."""
        return once(each for each in self.requests("INVITE") if each.to_tag)

    @property
    def answered(self) -> Wire | None:
        """The first 2xx to an INVITE of the PBX."""
        return next((each for each in self.responses("INVITE", least=200) if each.status < 300), None)

    @property
    def is_confirmed(self) -> bool:
        """Whether that was acknowledged, by its own To tag."""
        answer = self.answered
        return answer is not None and any(
            each.at >= answer.at and each.to_tag == answer.to_tag for each in self.requests("ACK")
        )

    def acks_to(self, answer: Wire) -> list[Wire]:
        """Return the ACKs to a 2xx; copies too.

        The ACK to another final response has the branch of its INVITE (RFC 3261 section 17.1.1.3), and comes again when
        that response does, perhaps after the 2xx to the next INVITE.
        """
        refused = {each.branch for each in self.invites} - {answer.branch}
        return [
            each
            for each in self.requests("ACK")
            if each.at >= answer.at and each.cseq[0] == answer.cseq[0] and each.branch not in refused
        ]

    def answer_to(self, request: Wire) -> Wire | None:
        """Return the first final response to a request."""
        by: By = "cloud" if request.by == "pbx" else "pbx"
        found = self.responses(request.method, by, 200)
        return next(
            (each for each in found if each.cseq == request.cseq and each.branch == request.branch), None
        )

    def described(self, by: By) -> list[Described]:
        """Return the session descriptions of one side that have audio; what cannot be read is left out."""
        found = []
        for each in self.wires:
            if each.by == by and (described := description(each)) is not None:
                found.append(described)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """How the PBX may find the domain by DNS.

    Attributes:
        dns: Where DNS answers.
        questions: What it was asked about the domain, in earlier situations too.
        places: The edge that listens at an address.
        starts_anew: Whether what calls knows nothing of its last call.
    """

    dns: Address
    questions: tuple[Question, ...] = ()
    places: Mapping[Address, str] = field(default_factory=dict)
    starts_anew: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in a situation.

    Attributes:
        setting: What the PBX was asked to call.
        dialogs: By Call-ID, in the order of their beginnings.
        packets: The audio of the calls, in order.
        marks: When the situation did something, or the PBX was asked to, by the name of it.
        parameters: What the webhook was sent of each call.
        unreadable: What came and could not be read.
        known: The Call-IDs of the PBX's calls in earlier situations.
        by_hand: Whether a person does what the PBX is asked to, in a person's time.
        left_out: How many packets there were besides, for which there was no room.
        stranger: What an INVITE of a stranger got, in order; None where none was sent.
        handshakes: The connections by TLS to servers that are none of a domain.
        found: How it may find the domain by DNS, or None.
        told: What who sits at the PBX answered, by the name of the question.
        elsewhere: What came to an address that is none of the domain's; None where nobody listened.
    """

    setting: Setting
    dialogs: tuple[Dialog, ...] = ()
    packets: tuple[Packet, ...] = ()
    marks: dict[str, float] = field(default_factory=dict)
    parameters: tuple[dict[str, str], ...] = ()
    unreadable: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()
    by_hand: bool = False
    left_out: int = 0
    handshakes: tuple[Handshake, ...] = ()
    stranger: tuple[int, ...] | None = None
    found: Found | None = None
    told: Mapping[str, bool] = field(default_factory=dict)
    elsewhere: tuple[bytes, ...] | None = None

    @property
    def calls(self) -> list[Dialog]:
        """The calls that the PBX began."""
        return [each for each in self.dialogs if each.invites]

    @property
    def answered(self) -> list[Dialog]:
        """Those of them that were answered."""
        return [each for each, _ in self.answers]

    @property
    def answers(self) -> list[tuple[Dialog, Wire]]:
        """The same, each with the 2xx that answered it."""
        return [(each, answer) for each in self.calls if (answer := each.answered) is not None]

    def described(self, by: By) -> list[Described]:
        """Return the session descriptions of one side in the calls that were answered."""
        return [each for call in self.answered for each in call.described(by)]

    @property
    def registrations(self) -> list[Dialog]:
        """The registrations that it asked for."""
        return [each for each in self.dialogs if each.requests("REGISTER")]

    @property
    def audio(self) -> list[Packet]:
        """The packets of the PBX.

        Raises:
            MediaError: There were more packets than are kept.
        """
        if self.left_out:
            raise MediaError(f"{self.left_out} packets of audio were not kept")
        return [each for each in self.packets if each.by == "pbx"]

    @property
    def requests(self) -> list[Wire]:
        """All requests of the PBX."""
        return [each for dialog in self.dialogs for each in dialog.requests()]

    @property
    def user_agent(self) -> str:
        """What the PBX calls itself, or ""."""
        named = (each.header("user-agent") or each.header("server") for each in self.of_the_pbx)
        return next(filter(None, named), "")

    @property
    def callers(self) -> tuple[str, ...]:
        """What those who called name themselves, each once, in the order in which they came."""
        named = (call.invites[0].header("user-agent") or "" for call in self.calls)
        return tuple(dict.fromkeys(filter(None, named)))

    @property
    def of_the_pbx(self) -> list[Wire]:
        """All messages of the PBX."""
        return [each for dialog in self.dialogs for each in dialog.wires if each.by == "pbx"]


def once(wires: Iterable[Wire]) -> list[Wire]:
    """Return messages without the copies that were sent again."""
    found: dict[tuple[str, tuple[int, str]], Wire] = {}
    for each in wires:
        found.setdefault((each.branch, each.cseq), each)
    return list(found.values())


def options(seen: Seen, since: float, until: float) -> list[Wire]:
    """Return the OPTIONS of the PBX in a time, each once."""
    return once(each for each in seen.requests if each.method == "OPTIONS" and since <= each.at < until)


def description(wire: Wire) -> Described | None:
    """Return the session description in a message, or None where there is none with audio."""
    if not wire.message.body or "sdp" not in wire.message.content_type:
        return None
    try:
        session = SessionDescription.parse(wire.message.body)
    except MediaError:
        return None
    audio = next((each for each in session.media if each.kind == "audio"), None)
    return None if audio is None else Described(wire, session, audio)


def expires(wire: Wire) -> int | None:
    """Return for how many seconds a REGISTER asks, or None where it names no number (RFC 3261 section 10.2.1.1)."""
    contact = wire.message.contact
    text = (contact.parameters.get("expires") if contact is not None else None) or wire.header("expires")
    return int(text) if text and text.isdigit() else None


def credentials(wire: Wire) -> Credentials | None:
    """Return the digest of a request, or None where there is none that can be read."""
    for name in ("proxy-authorization", "authorization"):
        text = wire.header(name)
        if text:
            try:
                return Credentials.parse(text)
            except RemoteProtocolError:
                return None
    return None
