"""Typed records of all that happens in a run; every report is a reader of them."""

from __future__ import annotations

import re
from dataclasses import Field, dataclass
from itertools import chain
from typing import Any, ClassVar, Final, Literal, TypeVar, dataclass_transform

_CALL_ID: Final = re.compile(rb"\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
Lane = Literal["in", "out"]
C = TypeVar("C")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def record(cls: type[C]) -> type[C]:
    """Make a dataclass that the type checker, and nobody else, holds to be frozen.

    It is a `sipdomain.values.lean_value` all of whose fields are given by name.
    """
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(cls)


@record
class Entry:
    """Something that happened.

    Attributes:
        at: The moment, in seconds of the run's clock (monotonic; virtual in sim).
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    at: float


@record
class SipMessage(Entry):
    """A SIP message as it crossed the wire, seen from `owner`.

    Attributes:
        owner: Who saw it: "cloud" for the emulator, else the phone's name.
        lane: "in" when `owner` received it, "out" when it sent it.
        transport: "udp", "tcp" or "tls".
        local: The owner's HOST:PORT.
        remote: The other side's HOST:PORT.
        data: The message's bytes.
        call_id: Its Call-ID, or "" when it has none that can be read; read from `data` unless it is given.
    """

    owner: str
    lane: Lane
    transport: str
    local: str
    remote: str
    data: bytes
    call_id: str = ""

    def __post_init__(self) -> None:
        """Read the Call-ID."""
        if not self.call_id:
            found = _CALL_ID.search(self.data)
            text = found[1].rstrip().decode("utf-8", "surrogateescape") if found is not None else ""
            object.__setattr__(self, "call_id", text)

    @property
    def ends(self) -> tuple[str, str]:
        """The HOST:PORT that it came from, and that it went to."""
        return (self.local, self.remote) if self.lane == "out" else (self.remote, self.local)


@record
class Decision(Entry):
    """One comparison on a request's way through domain, access lists, credentials and URL.

    Attributes:
        call_id: The SIP Call-ID.
        method: The SIP method of the request.
        check: What was looked at: "domain", "access-list", "credentials", "voice-url", ...
        outcome: "passed", "challenged", "refused", "dropped" or "noted".
        reason: A stable symbol for a refusal, such as "bad-credentials"; "" when passed.
        rule: The id of the fidelity rule applied.
        got: What the request brought.
        wanted: What it was compared with.
        code: The provider's error code, or 0.
        mend: One line on how to fix it, or "".
        account_sid: The owner of the domain that the request is for, or "" while none is known.
        domain_sid: That domain, or "".
    """

    call_id: str
    method: str
    check: str
    outcome: Literal["passed", "challenged", "refused", "dropped", "noted"]
    reason: str = ""
    rule: str
    got: str = ""
    wanted: str = ""
    code: int = 0
    mend: str = ""
    account_sid: str = ""
    domain_sid: str = ""


@record
class HttpRequested(Entry):
    """The emulator asks a customer's URL for something.

    Attributes:
        token: Joins the request to its answer; unique within a run.
        call_sid: The call.
        call_id: The call's SIP Call-ID.
        purpose: "voice", "fallback", "redirect", "status", "media", "action", "recording", "conference", "partial" or
            "transcription".
        method: "GET" or "POST".
        url: The whole URL as requested, query included.
        parameters: The provider's parameters, in the order sent.
        headers: The header fields sent, the signature among them.
    """

    token: int
    call_sid: str
    call_id: str
    purpose: str
    method: str
    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


@record
class HttpAnswered(Entry):
    """The customer's URL answered, or failed to.

    Attributes:
        token: The token of the request.
        call_sid: The call.
        call_id: The call's SIP Call-ID.
        purpose: As in the request.
        status: The HTTP status, or 0 when there was no answer.
        content_type: The Content-Type header field, or "".
        body: The first 64 kB of the body.
        error_code: The provider's code when this counts as a failure, else 0.
        error: What went wrong, or "".
        detail: The same in the system's own words, or "".
        headers: The header fields that came.
        size: How many bytes the whole body had.
    """

    token: int
    call_sid: str
    call_id: str
    purpose: str
    status: int
    content_type: str = ""
    body: bytes = b""
    error_code: int = 0
    error: str = ""
    detail: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    size: int = 0


@record
class CallBegan(Entry):
    """A call begins, in either direction, and before anything else of it: a call, or a leg that another call dials.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        parent: The SID of the call that dials it, or "".
        to: Of a call of the emulator's own whom it calls: a SIP URI, a number, or "client:" and an identity; else "".
    """

    call_sid: str
    call_id: str
    parent: str = ""
    to: str = ""


@record
class CallChanged(Entry):
    """A call took on a status (the provider's words: ringing, in-progress, completed, ...).

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        status: The new status.
        domain: The SIP domain's name.
    """

    call_sid: str
    call_id: str
    status: str
    domain: str = ""


@record
class Registered(Entry):
    """A phone was registered, or its registration refreshed.

    Attributes:
        call_id: The Call-ID of the REGISTER.
        domain: The SIP domain's name.
        user: The user part of the address of record.
        contact: The Contact, without its expires parameter.
        received: The HOST:PORT that the REGISTER came from.
        expires: For how long, in seconds.
        bindings: How many bindings the address of record has now.
    """

    call_id: str
    domain: str
    user: str
    contact: str
    received: str
    expires: float
    bindings: int


@record
class Unregistered(Entry):
    """A binding has ended.

    Attributes:
        call_id: The Call-ID of the REGISTER that made it.
        domain: The SIP domain's name.
        user: The user part of the address of record.
        contact: The Contact that was registered.
        cause: "removed" by a REGISTER, or "expired".
        bindings: How many bindings the address of record has left.
    """

    call_id: str
    domain: str
    user: str
    contact: str
    cause: Literal["removed", "expired"]
    bindings: int


@record
class VerbStarted(Entry):
    """A TwiML verb begins.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        verb: The verb's name, such as "Say".
        text: The verb's text, shortened to 200 characters.
        line: The line of its document that it begins in.
        url: Where the document came from; "" when it came with the call, or by the REST API.
    """

    call_sid: str
    call_id: str
    verb: str
    text: str = ""
    line: int = 0
    url: str = ""


@record
class Announced(Entry):
    """The emulator says something that no document asks for: the apology for a document that fails.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        text: The words.
    """

    call_sid: str
    call_id: str
    text: str


@record
class Alert(Entry):
    """Something that the provider's debugger would show.

    Attributes:
        call_sid: The call, or "" when there is none.
        call_id: The SIP Call-ID, or "".
        code: The provider's error code.
        level: "error" or "warning".
        text: What happened.
        token: The HTTP request that it is about, or 0.
    """

    call_sid: str
    call_id: str
    code: int
    level: Literal["error", "warning"]
    text: str
    token: int = 0


@record
class AudioMeasured(Entry):
    """How the audio of a call went, reported when its port is closed: counted here, and as the phone's RTCP reported.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        sent: RTP packets that the emulator sent.
        received: RTP packets that came from the phone.
        lost: Packets of the phone that did not come.
        jitter: Of what came, in seconds (RFC 3550 section 6.4.1).
        remote_lost: Packets of the emulator that the phone reported as lost, or None when it reported nothing.
        remote_jitter: What it reported of these, in seconds, or None.
        round_trip: The time there and back, in seconds, by the phone's last report that has it; or None.
        reports: How many RTCP reports came.
    """

    call_sid: str
    call_id: str
    sent: int
    received: int
    lost: int
    jitter: float
    remote_lost: int | None = None
    remote_jitter: float | None = None
    round_trip: float | None = None
    reports: int = 0


@record
class PhoneEvent(Entry):
    """Something that a scripted phone noticed or did.

    Attributes:
        phone: The phone's name.
        call_id: The SIP Call-ID of the phone's call, or "".
        event: "dialled", "ringing", "answered", "refused", "ended", "pressed", "heard", ...
        detail: A few words, or "".
    """

    phone: str
    call_id: str
    event: str
    detail: str = ""


@record
class Injected(Entry):
    """Something that was made to go wrong: nobody has to hunt for its cause.

    Attributes:
        layer: What it befell: "sip", "rtp", "webhook", or what the "far end" does on purpose.
        fault: The word of the fault, such as "drop".
        text: What it befell, and what became of that, in a few words.
        call_id: The SIP Call-ID, or "" where it befell no call.
    """

    layer: Literal["sip", "rtp", "webhook", "far end"]
    fault: str
    text: str = ""
    call_id: str = ""


@record
class Note(Entry):
    """A sentence for people: an unreadable datagram, a cap that was reached, a peer's output.

    Attributes:
        source: Which part noticed it.
        text: The sentence.
    """

    source: str
    text: str


def size_of(entry: Entry) -> int:
    """Return about how many bytes of memory an entry takes: what it says, and 500 for itself."""
    match entry:
        case SipMessage():
            return 500 + len(entry.data)
        case HttpAnswered():
            return 500 + len(entry.body) + _fields_size(entry.headers)
        case HttpRequested():
            return 500 + len(entry.url) + _fields_size(entry.parameters) + _fields_size(entry.headers)
        case Decision():
            return 500 + len(entry.call_id) + len(entry.got) + len(entry.wanted) + len(entry.mend)
        case CallChanged():
            return 500 + len(entry.call_id)
        case _:
            return 500 + sum(
                [len(getattr(entry, name, "")) for name in ("call_id", "text", "detail", "contact", "url")]
            )


def _fields_size(fields: tuple[tuple[str, str], ...]) -> int:
    return 150 * len(fields) + sum(map(len, chain.from_iterable(fields)))
