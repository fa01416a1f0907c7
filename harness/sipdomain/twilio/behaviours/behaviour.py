"""What all behaviours of the far end have in common: which requests they are meant for, which of them, and how long."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, Final, NamedTuple

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.digest import Challenge
from sipdomain.sip.message import Request
from sipdomain.sip.methods import METHODS

ANY: Final = "any"
"""In place of a method: every one."""
MOST_TIMES: Final = 10_000
"""How often one behaviour may be applied."""
LONGEST: Final = 3_600.0
"""How long one behaviour may last, in seconds."""
_PLAIN: Final = frozenset(" \t,:{}[]#'\"&*!|>%@`\n")

Bounds = Mapping[str, tuple[float, float]]
"""The lowest and the highest value of numbers, by their names."""


def key(description: str, *, default: Any) -> Any:
    """Return the field of a behaviour that may be left out; what is said of it goes to the schema of scenarios."""
    return field(default=default, metadata={"description": description})


class Arrival(NamedTuple):
    """A request, and by which way it came.

    Attributes:
        request: It.
        local: The HOST:PORT that it reached.
        edge: The name of the edge that stands for, else of the one that the domain's name asks for, or "".
    """

    request: Request
    local: str
    edge: str = ""

    @property
    def in_call(self) -> bool:
        """Whether it comes within a call, or a dialog of any other kind: it has a To tag."""
        try:
            return self.request.to.tag is not None
        except RemoteProtocolError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour(ABC):
    """Something that the emulated cloud does on purpose.

    Attributes:
        WORD: What it is called in the registry.
        BOUNDS: The lowest and the highest value of each of its numbers, of a subclass those that it adds.
        nth: From which of those on that it is meant for, counted from 1.
        times: How many of them, at most 10,000.
        since: From which moment on, in seconds since it was set.
        until: Up to which moment, in seconds since it was set, at most 3,600.
        call_id: Of which SIP Call-ID, or "".
        user: The user of the Request-URI, or "".
        domain: The host of the Request-URI, or "".
        caller: The user of From, or its address as user@host, or "".
        edge: By which edge it came: the name, which a listener or the name of the domain has, or the HOST:PORT that it
            reached; "" for any.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    WORD: ClassVar[str]
    BOUNDS: ClassVar[Bounds] = {}

    nth: int = key("From which of them on, counted from 1.", default=1)
    times: int = key("How many of them.", default=1)
    since: float = key("From which second on.", default=0.0)
    until: float = key("Up to which second, at most 3,600.", default=600.0)
    call_id: str = key("Those of this SIP Call-ID.", default="")
    user: str = key("Those to this user, of the Request-URI.", default="")
    domain: str = key("Those to this host, of the Request-URI.", default="")
    caller: str = key("Those of this caller: the user of From, or `user@host`.", default="")
    edge: str = key(
        "Those that come by this edge: the name that its listener has, or else the domain's name "
        "(`acme.sip.dublin.twilio.com`); or the HOST:PORT that they reach.",
        default="",
    )

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        bounds: Bounds = {
            "nth": (1, MOST_TIMES), "times": (1, MOST_TIMES), "since": (0.0, LONGEST), "until": (0.0, LONGEST),
            **self.BOUNDS,
        }  # fmt: skip
        for name, (lowest, highest) in bounds.items():
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise ValueError(f"`{name}` must be from {lowest:g} to {highest:g}, not {value:g}")
        if self.until <= self.since:
            raise ValueError("`until` must be later than `since`")

    @property
    def line(self) -> str:
        """It as one line of a scenario's `cloud`, from which it can be set again: `status: {code: 503}`."""
        keys = ", ".join(f"{name}: {_flow(value)}" for name, value in self.plain.items())
        return f"{self.WORD}: {{{keys}}}"

    @property
    def plain(self) -> dict[str, Any]:
        """What it says as plain values, as the control API takes it; its own keys come first."""
        own = {each.name for each in fields(self)} - {each.name for each in fields(Behaviour)}
        ordered = sorted(fields(self), key=lambda each: each.name not in own)
        return {
            each.name: getattr(self, each.name)
            for each in ordered
            if each.name == "code" or getattr(self, each.name) != _default(each)
        }

    def is_meant_for(self, arrival: Arrival) -> bool:
        """Return whether it is meant for a request, whenever that comes."""
        request = arrival.request
        if self.call_id and request.headers.get("call-id") != self.call_id:
            return False
        if self.edge and self.edge not in {arrival.edge, arrival.local}:
            return False
        try:
            return self._is_to(request) and self._is_from(request)
        except RemoteProtocolError:
            return False

    def _is_to(self, request: Request) -> bool:
        if not (self.user or self.domain):
            return True
        uri = request.uri
        return (not self.user or uri.user == self.user) and (
            not self.domain or uri.host.lower() == self.domain.lower()
        )

    def _is_from(self, request: Request) -> bool:
        if not self.caller:
            return True
        uri = request.from_.uri
        return self.caller in {uri.user, f"{uri.user}@{uri.host}"}


class Answer(NamedTuple):
    """The final response that a request gets in place of the service's own.

    Attributes:
        status: 300 to 699.
        reason: The reason phrase; None for the usual one.
        headers: Further header fields.
        invites: Whether an INVITE of the cloud within the same call leaves just before it.
    """

    status: int
    reason: str | None
    headers: tuple[tuple[str, str], ...] = ()
    invites: bool = False


class Means(NamedTuple):
    """What a behaviour may draw from.

    Attributes:
        challenge: Makes a challenge whose nonce the service will take.
    """

    challenge: Callable[[], Challenge]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRequest(Behaviour):
    """Something that befalls a request, whatever else the service would do with it.

    Attributes:
        of: The method, or `any`.
        in_call: Whether it comes within a call; None for both.
    """

    of: str = key("Which requests: their method, or `any`.", default="INVITE")
    in_call: bool | None = key(
        "Only those within a call, such as a re-INVITE, or only those outside of one.", default=None
    )

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Behaviour.__post_init__(self)
        if self.of != ANY and self.of not in METHODS:
            raise ValueError(f"there is no method `{self.of}`; write such as `of: INVITE`, or `of: any`")

    def is_meant_for(self, arrival: Arrival) -> bool:
        """Return whether it is meant for a request, whenever that comes."""
        if self.of not in {ANY, arrival.request.method}:
            return False
        if self.in_call is not None and self.in_call is not arrival.in_call:
            return False
        return Behaviour.is_meant_for(self, arrival)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard(OnRequest):
    """A request is not heard. Each copy of it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting(OnRequest):
    """A REGISTER is granted another expiry than it asked for."""

    of: str = key("REGISTER alone.", default="REGISTER")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        OnRequest.__post_init__(self)
        if self.of != "REGISTER":
            raise ValueError(f"`of: {self.of}` cannot be: only a REGISTER is granted a time")

    @abstractmethod
    def granted(self) -> int:
        """Return how many seconds it grants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering(OnRequest):
    """A request gets a final response in place of the service's own."""

    @abstractmethod
    def answer(self, means: Means) -> Answer:
        """Return it."""


def _default(of: Field[Any]) -> Any:
    return of.default if of.default_factory is MISSING else of.default_factory()


def _flow(value: Any) -> str:
    """Return a plain value as YAML on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_flow(each)}' for name, each in value.items())}}}"
    if isinstance(value, str):
        return _text(value)
    return str(value)


def _text(value: str) -> str:
    """Return text, in quotes where it could be taken for something else."""
    plain = value and value[0].isalpha() and value.isprintable() and _PLAIN.isdisjoint(value)
    if plain and value.lower() not in {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
