"""What a script can have a phone do: each ability is a method here, and takes the moment first.

An ability returns what is to be done, with the record before it when it begins a call or a request.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from sipdomain.errors import LocalProtocolError
from sipdomain.media.dtmf import MOST_KEYS
from sipdomain.media.outputs import SendDtmf
from sipdomain.media.prompts import AudioFile, Keys, Speech
from sipdomain.phone.book import CallBook
from sipdomain.phone.call import PhoneCall, Said
from sipdomain.phone.census import PhoneCensus
from sipdomain.phone.dialling import Dialling
from sipdomain.phone.hold import Hold
from sipdomain.phone.incoming import Incoming
from sipdomain.phone.info_keys import InfoKeys
from sipdomain.phone.line import Line
from sipdomain.phone.outputs import PhoneOutput
from sipdomain.phone.registering import Registering
from sipdomain.phone.settings import PhoneSettings
from sipdomain.phone.speaking import Speaking
from sipdomain.phone.transfer import Transferring, replacing
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.outputs import Send
from sipdomain.sip.timers import Timers

KeyPressing = Literal["rfc4733", "inband", "info"]
"""How a phone presses keys."""
_KEYS: Final = re.compile(r"[0-9A-D*#]+")


class Abilities:
    """The half of a phone that a script uses; the other half takes what comes from outside."""

    def __init__(
        self,
        settings: PhoneSettings,
        *,
        rng: random.Random,
        timers: Timers | None = None,
        capacity: int = 10_000,
    ) -> None:
        """Make a phone.

        Args:
            settings: Who it is.
            rng: Where Call-IDs, tags, branches and client nonces come from.
            timers: The base values of its SIP timers; those of RFC 3261 when None.
            capacity: How many unfinished calls it may have.
        """
        self.settings = settings
        self._line = Line(settings, rng, timers)
        self._book = CallBook(self._line, capacity)
        self._dialling = Dialling(self._line, self._book)
        self._incoming = Incoming(self._line, self._book)
        self._registering = Registering(self._line)
        self._speaking = Speaking(self._line, self._book)
        self._hold = Hold(self._line, self._book)
        self._transferring = Transferring(self._line)
        self._info_keys = InfoKeys(self._line)

    @property
    def calls(self) -> Mapping[str, PhoneCall]:
        """The calls by Call-ID, oldest first; of the finished ones the last 1,000."""
        return MappingProxyType(self._book.calls)

    @property
    def census(self) -> PhoneCensus:
        """What is open or awaited; all zero when nothing is left of past calls."""
        line, book = self._line, self._book
        return PhoneCensus(
            legs=len(book.legs),
            sessions=len(book.sessions),
            transactions=len(line.layer),
            pending=line.pending,
            alarms=len(line.alarms),
        )

    def dial(
        self,
        now: float,
        to: str,
        *,
        headers: Iterable[tuple[str, str]] = (),
        user: str | None = None,
        password: str | None = None,
        transport: str | None = None,
        late_offer: bool = False,
    ) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Place a call: open media; the INVITE follows when the port is open.

        Args:
            now: The moment.
            to: The Request-URI, sent as it is given.
            headers: Header fields for the INVITE, in order. One that the phone would write itself, such
                as Max-Forwards, takes the place of the phone's own.
            user: A digest user name other than the phone's.
            password: A password other than the phone's.
            transport: A transport other than the phone's.
            late_offer: Send no session description, and answer the peer's offer in the ACK.

        Raises:
            LocalProtocolError: A bad URI, header field or transport, or too many calls.
        """
        leg = self._book.open("INVITE", to, headers, now, user=user, password=password, transport=transport)
        leg.late_offer = late_offer
        self._book.open_media(leg)
        return leg.call, self._line.drain()

    def request(
        self, now: float, method: str, to: str, *, headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Send one request outside a dialog, as it is given: OPTIONS, or something odd.

        A challenge is answered as for a call. An INVITE has no media here; its 2xx is acknowledged.

        Raises:
            LocalProtocolError: A bad method, URI or header field, or too many calls.
        """
        if not TOKEN.fullmatch(method):
            raise LocalProtocolError(f"not a method: {method!r}")
        leg = self._book.open(method, to, headers, now)
        leg.body = body
        if method == "ACK":
            # An ACK has no transaction and no answer.
            self._line.do(Send(leg.flow, bytes(self._line.opening(leg, body))))
            self._book.finish(leg, "ended", "", "an ACK has no answer", now)
        else:
            self._dialling.open(leg, now)
        return leg.call, self._line.drain()

    def register(
        self,
        now: float,
        *,
        expires: int | None = 3600,
        registrar: str | None = None,
        contact: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        user: str | None = None,
        password: str | None = None,
        transport: str | None = None,
    ) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Register, and refresh the registration before it ends, until `unregister` or another `register`.

        Challenges are answered; after 423 the phone asks for Min-Expires, after 503 it waits for Retry-After.

        Args:
            now: The moment.
            expires: For how long, in seconds; 0 removes the binding; None leaves the choice to the registrar.
            registrar: The Request-URI; that of the phone's domain when None.
            contact: The Contact header field; the phone's own address when None, none at all when "".
            headers: Further header fields.
            user: A digest user name other than the phone's.
            password: A password other than the phone's.
            transport: A transport other than the phone's.

        Returns:
            The record of the registration; its refreshes add their responses to it.

        Raises:
            LocalProtocolError: A bad URI, header field or transport.
        """
        record = self._registering.register(
            registrar=registrar, expires=expires, contact=contact, headers=headers, user=user, password=password,
            transport=transport, now=now,
        )  # fmt: skip
        return record, self._line.drain()

    def unregister(self, now: float, *, everything: bool = False) -> tuple[PhoneCall, list[PhoneOutput]]:
        """Remove the phone's binding, or with `everything` all bindings of its address of record.

        Raises:
            LocalProtocolError: It was never asked to register.
        """
        record = self._registering.unregister(everything=everything, now=now)
        return record, self._line.drain()

    @property
    def ringing(self) -> list[PhoneCall]:
        """The calls to the phone that wait for an answer, oldest first."""
        return [
            leg.call for leg in self._book.legs.values() if leg.invite is not None and leg.session is None
        ]

    def answer(self, now: float, call: PhoneCall) -> list[PhoneOutput]:
        """Answer a call to the phone: open media; the 200 follows when the port is open. Nothing when it is over.

        Raises:
            LocalProtocolError: It does not ring.
        """
        leg = self._book.leg_of(call)
        if leg is not None:
            self._incoming.called.answer(leg, now)
        return self._line.drain()

    def refuse(self, now: float, call: PhoneCall, status: int) -> list[PhoneOutput]:
        """Refuse a call to the phone with a status from 300 to 699; nothing when it is over.

        Raises:
            LocalProtocolError: It does not ring.
        """
        leg = self._book.leg_of(call)
        if leg is not None:
            self._incoming.called.refuse(leg, status, "refused here", now)
        return self._line.drain()

    def hang_up(self, now: float, call: PhoneCall) -> list[PhoneOutput]:
        """Send BYE; before the answer CANCEL, or 480 to who calls; nothing when the call is over already.

        While a 2xx of the phone's waits for its ACK, BYE waits for it too (RFC 3261 section 15).
        """
        leg = self._book.leg_of(call)
        if leg is None:
            return []
        if leg.invite is not None:
            return self.refuse(now, call, 480)
        if leg.dialog is None:
            return self.cancel(now, call)
        leg.hanging_up = leg.acceptance is not None
        if not leg.hanging_up:
            self._book.hang_up(leg, "ended", "BYE sent", now)
        return self._line.drain()

    def cancel(self, now: float, call: PhoneCall) -> list[PhoneOutput]:
        """Give up a call that is not answered yet; nothing when it is over already.

        Raises:
            LocalProtocolError: It is answered, or is a single request that is no INVITE.
        """
        leg = self._book.leg_of(call)
        if leg is None:
            return []
        if leg.dialog is not None:
            raise LocalProtocolError("the call is answered: hang up instead")
        if call.method != "INVITE":
            raise LocalProtocolError(f"only an INVITE can be cancelled, not {call.method}")
        self._dialling.cancel(leg, now)
        return self._line.drain()

    def press(
        self, now: float, call: PhoneCall, keys: str, how: KeyPressing = "rfc4733"
    ) -> list[PhoneOutput]:
        """Press keys; nothing when the call is over already.

        Args:
            now: The moment.
            call: The call.
            keys: From 0-9, A-D, * and #.
            how: As RFC 4733 events, as tones in the audio behind what is said already, or by SIP INFO.

        Raises:
            LocalProtocolError: A key that no phone has, more than 128, a call that is not answered, or no telephone-event.
        """
        if not _KEYS.fullmatch(keys):
            raise LocalProtocolError(f"keys are 0-9, A-D, * and #, not {keys!r}")
        if len(keys) > MOST_KEYS:
            raise LocalProtocolError(f"{len(keys)} keys; at most {MOST_KEYS} can be pressed at once")
        leg = self._book.leg_of(call)
        if leg is None:
            return []
        if leg.dialog is None or leg.session is None:
            raise LocalProtocolError("keys can be pressed once the call is answered")
        match how:
            case "inband":
                self._speaking.begin(leg, Keys(keys), f"keys {keys}")
            case "info":
                self._info_keys.press(leg, keys, now)
                call.utterances.append(Said(f"keys {keys}", "keys", now, now))
            case "rfc4733" if not leg.session.has_dtmf:
                raise LocalProtocolError("the peer did not agree on telephone-event")
            case "rfc4733":
                wish = SendDtmf(leg.session.name, keys)
                self._line.do(wish)
                ended_at = now + len(keys) * (wish.duration + wish.gap) - wish.gap
                call.utterances.append(Said(f"keys {keys}", "keys", now, ended_at))
        self._line.note(call.call_id, "pressed", keys, now)
        return self._line.drain()

    def say(self, now: float, call: PhoneCall, words: str) -> list[PhoneOutput]:
        """Say words into a call, behind what is said already; nothing when it is over.

        The words stand in `call.said` once they are spoken to their end.

        Raises:
            LocalProtocolError: The call is not answered, or is on hold, or has too much to say already.
        """
        del now
        leg = self._book.leg_of(call)
        if leg is not None:
            self._speaking.begin(leg, Speech(words), words)
        return self._line.drain()

    def play(self, now: float, call: PhoneCall, audio: AudioFile, name: str) -> list[PhoneOutput]:
        """Play a recording into a call, behind what is said already; nothing when it is over.

        The name stands in `call.said` once it is played to its end, or in `call.not_said` with the reason when it
        cannot be read.

        Raises:
            LocalProtocolError: The call is not answered, or is on hold, or has too much to say already.
        """
        del now
        leg = self._book.leg_of(call)
        if leg is not None:
            self._speaking.begin(leg, audio, name)
        return self._line.drain()

    def hold(self, now: float, call: PhoneCall, *, inactive: bool = False) -> list[PhoneOutput]:
        """Put a call on hold by re-INVITE with a=sendonly, or a=inactive; nothing when it is over.

        `call.hold` is "held" once the peer agreed; `call.hold_refusal` has the status when it did not.

        Raises:
            LocalProtocolError: The call is not answered, is on hold already, or a hold or resume is under way.
        """
        leg = self._book.leg_of(call)
        if leg is not None:
            self._hold.renew(leg, "inactive" if inactive else "sendonly", now)
        return self._line.drain()

    def resume(self, now: float, call: PhoneCall) -> list[PhoneOutput]:
        """Take a call off hold by re-INVITE with a=sendrecv; nothing when it is over.

        Raises:
            LocalProtocolError: The call is not answered, is not on hold, or a hold or resume is under way.
        """
        leg = self._book.leg_of(call)
        if leg is not None:
            self._hold.renew(leg, "sendrecv", now)
        return self._line.drain()

    def transfer(self, now: float, call: PhoneCall, to: str) -> list[PhoneOutput]:
        """Ask the peer by REFER to call somebody else (RFC 3515); nothing when the call is over.

        `call.transfer` shows its answer and how the new call goes. The call itself goes on until somebody hangs up.

        Raises:
            LocalProtocolError: `to` is not a URI, the call is not answered, or another transfer is under way.
        """
        leg = self._book.leg_of(call)
        if leg is not None:
            self._transferring.refer(leg, to, now)
        return self._line.drain()

    def join(self, now: float, call: PhoneCall, other: PhoneCall) -> list[PhoneOutput]:
        """Ask the peer by REFER to take this phone's place in another call (RFC 3891); nothing when one is over.

        Raises:
            LocalProtocolError: One of the calls is not answered, both are the same, or another transfer is under way.
        """
        leg, replaced = self._book.leg_of(call), self._book.leg_of(other)
        if leg is not None and replaced is not None:
            if leg is replaced:
                raise LocalProtocolError("a call cannot take its own place")
            self._transferring.refer(leg, replacing(replaced), now)
        return self._line.drain()
