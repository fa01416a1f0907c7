"""A scenario while it plays: its world, its calls by name, what was heard in them, and when one is over."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeVar

from sipdomain.entries import Decision, Entry
from sipdomain.phone import PhoneCall as OwnCall
from sipdomain.scenario.chances import Chances
from sipdomain.scenario.evidence import Evidence
from sipdomain.scenario.given import Given
from sipdomain.scenario.judging import Judge
from sipdomain.scenario.leg import DialledLeg, Legs
from sipdomain.scenario.memory import Memory
from sipdomain.scenario.messages import Messages, SeenMessage
from sipdomain.scenario.mismatch import Mismatch, StepError
from sipdomain.scenario.peers.watched import WatchedCall
from sipdomain.scenario.talk import Talk
from sipdomain.scenario.tracks import track_of
from sipdomain.scenario.world import PhoneCall, PhoneHandle, World
from sipdomain.twilio.admission.broken_messages import BROKEN_MESSAGE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

E = TypeVar("E", bound=Entry)

QUIET = 0.1
"""How long nothing may happen, in seconds, before what did not happen counts as not happening."""

INSTANT = 1e-3
"""Spans of time shorter than this, in seconds, are none: a wait for less may not move the clock."""


class Stage:
    """A scenario while it plays.

    Attributes:
        world: Where it plays.
        given: What stood before the first step.
        folder: Where the scenario's file is; files that it names are relative to it.
        evidence: The journal by call.
        chances: What may happen, as far as it is known.
        memory: What was saved under names.
        calls: The calls placed so far, by name, in order.
        begun: All of them, those too whose name a later call took.
        secrets: Passwords that no report may show.
        within: How long steps wait that say nothing themselves, in seconds; None for what each kind of step says.
        passed_over: What soft expectations found unmet, oldest first.
        remarks: In which branch and round it is, as failures say, the inner one first.
        under_way: The paths of the steps that are being carried out, the outer ones first.
        comparison: Judges in place of the steps, where the world's emulator is another one; else None.
    """

    def __init__(
        self,
        world: World,
        given: Given,
        folder: Path = Path(),
        *,
        within: float | None = None,
        seed: int = 0,
    ) -> None:
        self.world = world
        self.given = given
        self.folder = folder
        self.evidence = Evidence(world.journal)
        self.chances = Chances(given, self.evidence)
        self.memory = Memory({"sip": str(world.sip_address), "http": world.http_url, "app": world.app_url})
        self.calls: dict[str, PhoneCall] = {}
        self.secrets: set[str] = set(given.secrets())
        self.within = within
        self.passed_over: list[Mismatch] = []
        self.remarks: tuple[str, ...] = ()
        self.under_way: list[str] = []
        self.comparison: Judge | None = None
        self._seed = seed
        self._branch = ""
        self._branches: dict[str, str] = {}
        self._phones: list[tuple[OwnCall, PhoneHandle]] = []
        self.begun: list[PhoneCall] = []
        self._legs = Legs(world.journal)
        self._messages = Messages(world.journal)
        self._recordings: list[tuple[PhoneCall, Samples]] = []
        self._talks: dict[int, Talk] = {}

    def add_call(self, name: str, call: OwnCall, phone: PhoneHandle) -> None:
        """Make a call of one of our phones the latest one, under a name; an older call of that name is forgotten."""
        self.add_foreign_call(name, call)
        self._phones.append((call, phone))

    def add_foreign_call(self, name: str, call: PhoneCall) -> None:
        """Make a call, whose phone takes no orders, the latest one, under a name."""
        self.calls.pop(name, None)
        self.calls[name] = call
        self._branches[name] = self._branch
        self.begun.append(call)

    def branch(self, path: str, remark: str) -> Stage:
        """Return the stage as one of several branches sees it; all that happens is shared.

        Args:
            path: Which branch, such as `steps[2].parallel[0]`.
            remark: What failures in it say of it.
        """
        view = copy(self)
        view._branch = path  # noqa: SLF001 - its own
        view.remarks = (remark, *self.remarks)
        return view

    def join(self, path: str) -> None:
        """End the branches of a step: the calls that they placed are its own from now on."""
        for name, branch in self._branches.items():
            if is_within(branch, path):
                self._branches[name] = self._branch

    def round(self, index: int) -> Stage:
        """Return the stage as a round of a repetition sees it, counted from 1; failures in it say which it is."""
        view = copy(self)
        view.memory = self.memory.in_round(index)
        view.remarks = (f"in round {index}", *self.remarks)
        return view

    def pass_over(self, mismatches: Iterable[Mismatch]) -> None:
        """Keep what is not met; the scenario goes on, and fails at its end."""
        self.passed_over += mismatches

    @property
    def is_branch(self) -> bool:
        """Whether other steps are carried out at the same time."""
        return bool(self._branch)

    def rng(self, path: str) -> Random:
        """Return what draws by seed for a step."""
        return Random(f"{self._seed} {path}")

    def close(self) -> None:
        """Look at nothing more."""
        self.evidence.close()
        self._messages.close()
        self._legs.close()
        for call in self.begun:
            if isinstance(call, WatchedCall):
                call.close()

    def takes_orders(self, call: PhoneCall) -> bool:
        """Whether a phone of ours placed a call, and not a foreign one."""
        return any(placed is call for placed, _ in self._phones)

    def under_way_of_phones(self) -> dict[str, PhoneCall]:
        """Return the calls that phones of ours are in, placed or taken, by name."""
        return {
            name: call
            for name, call in self.calls.items()
            if call.method == "INVITE" and self.takes_orders(call) and not self.is_over(call)
        }

    def phone_of(self, call: PhoneCall) -> tuple[PhoneHandle, OwnCall]:
        """Return the phone that a call is on, and the call as that phone's own.

        Raises:
            StepError: It is a foreign one, which takes no orders.
        """
        for placed, phone in self._phones:
            if placed is call:
                return phone, placed
        raise StepError("a foreign phone takes no orders during its call")

    def add_recording(self, call: PhoneCall, samples: Samples) -> None:
        """Keep what a foreign phone heard in a call, at 8 kHz."""
        self._recordings.append((call, samples))

    def heard(self, call: PhoneCall, track: str = "") -> Samples:
        """Return what was heard in a call so far, at 8 kHz; of a recording session in one track, by label or speaker.

        Raises:
            StepError: There is no such track; or it is a leg that no phone of ours took, or of a foreign phone that keeps
                no record: nobody knows.
        """
        if isinstance(call, DialledLeg) and not call.session:
            raise StepError("what was heard in this leg is not known: no step `answer` took it")
        for recorded, samples in self._recordings:
            if recorded is call:
                return samples
        if isinstance(call, WatchedCall):
            raise StepError("what this phone heard is not known: it keeps no record; expect what was `said`")
        return self.world.heard(track_of(call, track) if track else call)

    def talk(self, call: PhoneCall) -> Talk:
        """Return both sides of a call at the ear of its phone, up to now.

        Raises:
            StepError: It is on a foreign phone: nobody knows when it heard what.
        """
        talk = self._talks.get(id(call))
        if talk is None:
            _, own = self.phone_of(call)
            world = self.world
            talk = Talk(own, lambda: world.ears("", own)[1], world.prompt_samples)
            self._talks[id(own)] = talk
        talk.look()
        return talk

    def call(self, name: str) -> PhoneCall:
        """Return a call by its name; "" means the latest, in a branch the latest that no other branch placed.

        Raises:
            StepError: There is no such call.
        """
        if name in self.calls:
            return self.calls[name]
        own = [each for each, branch in self._branches.items() if is_within(self._branch, branch)]
        latest = next((call for each, call in reversed(self.calls.items()) if each in own), None)
        if name or latest is None:
            known = ", ".join(self.calls) or "none was placed yet"
            raise StepError(f"there is no call `{name}`; calls: {known}")
        return latest

    def call_of(self, sid: str) -> PhoneCall | None:
        """Return a call that the emulator makes, by its SID; None when it did not begin (yet)."""
        found = self._legs.of_sid(sid)
        return None if found is None else self._begun_as(found.call_id) or found

    def dialled(self, call: PhoneCall) -> list[DialledLeg]:
        """Return the legs that a call dialled so far, in the order of their beginning."""
        return [leg for each in self.legs(call)[1:] if (leg := self._legs.of(each)) is not None]

    def legs(self, call: PhoneCall) -> tuple[str, ...]:
        """Return the SIP Call-IDs of a call and of the legs that it led to, in the order of their beginning."""
        return self.world.journal.families.legs(call.call_id)

    def leg(self, call: PhoneCall, number: int) -> PhoneCall | None:
        """Return a leg of a call, as its phone sees it where it is one of ours; None when there is none (yet).

        Args:
            call: The call.
            number: In the order of their beginning; 1 is the call itself.
        """
        if number == 1:
            return call
        call_id = next(iter(self.legs(call)[number - 1 :]), "")
        return self._begun_as(call_id) or self._legs.of(call_id)

    def _begun_as(self, call_id: str) -> PhoneCall | None:
        return next((each for each in self.begun if each.call_id == call_id), None)

    def phone_name(self, name: str) -> str:
        """Return a phone's name; "" means the only one.

        Raises:
            StepError: There is no such phone, or more than one to choose from.
        """
        phones = list(self.given.phones)
        if name in phones:
            return name
        if not name and len(phones) == 1:
            return phones[0]
        raise StepError(f"which phone? given: {', '.join(phones) or 'none'}")

    def seen(self, call: PhoneCall, kind: type[E]) -> list[E]:
        """Return the journal's entries of a call, oldest first; not those of another request of its Call-ID.

        All REGISTERs of a phone share a Call-ID; what an earlier or a later one led to is none of this one's.
        """
        return self.evidence.of(call.call_id, kind, *self._range(call))

    def since(self, call: PhoneCall, kind: type[E]) -> list[E]:
        """Return the same, and what later requests of its Call-ID led to."""
        return self.evidence.of(call.call_id, kind, self._range(call)[0])

    def messages(self, call: PhoneCall) -> list[SeenMessage]:
        """Return the SIP messages of a call, each once, oldest first.

        They are those that the phone sent and received where it is one of ours, else those of the emulator.
        """
        return self._messages.of(call.call_id, *self._range(call), at_phone=self.takes_orders(call))

    def lost_messages(self, call: PhoneCall) -> int:
        """Return how many SIP messages of a call were dropped, because there were too many."""
        return self._messages.lost(call.call_id, at_phone=self.takes_orders(call))

    def _range(self, call: PhoneCall) -> tuple[float, float]:
        """Return after which moment, and up to which, entries of its Call-ID are of this one."""
        begins = [each.started_at for each in self.begun if each.call_id == call.call_id]
        own = call.started_at
        # The phones of a user who is called at all bindings share a Call-ID, and the call that it names.
        if call.method != "REGISTER" or own is None or all(each == own for each in begins):
            return float("-inf"), float("inf")
        others = [each for each in begins if each is not None]
        # The first one has what came before it too.
        begin = own if any(each < own for each in others) else float("-inf")
        return begin, min((each for each in others if each > own), default=float("inf"))

    def is_set_up(self, call: PhoneCall) -> bool:
        """Return whether a phone has the last response to the request that began it all; a challenge is not it."""
        if isinstance(call, WatchedCall):
            return call.gone_at is not None and not self.world.is_busy(call.call_id)
        # To a phone that gave up the answer may still be on its way.
        is_given_up = call.state == "failed" and not self.world.is_busy(call.call_id)
        return is_given_up or call.state in {"answered", "refused", "ended"}

    def is_over(self, call: PhoneCall) -> bool:
        """Return whether the phone has nothing more to do for a call: it ended, or its packets are dropped."""
        if isinstance(call, WatchedCall):
            return call.gone_at is not None
        if call.state in {"refused", "ended", "failed"}:
            return True
        if call.responses:
            return False
        last = self.seen(call, Decision)[-1:]
        # Of a message that was broken on its way another copy may come, and be taken.
        return bool(last) and last[0].outcome == "dropped" and last[0].reason != BROKEN_MESSAGE

    def noise(self, call: PhoneCall) -> float | None:
        """Return for how long a call and its legs have still to be quiet, in seconds, until nothing more is to come of it.

        Returns:
            0 when that is so; None while the phone is not done with it, while the emulator has work with
            it, or while one of its HTTP requests is not answered.
        """
        legs = self.legs(call)
        if not self.is_over(call) or any(map(self.world.is_busy, legs)):
            return None
        if any(map(self.evidence.unanswered, legs)):
            return None
        gone_at = call.gone_at if isinstance(call, WatchedCall) else call.ended_at
        moments = (*map(self.evidence.last_at, legs), call.started_at, gone_at)
        last_at = max(at for at in moments if at is not None)
        return max(0.0, QUIET - (self.world.now() - last_at))

    def is_quiet(self, call: PhoneCall) -> bool:
        """Return whether a call is over and was quiet since: nothing more is to come of it."""
        noise = self.noise(call)
        return noise is not None and noise <= INSTANT


def is_within(path: str, above: str) -> bool:
    """Return whether a path is another one, or below it: `steps[2].parallel[0]` of `steps[2]`; all is within ""."""
    return not above or path == above or path.startswith((f"{above}[", f"{above}."))
