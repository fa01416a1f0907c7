"""Which phones are registered where: bindings by domain and user, with their expiry, caps and rate."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from sipdomain.sip.address import NameAddress
from sipdomain.sip.equivalence import equivalent
from sipdomain.sip.outputs import Flow
from sipdomain.sip.timers import Alarm, TimerQueue, whole_seconds

MOST_BYTES: Final = 16 * 1024 * 1024
"""How many bytes the bindings of one domain may have; a further one is refused."""
SPAN: Final = 1.0
"""The second of "so many registrations a second", in seconds."""


class Aor(NamedTuple):
    """An address of record.

    Attributes:
        domain_sid: The domain; edges of one domain share it, and so its bindings.
        user: The user part, escapes undone; it counts by case.
    """

    domain_sid: str
    user: str


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a user can be reached for a while.

    Attributes:
        aor: Whose it is.
        domain: The domain's name when it was registered.
        contact: The Contact as registered, without its expires parameter.
        flow: How the REGISTER came; its remote end is where a phone behind NAT can be reached.
        call_id: The Call-ID of the REGISTER.
        sequence: Its CSeq number.
        registered_at: When the binding was made or refreshed, in seconds of the run's clock.
        expires_at: When it ends.
        user_agent: What the phone calls itself, or "".
    """

    aor: Aor
    domain: str
    contact: NameAddress
    flow: Flow
    call_id: str
    sequence: int
    registered_at: float
    expires_at: float
    user_agent: str = ""

    @property
    def instance(self) -> str:
        """The +sip.instance of RFC 5626, as written, or ""."""
        return self.contact.parameters.get("+sip.instance") or ""

    @property
    def size(self) -> int:
        """How many characters a phone chose, and 300 for itself."""
        return 300 + len(str(self.contact)) + len(self.call_id) + len(self.user_agent) + len(self.aor.user)

    def is_for(self, contact: NameAddress) -> bool:
        """Return whether a Contact means this binding: the same URI (RFC 3261 section 19.1.4) and instance."""
        same_instance = self.instance == (contact.parameters.get("+sip.instance") or "")
        return same_instance and equivalent(self.contact.uri, contact.uri)

    def row(self, now: float) -> dict[str, object]:
        """Return it for people and tests: names, addresses, and the whole seconds since when and for how long."""
        return {
            "domain": self.domain,
            "user": self.aor.user,
            "contact": str(self.contact),
            "received": f"{self.flow.transport}:{self.flow.remote}",
            "call_id": self.call_id,
            "cseq": self.sequence,
            "user_agent": self.user_agent,
            "age": int(now - self.registered_at),
            "expires": whole_seconds(self.expires_at - now),
        }


class Wish(NamedTuple):
    """One Contact of a REGISTER.

    Attributes:
        contact: The address, without its expires parameter.
        expires: For how long, in seconds; 0 to remove it.
    """

    contact: NameAddress
    expires: float


class Origin(NamedTuple):
    """What the bindings of one REGISTER have in common.

    Attributes:
        domain: The domain's name.
        flow: How it came.
        call_id: Its Call-ID.
        sequence: Its CSeq number.
        user_agent: Its User-Agent, or "".
    """

    domain: str
    flow: Flow
    call_id: str
    sequence: int
    user_agent: str = ""


class Change(NamedTuple):
    """What a REGISTER changed.

    Attributes:
        registered: Bindings made or refreshed.
        removed: Bindings that are no more.
    """

    registered: tuple[Binding, ...] = ()
    removed: tuple[Binding, ...] = ()


Failure = Literal["out-of-order", "too-many-bindings", "too-many-registrations"]


@dataclass(slots=True, eq=False)
class _User:
    """What is kept of one address of record.

    Attributes:
        bindings: Each with the alarm of its end, the newest last.
        requests: The moments of its last registrations.
    """

    bindings: list[tuple[Binding, Alarm[_Due]]] = field(default_factory=list)
    requests: deque[float] = field(default_factory=deque)


_Due = tuple[Aor, Binding | None]
"""What an alarm is for: the end of a binding, or of the memory of an address of record that has none."""


class Registrar:
    """The location service of all domains.

    Bounded: `most_bindings` for an address of record, `most_registrations` and `most_bytes` for a domain (past these a new
    binding is refused, and refreshes go on), and of past registrations the moments within the last second.
    An address of record without bindings is forgotten a second after its last REGISTER.
    """

    def __init__(
        self,
        *,
        most_bindings: int = 10,
        most_requests: int = 5,
        most_registrations: int = 10_000,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Start empty.

        Args:
            most_bindings: For one address of record.
            most_requests: Registrations a second for one address of record.
            most_registrations: Bindings in one domain.
            most_bytes: What they may take.
        """
        self.most_bindings = most_bindings
        self.most_requests = most_requests
        self.most_registrations = most_registrations
        self._users: dict[Aor, _User] = {}
        self._most_bytes = most_bytes
        self._counts: dict[str, int] = {}
        self._sizes: dict[str, int] = {}
        self._queue: TimerQueue[_Due] = TimerQueue()

    def __len__(self) -> int:
        """How many bindings there are."""
        return sum(self._counts.values())

    def __iter__(self) -> Iterator[Binding]:
        """All bindings, by address of record in the order of their first REGISTER."""
        return (binding for user in self._users.values() for binding, _ in user.bindings)

    @property
    def idle(self) -> bool:
        """Whether nothing is remembered: no binding, no past request, no alarm."""
        return not self._users and not self._counts and not self._queue

    @property
    def deadline(self) -> float | None:
        """When `expire` has something to do, or None."""
        return self._queue.deadline

    def of(self, aor: Aor) -> list[Binding]:
        """Return a user's bindings, the newest first."""
        user = self._users.get(aor)
        return [binding for binding, _ in reversed(user.bindings)] if user is not None else []

    def count_request(self, aor: Aor, now: float) -> bool:
        """Count a REGISTER of a user; False, and not counted, when it is one too many for this second."""
        user = self._users.get(aor)
        if user is None:
            user = self._users[aor] = _User()
        moments = user.requests
        while moments and now >= moments[0] + SPAN:
            moments.popleft()
        if len(moments) >= self.most_requests:
            return False
        moments.append(now)
        self._queue.set(now + SPAN, (aor, None))
        return True

    def register(self, aor: Aor, wishes: Sequence[Wish], origin: Origin, now: float) -> Change | Failure:
        """Make, refresh and remove bindings: all that is wished, or nothing (RFC 3261 section 10.3 step 7).

        Returns:
            What changed, or why nothing did: a CSeq that did not grow, or too many bindings.
        """
        before = self.of(aor)
        if any(_is_late(each, origin) for wish in wishes for each in before if each.is_for(wish.contact)):
            return "out-of-order"
        after = list(before)
        gone: list[Binding] = []
        for wish in wishes:
            old = next((each for each in after if each.is_for(wish.contact)), None)
            if old is not None:
                after.remove(old)
            if wish.expires > 0:
                ends_at = now + wish.expires
                after.append(
                    Binding(
                        aor, origin.domain, wish.contact, origin.flow, origin.call_id, origin.sequence, now,
                        ends_at, origin.user_agent,
                    )
                )  # fmt: skip
            elif old is not None and old in before:
                gone.append(old)
        growth = len(after) - len(before)
        if growth > 0 and len(after) > self.most_bindings:
            return "too-many-bindings"
        if growth > 0 and self._counts.get(aor.domain_sid, 0) + growth > self.most_registrations:
            return "too-many-registrations"
        larger = sum(each.size for each in after) - sum(each.size for each in before)
        if larger > 0 and self._sizes.get(aor.domain_sid, 0) + larger > self._most_bytes:
            return "too-many-registrations"
        made = [each for each in after if each not in before]
        for each in before:
            if each not in after:
                self._drop(each)
        for each in made:
            self._add(each)
        self._tidy(aor, now)
        return Change(tuple(made), tuple(gone))

    def remove_all(self, aor: Aor, origin: Origin, now: float) -> Change | Failure:
        """Remove every binding of a user, or none when the CSeq did not grow (RFC 3261 section 10.3 step 6)."""
        bindings = self.of(aor)
        if any(_is_late(each, origin) for each in bindings):
            return "out-of-order"
        for each in bindings:
            self._drop(each)
        self._tidy(aor, now)
        return Change((), tuple(bindings))

    def expire(self, now: float) -> list[Binding]:
        """Remove and return the bindings whose time is over."""
        over: list[Binding] = []
        for aor, binding in self._queue.due(now):
            if binding is not None:
                self._drop(binding)
                over.append(binding)
            self._tidy(aor, now)
        return over

    def _add(self, binding: Binding) -> None:
        aor = binding.aor
        alarm = self._queue.set(binding.expires_at, (aor, binding))
        self._users.setdefault(aor, _User()).bindings.append((binding, alarm))
        self._counts[aor.domain_sid] = self._counts.get(aor.domain_sid, 0) + 1
        self._sizes[aor.domain_sid] = self._sizes.get(aor.domain_sid, 0) + binding.size

    def _drop(self, binding: Binding) -> None:
        user = self._users[binding.aor]
        for place, (each, alarm) in enumerate(user.bindings):
            if each is binding:
                self._queue.cancel(alarm)
                del user.bindings[place]
                break
        domain_sid = binding.aor.domain_sid
        self._counts[domain_sid] -= 1
        self._sizes[domain_sid] -= binding.size
        if not self._counts[domain_sid]:
            del self._counts[domain_sid], self._sizes[domain_sid]

    def _tidy(self, aor: Aor, now: float) -> None:
        """Forget a user who has no binding and no REGISTER within the last second."""
        user = self._users.get(aor)
        if user is None or user.bindings:
            return
        # As the alarm reckons it: `now - SPAN` would be rounded otherwise.
        if not user.requests or now >= user.requests[-1] + SPAN:
            del self._users[aor]


def _is_late(binding: Binding, origin: Origin) -> bool:
    return binding.call_id == origin.call_id and origin.sequence <= binding.sequence
