"""Who can be called by `<Dial>`: a table from the kind of party to what makes its leg."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.family import child_record
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import Voice
from sipdomain.twilio.names.phone_numbers import EMERGENCY, read_number
from sipdomain.twilio.rooms.sip_uri import NotCallableError, read_uri
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twilio.store.subscribers import CLIENT
from sipdomain.twiml.dialling import Call, Party
from sipdomain.twiml.program import Parameters

GRACE: Final = 5.0
"""What the provider adds to `timeout`, in seconds (https://www.twilio.com/docs/voice/twiml/dial#timeout)."""


class Child(Protocol):
    """A leg that a `<Dial>` makes, as the dial sees it."""

    @property
    def session(self) -> str:
        """The name of its media session."""

    @property
    def record(self) -> CallRecord:
        """What the REST API shows of it."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """Its webhooks' parameters, among them `SipCallId` and `SipResponseCode` if it speaks SIP."""

    @property
    def sip_headers(self) -> tuple[tuple[str, str], ...]:
        """The `SipHeader_` parameters of its final response."""

    def begin(self, turn: Turn) -> None:
        """Call; it may be over within."""

    def release(self, status: CallStatus, turn: Turn) -> None:
        """End it: what is answered is hung up, all else ends with this status; harmless when it is over."""

    def go_on_with(self, url: str, method: str, parameters: Parameters, turn: Turn) -> None:
        """Leave its owner, and go on with a document of its own."""

    def duration(self, now: float) -> int:
        """Return the seconds since the answer, 0 for none."""

    @property
    def answered_at(self) -> float | None:
        """When it was answered, or None."""


Place = Callable[[CallRecord, CallOrder, Owner, Turn], Child]
"""Makes a leg by the way that leads to whom it is for; it waits for `begin`."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What legs are made of.

    Attributes:
        engine: Records, settings, alarms.
        place: Makes a leg.
    """

    engine: Engine
    place: Place


Maker = Callable[[Ground, Call, Party, Voice, Owner, Turn], Child]
"""Makes the leg of one party for a call; it waits for `begin`. Raises NotCallableError."""


def call_sip(ground: Ground, want: Call, party: Party, voice: Voice, owner: Owner, turn: Turn) -> Child:
    """Make the leg of a `<Sip>`.

    Raises:
        NotCallableError: The text is not a SIP URI that can be called.
    """
    return place_leg(ground, read_uri(party.address), want, party, voice, owner, turn)


def place_leg(
    ground: Ground, to: Uri | str, want: Call, party: Party, voice: Voice, owner: Owner, turn: Turn
) -> Child:
    """Make the leg of a party that is reached at a URI, or at an address of the numbering plan.

    Its record names the caller's call.

    Raises:
        NotCallableError: 12400, nothing is known of the caller's call any more.
    """
    order = CallOrder(
        to=to, from_=want.caller_id or voice.parameters["From"], timeout=want.timeout + GRACE,
        username=party.username, password=party.password, send_digits=party.send_digits,
        webhooks=CallWebhooks(
            url=party.url, method=party.method, status_callback=party.callback,
            status_callback_method=party.callback_method, events=party.events,
        ),
    )  # fmt: skip
    return ground.place(child_record(ground.engine, _parent(ground, voice), order, turn), order, owner, turn)


def _parent(ground: Ground, voice: Voice) -> CallRecord:
    parent = ground.engine.records.find(voice.identity.call_sid)
    if parent is None:
        raise NotCallableError(12400, "nothing is known of the call that dials")
    return parent


def call_number(ground: Ground, want: Call, party: Party, voice: Voice, owner: Owner, turn: Turn) -> Child:
    """Make the leg of a `<Number>`: a simulated one, which the numbering plan knows (rule dial-number).

    Raises:
        NotCallableError: 13223, the text is not a number; 13224, it is one of emergency services, and the domain called has
            no emergency calls; 13214, the account may not show the caller's number.
    """
    number = read_number(party.address)
    if number is None:
        raise NotCallableError(13223, f"{party.address} is not a phone number such as +15005550006")
    parent = _parent(ground, voice)
    if number in EMERGENCY:
        return place_leg(ground, _of_emergency(ground, parent, number), want, party, voice, owner, turn)
    caller = read_number(want.caller_id or _user(voice.parameters["From"]))
    if caller is None or ground.engine.store.numbers.owned(parent.account_sid, caller) is None:
        shown = want.caller_id or voice.parameters["From"]
        raise NotCallableError(
            13214, f"callerId must be a number that the account has bought or verified (got {shown})"
        )
    return place_leg(ground, number, replace(want, caller_id=caller), party, voice, owner, turn)


def _of_emergency(ground: Ground, parent: CallRecord, number: str) -> str:
    """Return a number of emergency services if the domain called lets it be called (rule number-emergency)."""
    domain = ground.engine.store.domains.find(parent.account_sid, parent.domain_sid)
    if domain is None or not domain.emergency_calling_enabled:
        raise NotCallableError(13224, f"{number}: emergency calling is not enabled on the SIP domain")
    return number


def _user(address: str) -> str:
    """Return the user of a SIP URI, any other text as it is."""
    try:
        uri = Uri.parse(address)
    except RemoteProtocolError:
        return address
    return uri.username if uri.is_sip else address


def call_client(ground: Ground, want: Call, party: Party, voice: Voice, owner: Owner, turn: Turn) -> Child:
    """Make the leg of a `<Client>`: a simulated one, which the numbering plan knows (rule dial-client)."""
    return place_leg(ground, CLIENT + party.address, want, party, voice, owner, turn)


MAKERS: Final[Mapping[str, Maker]] = {"Client": call_client, "Number": call_number, "Sip": call_sip}
"""By the kind of party. One more noun is one more line."""
