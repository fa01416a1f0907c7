"""Wait until something is so that belongs to no call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field, model_validator

from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.places import Conference, Queue, Webhook
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.values import Count, Within
from sipdomain.scenario.world import Script, Until
from sipdomain.voice_entries import Company


@dataclass(frozen=True, slots=True)
class _Unmet:
    """What is not so.

    Attributes:
        field: Which condition.
        expected: In words.
        got: In words.
        near: What is there instead.
    """

    field: str
    expected: str
    got: str
    near: tuple[str, ...] = ()


class WaitUntil(Judging):
    """Wait until all of it is so at one moment, which may be now; it fails when the time is up before.

    It is for what belongs to no call; what is seen of one call, `expect` waits for.
    """

    calls: Count | None = Field(
        None,
        description="How many calls the emulator has, legs that it dialled included; `none`: and no phone is in one.",
    )
    queue: Queue | None = Field(
        None,
        description="How many calls wait in a queue, in which one waited before.",
        examples=[{"name": "support", "size": 2}],
    )
    conference: Conference | None = Field(
        None,
        description="How many calls are in a conference, in which one was before.",
        examples=[{"name": "Weekly", "participants": 3}],
    )
    bindings: dict[str, Count] | None = Field(
        None,
        min_length=1,
        description="For each user name that is given, or has registered, how many bindings it has, in all domains.",
        examples=[{"alice": 1}],
    )
    webhook: Webhook | None = Field(
        None,
        description="A path at which the application was asked, whatever for; or `path` and `times`, how often at least.",
        examples=["/status"],
    )
    within: Within = Field(5.0, description="How long to wait, in seconds.")

    @model_validator(mode="after")
    def _waits_for_something(self) -> WaitUntil:
        if not self.model_fields_set - {"within", "soft"}:
            raise ValueError("nothing is waited for here; write such as `calls: none`")
        return self

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Wait."""
        yield Until(lambda: next(self._unmet(stage), None) is None, self.within)
        unmet = [
            Mismatch(f"{path}.{each.field}", each.expected, each.got, each.near)
            for each in self._unmet(stage)
        ]
        if unmet:
            raise ExpectationError(*unmet)

    def _unmet(self, stage: Stage) -> Iterator[_Unmet]:
        if self.calls is not None and (calls := stage.evidence.live_calls()) != self.calls:
            yield _Unmet("calls", _counted(self.calls, "call"), _counted(calls, "call"))
        elif self.calls == 0 and (under_way := stage.under_way_of_phones()):
            # Its INVITE has not arrived yet, or its BYE.
            near = tuple(f"{name} is {call.state}" for name, call in under_way.items())
            yield _Unmet(
                "calls", _counted(0, "call"), f"{_counted(len(under_way), 'call')} of our phones", near
            )
        if self.queue is not None:
            yield from self._of_a_place(stage, "queue", self.queue.name, self.queue.size)
        if self.conference is not None:
            of = self.conference
            yield from self._of_a_place(stage, "conference", of.name, of.participants)
        for user, wanted in (self.bindings or {}).items():
            bindings, users = stage.evidence.bindings(user), stage.evidence.bound()
            # That a misspelt user has none proves nothing.
            is_known = user in users or user in stage.given.users()
            if bindings != wanted or not is_known:
                never = () if is_known else (f"no user {user!r} is given, and none registered so far",)
                expected = f"{_counted(wanted, 'binding')} of {user}"
                near = (*never, *(f"{stage.evidence.bindings(each)} of {each}" for each in users))
                yield _Unmet(f"bindings.{user}", expected, _counted(bindings, "binding"), near)
        if self.webhook is not None:
            paths = [each.path for each in stage.world.app_requests()]
            if (asked := paths.count(self.webhook.path)) < self.webhook.times:
                others = tuple(dict.fromkeys(each for each in paths if each != self.webhook.path))
                expected = f"{_counted(self.webhook.times, 'request')} at {self.webhook.path}"
                yield _Unmet("webhook", expected, _counted(asked, "request"), others)

    @staticmethod
    def _of_a_place(stage: Stage, company: Company, name: str, wanted: int) -> Iterator[_Unmet]:
        got, places = stage.evidence.together(company, name), stage.evidence.places(company)
        words = "wait in" if company == "queue" else "are in"
        # That nobody is in a place whose name is misspelt proves nothing.
        if got != wanted or name not in places:
            near = tuple(
                f"{stage.evidence.together(company, each)} {words} {each!r}"
                for each in places
                if each != name
            )
            never = () if name in places else (f"nobody was in {name!r} so far",)
            yield _Unmet(company, f"{wanted} {words} {name!r}", f"{got} {words} it", (*never, *near))


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"
