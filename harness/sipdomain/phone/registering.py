"""A phone's registration: REGISTER with all that its answers ask for, refreshed before it ends (RFC 3261 section 10.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from sipdomain.errors import LocalProtocolError
from sipdomain.phone.call import CallState, PhoneCall
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.phone.settings import checked_fields, checked_target, checked_value
from sipdomain.sip.address import NameAddress
from sipdomain.sip.credentials import AUTHORIZATION, CredentialsKeeper
from sipdomain.sip.equivalence import equivalent
from sipdomain.sip.headers import Headers, key_of
from sipdomain.sip.message import Request, Response
from sipdomain.sip.timers import Alarm

REFRESHED: Final = 0.9
"""After which part of its time a registration is refreshed."""
MAX_RETRIES: Final = 5
"""How often one registration comes again because of 423, or of 503 with Retry-After."""
MAX_RETRY_AFTER: Final = 120.0
"""A Retry-After of more seconds than that is a refusal."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one record asks for.

    Attributes:
        registrar: The Request-URI.
        expires: In seconds, 0 to remove the binding; None to leave the choice to the registrar.
        contact: The Contact header field, or "" for none.
        headers: Further header fields.
        user: The digest user name.
        password: The digest password.
        transport: "udp", "tcp" or "tls".
    """

    registrar: str
    expires: int | None
    contact: str
    headers: tuple[tuple[str, str], ...]
    user: str
    password: str
    transport: str | None


class Registering:
    """The registrations of a phone, one at a time: a new one takes the place of the last.

    All its REGISTERs share a Call-ID, and count CSeq up.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._call_id = ""
        self._sequence = 0
        self._tag = ""
        self._leg: Leg | None = None
        self._wish: _Wish | None = None
        self._retries = 0
        self._alarm: Alarm[Callable[[float], None]] | None = None

    def register(
        self,
        *,
        registrar: str | None,
        expires: int | None,
        contact: str | None,
        headers: Iterable[tuple[str, str]],
        user: str | None,
        password: str | None,
        transport: str | None,
        now: float,
    ) -> PhoneCall:
        """Send the first REGISTER; what is None comes from the settings.

        Raises:
            LocalProtocolError: A bad URI, header field or transport.
        """
        settings = self._line.settings
        flow = settings.flow(transport)
        fields = checked_fields(headers)
        ours = f"<{settings.contact(flow.transport)}>"
        self._wish = _Wish(
            checked_target(registrar or f"sip:{settings.domain}"),
            expires,
            ours if contact is None else contact,
            tuple(fields),
            settings.username if user is None else user,
            settings.password if password is None else password,
            transport,
        )
        checked_value("Contact", self._wish.contact)
        checked_value("Authorization", self._wish.user)
        self._call_id = self._call_id or self._line.token(32)
        record = PhoneCall(self._call_id, "REGISTER", self._wish.registrar, "", now)
        self._begin(record, now)
        return record

    def unregister(self, *, everything: bool, now: float) -> PhoneCall:
        """Remove our binding, or every binding of the address of record; refresh no more.

        Raises:
            LocalProtocolError: The phone was never asked to register.
        """
        if self._wish is None:
            raise LocalProtocolError(f"{self._line.settings.name} was never asked to register")
        contact = "*" if everything else self._wish.contact
        self._wish = replace(self._wish, expires=0, contact=contact)
        record = PhoneCall(self._call_id, "REGISTER", self._wish.registrar, "", now)
        self._begin(record, now)
        return record

    def _begin(self, record: PhoneCall, now: float) -> None:
        """Send the first REGISTER of a registration or of its refresh."""
        if self._alarm is not None:
            self._line.alarms.cancel(self._alarm)
            self._alarm = None
        if self._leg is not None:
            self._over(self._leg.call, "failed", "another registration takes its place", now)
        self._retries = 0
        self._tag = self._line.token()
        self._send(record, now)

    def _send(self, record: PhoneCall, now: float) -> None:
        wish, line = self._wish, self._line
        if wish is None:
            return
        settings = line.settings
        local = NameAddress(settings.address_of_record, settings.display_name).with_tag(self._tag)
        credentials = CredentialsKeeper(wish.user, wish.password, line.token)
        leg = Leg(record, settings.flow(wish.transport), local, credentials, [])
        self._sequence += 1
        given = {key_of(name) for name, _ in wish.headers}
        usual = [("Max-Forwards", "70"), *line.about()]
        if wish.contact:
            usual.append(("Contact", wish.contact))
        if wish.expires is not None:
            usual.append(("Expires", str(wish.expires)))
        items = [
            ("Via", str(line.via(leg))),
            ("From", str(local)),
            ("To", f"<{settings.address_of_record}>"),
            ("Call-ID", self._call_id),
            ("CSeq", f"{self._sequence} REGISTER"),
            *(field for field in usual if field[0].lower() not in given),
            *wish.headers,
        ]
        self._leg = leg
        leg.opening = Request("REGISTER", wish.registrar, Headers(items))
        what = "removing" if wish.expires == 0 else "registering"
        line.note(self._call_id, what, wish.registrar, now)
        line.send(leg, leg.opening, now)

    def owns(self, leg: Leg) -> bool:
        """Return whether it is a registration, and no call or single request of a script."""
        return leg.call.call_id == self._call_id

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response to a REGISTER; nothing comes of one whose registration was given up.

        Raises:
            RemoteProtocolError: Something in it that is needed cannot be read.
        """
        record = leg.call
        if response.status < 200 or leg is not self._leg:
            return
        record.responses.append(response.status)
        record.final_status = response.status
        record.final_headers = list(response.headers)
        line = f"{response.status} {response.reason}"
        if response.status < 300:
            self._accepted(record, response, line, now)
        elif response.status in AUTHORIZATION:
            reason = leg.credentials.accept(response)
            if reason:
                self._over(record, "refused", f"{line}: {reason}", now)
                return
            self._sequence += 1
            self._line.send(leg, self._line.again(leg, request, self._sequence), now)
        elif response.status == 423:
            self._longer(record, response, line, now)
        elif response.status == 503:
            self._later(record, response, line, now)
        else:
            self._over(record, "refused", line, now)

    def lost(self, leg: Leg, reason: str, now: float) -> None:
        """Take note that nothing came that can be worked with."""
        if leg is self._leg:
            self._over(leg.call, "failed", reason, now)

    def _accepted(self, record: PhoneCall, response: Response, line: str, now: float) -> None:
        granted = self._granted(response)
        record.answered_at = now
        if granted:
            self._alarm = self._line.alarms.set(now + REFRESHED * granted, partial(self._refresh, record))
            self._over(record, "ended", f"{line}, {granted} seconds", now)
        else:
            self._over(record, "ended", line, now)

    def _granted(self, response: Response) -> int:
        """Return for how many seconds our Contact is registered; 0 when it is not."""
        wish = self._wish
        if wish is None or wish.expires == 0 or wish.contact in {"", "*"}:
            return 0
        ours = NameAddress.parse(wish.contact).uri
        for text in response.headers.list("contact"):
            contact = NameAddress.parse(text)
            if equivalent(contact.uri, ours):
                seconds = contact.parameters.get("expires") or response.headers.get("expires") or "0"
                return int(seconds) if seconds.isascii() and seconds.isdecimal() and len(seconds) < 10 else 0
        return 0

    def _refresh(self, record: PhoneCall, now: float) -> None:
        self._alarm = None
        self._begin(record, now)

    def _longer(self, record: PhoneCall, response: Response, line: str, now: float) -> None:
        """Come again with the Min-Expires of a 423 (RFC 3261 section 10.2.8)."""
        text = response.headers.get("min-expires") or ""
        wish = self._wish
        is_number = text.isascii() and text.isdecimal() and len(text) < 10
        if wish is None or not is_number or self._retries >= MAX_RETRIES:
            self._over(record, "refused", line, now)
            return
        self._retries += 1
        self._wish = replace(wish, expires=int(text))
        self._send(record, now)

    def _later(self, record: PhoneCall, response: Response, line: str, now: float) -> None:
        """Come again after the Retry-After of a 503 (RFC 3261 section 21.5.4)."""
        text = (response.headers.get("retry-after") or "").partition(";")[0].partition("(")[0].strip()
        is_number = text.isascii() and text.isdecimal() and len(text) < 10
        if not is_number or int(text) > MAX_RETRY_AFTER or self._retries >= MAX_RETRIES:
            self._over(record, "refused", line, now)
            return
        self._retries += 1
        self._line.note(self._call_id, "waiting", f"{line}, {text} seconds", now)
        self._alarm = self._line.alarms.set(now + int(text), partial(self._again, record))

    def _again(self, record: PhoneCall, now: float) -> None:
        self._alarm = None
        self._send(record, now)

    def _over(self, record: PhoneCall, state: CallState, detail: str, now: float) -> None:
        self._leg = None
        record.state, record.ended_at = state, now
        word = {"ended": "registered", "refused": "registration refused", "failed": "registration failed"}
        removed = state == "ended" and self._alarm is None
        self._line.note(self._call_id, "not registered" if removed else word.get(state, state), detail, now)
