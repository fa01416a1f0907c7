"""REGISTER: a phone says where it can be reached, for how long, or that it cannot any more (RFC 3261 section 10.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from sipdomain.entries import Registered, Unregistered
from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.grammar import format_parameters, split_list
from sipdomain.sip.message import Request
from sipdomain.sip.timers import whole_seconds
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.admission import broken_messages as broken
from sipdomain.twilio.admission.admission import Admitted, Challenged, Refused, Trail
from sipdomain.twilio.admission.registrar import Aor, Binding, Change, Failure, Origin, Wish
from sipdomain.twilio.admission.registration import admit_registration
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn

SHORTEST: Final = 600
LONGEST: Final = 3600
USUAL: Final = 3600
"""Expiry in seconds: less is too brief, more is cut, and what holds when none is asked for."""
_EVERYTHING: Final = "*"

_FAILURES: Final[dict[Failure, tuple[str, str, str]]] = {
    "out-of-order": (
        "register-out-of-order", "a CSeq above that of the last REGISTER with this Call-ID",
        "count CSeq up with each REGISTER, or begin a new Call-ID",
    ),
    "too-many-bindings": (
        "too-many-bindings", "at most 10 bindings",
        "unregister phones that are gone, or wait until their bindings expire",
    ),
    "too-many-registrations": (
        "too-many-registrations", "at most 10,000 bindings in a domain", "spread the users over several domains",
    ),
}  # fmt: skip


def handle(service: Service, transaction: Transaction, request: Request, turn: Turn) -> None:
    """Carry a REGISTER through admission to its bindings, or to its refusal."""
    verdict, trail = admit_registration(
        service.engine.admission, service.engine.store, request, transaction.flow, turn.now
    )
    answer: list[tuple[str, str]] = []
    change: Change | None = None
    if isinstance(verdict, Admitted):
        aor = Aor(verdict.domain.sid, verdict.username)
        origin = Origin(
            verdict.domain.domain_name, transaction.flow, request.call_id, request.cseq.number,
            request.headers.get("user-agent") or "",
        )  # fmt: skip
        granted = None
        if not service.engine.far_end.is_idle:
            arrival = service.engine.doors.arrival(request, transaction.flow)
            granted = service.engine.far_end.granted_to(arrival, turn.now, turn.out)
        changed = _changed(service, request, aor, origin, trail, granted)
        if isinstance(changed, Change):
            change = changed
            trail.note(
                "bindings", "passed", "register-most",
                wanted=f"at most {service.engine.registrar.most_bindings} of {aor.user}",
                got=f"{len(changed.registered)} registered, {len(changed.removed)} removed",
            )  # fmt: skip
            answer = _contact(service.engine.registrar.of(aor), turn.now)
        else:
            verdict = changed
    turn.out.extend(trail.decisions)
    if change is not None:
        _journal(service, change, turn)
    if isinstance(verdict, Challenged):
        service.agent.reply(
            transaction, request, 407, turn, "Proxy Authentication required",
            headers=[("Proxy-Authenticate", str(verdict.challenge))],
        )  # fmt: skip
    elif isinstance(verdict, Refused):
        service.agent.refuse(transaction, request, verdict.refusal, turn)
    else:
        service.agent.reply(transaction, request, 200, turn, headers=answer)


def expire(service: Service, turn: Turn) -> None:
    """Let bindings go whose time is over."""
    for binding in service.engine.registrar.expire(turn.now):
        turn.out.append(_unregistered(service, binding, "expired", turn))


def _changed(
    service: Service, request: Request, aor: Aor, origin: Origin, trail: Trail, granted: int | None
) -> Change | Refused:
    """Carry out what an authenticated REGISTER asks for, or say why not."""
    registrar = service.engine.registrar
    if not registrar.count_request(aor, trail.now):
        return trail.refuse(
            "rate", "registering-too-often", got="one more within a second",
            wanted=f"at most {registrar.most_requests} REGISTER a second for {aor.user}",
            mend="register less often; a phone needs one REGISTER in ten minutes",
        )  # fmt: skip
    try:
        wishes = _wishes(request)
    except RemoteProtocolError as error:
        return trail.refuse(
            "contact", "bad-registration", got=str(error),
            wanted="Contacts with SIP URIs, or * alone with Expires: 0",
            mend=broken.mend_of_contact(request, "correct the Contact header field"),
        )  # fmt: skip
    if wishes is None:
        done = registrar.remove_all(aor, origin, trail.now)
    else:
        brief = next((each for each in wishes if 0 < each.expires < SHORTEST), None)
        if brief is not None:
            return trail.refuse(
                "expires", "interval-too-brief", got=f"{brief.expires:g} seconds",
                wanted=f"{SHORTEST} to {LONGEST} seconds, or 0",
                mend=f"set the phone's registration interval to {SHORTEST} seconds or more",
            )  # fmt: skip
        cut = [_cut(each, trail) for each in wishes]
        if granted is not None:
            cut = [each._replace(expires=granted) if each.expires else each for each in cut]
        done = registrar.register(aor, cut, origin, trail.now)
    if isinstance(done, Change):
        return done
    symbol, wanted, mend = _FAILURES[done]
    got = f"CSeq: {origin.sequence}" if done == "out-of-order" else f"{len(registrar.of(aor))} bindings"
    return trail.refuse("bindings", symbol, got=got, wanted=wanted, mend=mend)


def _wishes(request: Request) -> list[Wish] | None:
    """Return what the Contacts ask for; None for the `*` that removes everything.

    Raises:
        RemoteProtocolError: A Contact cannot be read or is not a SIP URI, or `*` is not alone or not for removal.
    """
    texts = [part for value in request.headers.all("contact") for part in split_list(value) if part]
    usual = _seconds(request.headers.get("expires"), USUAL)
    if _EVERYTHING in texts:
        if len(texts) > 1 or usual != 0 or request.headers.get("expires") is None:
            raise RemoteProtocolError("Contact: * with an Expires other than 0, or beside another Contact")
        return None
    wishes: list[Wish] = []
    for text in texts:
        contact = NameAddress.parse(text)
        if not contact.uri.is_sip:
            raise RemoteProtocolError(f"Contact is not a SIP URI: {text[:80]!r}")
        parameters = dict(contact.parameters)
        expires = _seconds(parameters.pop("expires", None), usual)
        # Preference is a matter for forking by order; the service forks to all at once.
        wishes.append(Wish(replace(contact, parameters=parameters), expires))
    return wishes


def _seconds(text: str | None, otherwise: int) -> int:
    """Return delta-seconds; what is malformed counts as 3600 (RFC 3261 section 20.10)."""
    if text is None:
        return otherwise
    text = text.strip()
    if not (text.isascii() and text.isdecimal()):
        return 3600
    return int(text) if len(text) <= 10 else LONGEST


def _cut(wish: Wish, trail: Trail) -> Wish:
    if wish.expires <= LONGEST:
        return wish
    trail.note(
        "expires", "noted", "register-long", got=f"{wish.expires:g} seconds", wanted=f"at most {LONGEST}",
        mend=f"refresh within {LONGEST} seconds, as the 200 says",
    )  # fmt: skip
    return wish._replace(expires=LONGEST)


def _contact(bindings: list[Binding], now: float) -> list[tuple[str, str]]:
    """Return the one Contact header field with all bindings, the newest first; none when there are none."""
    texts = []
    for each in bindings:
        parameters = {**each.contact.parameters, "expires": str(whole_seconds(each.expires_at - now))}
        texts.append(f"<{each.contact.uri}>{format_parameters(parameters)}")
    return [("Contact", ",".join(texts))] if texts else []


def _journal(service: Service, change: Change, turn: Turn) -> None:
    """Write down what changed."""
    turn.out.extend(_unregistered(service, each, "removed", turn) for each in change.removed)
    turn.out.extend(
        Registered(
            at=turn.now, call_id=each.call_id, domain=each.domain, user=each.aor.user, contact=str(each.contact),
            received=str(each.flow.remote), expires=each.expires_at - each.registered_at,
            bindings=len(service.engine.registrar.of(each.aor)),
        )
        for each in change.registered
    )  # fmt: skip


def _unregistered(
    service: Service, binding: Binding, cause: Literal["removed", "expired"], turn: Turn
) -> Unregistered:
    return Unregistered(
        at=turn.now, call_id=binding.call_id, domain=binding.domain, user=binding.aor.user,
        contact=str(binding.contact), cause=cause, bindings=len(service.engine.registrar.of(binding.aor)),
    )  # fmt: skip
