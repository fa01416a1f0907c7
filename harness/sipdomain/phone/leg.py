"""What the phone itself keeps of a call while messages of it may still come."""

from __future__ import annotations

from dataclasses import dataclass, field

from sipdomain.media.prompts import Prompt
from sipdomain.media.sdp import Direction
from sipdomain.phone.call import PhoneCall, Said
from sipdomain.phone.session import Session
from sipdomain.sip.address import NameAddress
from sipdomain.sip.credentials import CredentialsKeeper
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.invite_client import InviteClient
from sipdomain.sip.invite_server import Acceptance
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Flow
from sipdomain.sip.reinvite import Reinvite
from sipdomain.sip.transactions.transaction import Key, Transaction


@dataclass(slots=True)
class Utterance:
    """Something that a call is to hear.

    Attributes:
        number: That of its playback, unique within the phone.
        prompt: What is to be heard.
        said: What the record of the call says of it.
        is_playing: Whether it was handed to the media side, which plays one after another.
    """

    number: int
    prompt: Prompt
    said: Said
    is_playing: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        return self.said.name


@dataclass(slots=True)
class Renewal:
    """A hold or resume of ours.

    Attributes:
        direction: What it offers.
        before: What stood before it, and stands again when it is refused.
        reinvite: The INVITEs that it takes.
        is_over: Whether it has its final answer.
    """

    direction: Direction
    before: Direction
    reinvite: Reinvite
    is_over: bool = False


@dataclass(slots=True)
class Leg:
    """A call from the inside.

    Attributes:
        call: Its record.
        flow: Where its requests go.
        local: Its From, with our tag.
        credentials: What it was challenged for.
        headers: Header fields that the script gave, for the first request.
        body: The body that the script gave, for a single request.
        session: Its media; None for a single request.
        further: The media of further streams, where the call is a recording session.
        late_offer: Whether the INVITE leaves the offer to the peer.
        opening: The request that set it up, as sent last; None before.
        sequence: Its CSeq number.
        dialogs: The dialogs that its INVITE made, early ones too, by the peer's tag.
        dialog: The one that was answered first.
        client: The client's side of its INVITE; None before that is sent, and for what is not a call of ours.
        seen: Hashes of the provisional responses to a single request, to know copies.
        acceptance: Our 2xx to an INVITE of the peer while its ACK is missing.
        hanging_up: Whether BYE waits for that ACK.
        renewal: Our latest hold or resume.
        info_keys: Keys that are to go by INFO, the one under way first.
        referred: The CSeq number of our latest REFER.
        pending: The keys of its client transactions.
        unspoken: What the phone is to say, up to its end, in order.
        invite: The INVITE that called the phone, with its transaction, while it rings; None for a call of ours.
    """

    call: PhoneCall
    flow: Flow
    local: NameAddress
    credentials: CredentialsKeeper
    headers: list[tuple[str, str]]
    body: bytes = b""
    session: Session | None = None
    further: list[Session] = field(default_factory=list)
    late_offer: bool = False
    opening: Request | None = None
    sequence: int = 0
    dialogs: dict[str, Dialog] = field(default_factory=dict)
    dialog: Dialog | None = None
    client: InviteClient | None = None
    seen: set[int] = field(default_factory=set)
    acceptance: Acceptance | None = None
    hanging_up: bool = False
    renewal: Renewal | None = None
    info_keys: str = ""
    referred: int = 0
    pending: list[Key] = field(default_factory=list)
    unspoken: list[Utterance] = field(default_factory=list)
    invite: tuple[Transaction, Request] | None = None

    @property
    def is_inviting(self) -> bool:
        """Whether a re-INVITE of ours is under way."""
        return self.renewal is not None and self.renewal.reinvite.is_under_way

    @property
    def sessions(self) -> list[Session]:
        """All of its media, the first stream first."""
        return [] if self.session is None else [self.session, *self.further]

    @property
    def tag(self) -> str:
        """Our tag."""
        return self.local.tag or ""
