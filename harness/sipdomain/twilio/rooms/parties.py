"""Who can be called by `<Dial>`: a table from the kind of party to what makes its leg."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.family import child_record
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.calls.owner import Owner
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import Voice
from sipdomain.twilio.rooms.sip_uri import NotCallableError, read_uri
from sipdomain.twilio.store.call_records import CallRecord, CallStatus
from sipdomain.twiml.dialling import Call, Party

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

    def duration(self, now: float) -> int:
        """Return the seconds since the answer, 0 for none."""

    @property
    def answered_at(self) -> float | None:
        """When it was answered, or None."""


Place = Callable[[CallRecord, CallOrder, Owner, Turn], Child]
"""Makes a SIP leg, which waits for `begin`."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What legs are made of.

    Attributes:
        engine: Records, settings, alarms.
        place: Makes a SIP leg.
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
    ground: Ground, uri: Uri, want: Call, party: Party, voice: Voice, owner: Owner, turn: Turn
) -> Child:
    """Make the SIP leg of a party that is reached at a URI, with the record that names the caller's call.

    Raises:
        NotCallableError: 12400, nothing is known of the caller's call any more.
    """
    order = CallOrder(
        to=uri, from_=want.caller_id or voice.parameters["From"], timeout=want.timeout + GRACE,
        username=party.username, password=party.password, send_digits=party.send_digits,
        webhooks=CallWebhooks(
            url=party.url, method=party.method, status_callback=party.callback,
            status_callback_method=party.callback_method, events=party.events,
        ),
    )  # fmt: skip
    parent = ground.engine.records.find(voice.identity.call_sid)
    if parent is None:
        raise NotCallableError(12400, "nothing is known of the call that dials")
    return ground.place(child_record(ground.engine, parent, order, turn), order, owner, turn)


def _no_number(
    _ground: Ground, _want: Call, party: Party, _voice: Voice, _owner: Owner, _turn: Turn
) -> Child:
    raise NotCallableError(13224, f"no telephone network is emulated: {party.address} cannot be called")


MAKERS: Final[Mapping[str, Maker]] = {"Sip": call_sip, "Number": _no_number}
"""By the kind of party. One more noun is one more line."""
