"""Say what must be seen of a call, and wait until it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from harness.scenario.expect import application, decisions, ear, progress, registration, wire
from harness.scenario.expect.unmet import Unmet
from harness.scenario.stage import ExpectationError, Mismatch, Stage
from harness.scenario.step import Step
from harness.scenario.values import ByProfile, Strict, Text, chosen, chosen_texts
from harness.scenario.world import PhoneCall, Script, Until

CallStatus = Literal["ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"]
CallbackStatus = Literal[
    "initiated", "ringing", "answered", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]
Count = Annotated[
    int,
    BeforeValidator(lambda value: 0 if value == "none" else value),
    Field(ge=0),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "integer", "minimum": 0}]}),
]
_OF_ONE_REQUEST = ("method", "signed", "parameters", "absent")


class Sound(Strict):
    """Something to hear."""

    say: str | None = Field(None, description="Words, in the voice that the emulator uses.")
    tone: float | None = Field(None, gt=0, description="A tone's frequency in hertz.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Sound:
        if (self.say is None) == (self.tone is None):
            raise ValueError("exactly one of say and tone is needed")
        return self


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation, ready to be looked at.

    Attributes:
        look: Returns None when it is met.
        at_the_end: Whether it can be judged only when nothing more is to come.
    """

    look: Callable[[], Unmet | None]
    at_the_end: bool = False


class Expect(Step):
    """Expectations of one call; all must be met before the time is up.

    What must *not* happen, and what must be complete (`callbacks`, `verbs`, `alerts`, `webhooks`), is
    judged when the call is over, its HTTP requests are answered and a quarter of a second was quiet.
    """

    call: str = Field("", description="Which call; the latest when left out.")
    within: float = Field(5.0, gt=0, description="How long to wait, in seconds.")

    responses: list[int] | ByProfile[list[int]] | None = Field(
        None, description="All response statuses at the phone, in order."
    )
    headers: dict[str, Text | ByProfile[Text]] = Field(
        default_factory=dict, description="Header fields of the last final response, among others."
    )
    answered: bool | ByProfile[bool] | None = Field(None, description="Whether the call was ever answered.")
    ended_by: Literal["phone", "cloud"] | None = Field(None, description="Who sent the BYE.")

    challenged: int | None = Field(None, description="The status with which credentials were asked for.")
    refused: str | ByProfile[str] | None = Field(
        None, description="The reason of a refusal: bad-credentials, unknown-domain, …"
    )
    dropped: str | ByProfile[str] | None = Field(
        None, description="The reason for which packets were dropped in silence."
    )

    registered: bool | ByProfile[bool] | None = Field(
        None, description="Whether a registration stands: answered, and neither removed nor expired since."
    )
    bindings: Count | None = Field(
        None, description="How many bindings the user had after that registration's last change."
    )

    status: CallStatus | ByProfile[CallStatus] | None = Field(
        None, description="A CallStatus that the call takes on."
    )
    verbs: list[str] | None = Field(None, description="All TwiML verbs carried out, in order.")
    alerts: list[int] | ByProfile[list[int]] | None = Field(
        None, description="The codes of all alerts raised, in order."
    )

    webhook: str | None = Field(None, description="A path that was asked for instructions.")
    fallback: str | None = Field(None, description="The fallback's path, or `not asked`.")
    callback: CallbackStatus | None = Field(None, description="The CallStatus of one status callback.")
    method: Literal["GET", "POST"] | None = Field(None, description="The HTTP method of that request.")
    signed: bool | None = Field(None, description="Whether that request's signature is valid.")
    parameters: dict[str, Text | ByProfile[Text]] = Field(
        default_factory=dict, description="Parameters of that request, among others."
    )
    absent: list[str] | ByProfile[list[str]] | None = Field(
        None, description="Parameters that that request must not have."
    )
    webhooks: Count | ByProfile[Count] | None = Field(
        None,
        description="How often instructions were asked for; `none`: the application heard nothing at all.",
    )
    callbacks: list[CallbackStatus] | ByProfile[list[CallbackStatus]] | None = Field(
        None,
        description="The CallStatus of all status callbacks, in order; `answered` stands for in-progress.",
    )

    heard: Sound | Literal["silence"] | None = Field(
        None, description="What was heard: say, tone, or `silence`."
    )

    needs_one_of: ClassVar[tuple[str, ...]] = ("webhook", "fallback", "callback")

    @model_validator(mode="after")
    def _details_belong_to_one_request(self) -> Expect:
        named = [name for name in self.needs_one_of if getattr(self, name) not in {None, "not asked"}]
        details = [name for name in _OF_ONE_REQUEST if name in self.model_fields_set]
        if details and len(named) != 1:
            raise ValueError(f"{details[0]} needs one of webhook, fallback and callback beside it")
        if not self.model_fields_set - {"call", "within"}:
            raise ValueError("nothing is expected here")
        return self

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Wait until all is met."""
        call = stage.call(self.call)
        checks = list(self.checks(stage, call))
        until = stage.world.now() + self.within
        at_once = [each for each in checks if not each.at_the_end]
        yield Until(lambda: all(each.look() is None for each in at_once), self.within)
        unmet = [found for each in at_once if (found := each.look()) is not None]
        at_the_end = [each for each in checks if each.at_the_end]
        if at_the_end and not unmet:
            yield from stage.settled(call, until)
            unmet = [found for each in at_the_end if (found := each.look()) is not None]
        if unmet:
            raise ExpectationError(
                *(
                    Mismatch(f"{path}.{each.field}", each.expected, each.got, each.near, call.call_id)
                    for each in unmet
                )
            )

    def checks(self, stage: Stage, call: PhoneCall) -> Iterator[Check]:
        """Yield what is expected under the world's profile."""
        yield from self._of_the_phone(stage, call)
        yield from self._of_the_emulator(stage, call)
        yield from self._of_the_application(stage, call)

    def _of_the_phone(self, stage: Stage, call: PhoneCall) -> Iterator[Check]:
        profile = stage.world.profile
        if (statuses := chosen(self.responses, profile)) is not None:
            yield Check(lambda: wire.responses(call, statuses))
        fields = chosen_texts(self.headers, profile)
        if fields:
            yield Check(lambda: wire.headers(call, fields))
        if (answered := chosen(self.answered, profile)) is not None:
            yield Check(lambda: wire.answered(call, wanted=answered), at_the_end=not answered)
        if (ended_by := self.ended_by) is not None:
            yield Check(lambda: wire.ended_by(call, ended_by))
        if self.heard == "silence":
            yield Check(lambda: ear.silence(stage, call), at_the_end=True)
        elif self.heard is not None and self.heard.say is not None:
            words = ear.Words(stage.fill(self.heard.say))
            yield Check(lambda: words.look(stage, call))
        elif self.heard is not None and (frequency := self.heard.tone) is not None:
            yield Check(lambda: ear.tone(stage, call, frequency))

    def _of_the_emulator(self, stage: Stage, call: PhoneCall) -> Iterator[Check]:
        profile = stage.world.profile
        if (challenge := self.challenged) is not None:
            yield Check(lambda: decisions.challenged(stage, call, challenge))
        if (refused := chosen(self.refused, profile)) is not None:
            yield Check(lambda: decisions.refused(stage, call, refused))
        if (dropped := chosen(self.dropped, profile)) is not None:
            yield Check(lambda: decisions.dropped(stage, call, dropped))
        if (registered := chosen(self.registered, profile)) is not None:
            yield Check(lambda: registration.registered(stage, call, wanted=registered))
        if (bindings := self.bindings) is not None:
            yield Check(lambda: registration.bindings(stage, call, bindings))
        if (status := chosen(self.status, profile)) is not None:
            yield Check(lambda: progress.status(stage, call, status))
        if (verbs := self.verbs) is not None:
            yield Check(lambda: progress.verbs(stage, call, verbs), at_the_end=True)
        if (alerts := chosen(self.alerts, profile)) is not None:
            yield Check(lambda: progress.alerts(stage, call, alerts), at_the_end=True)

    def _of_the_application(self, stage: Stage, call: PhoneCall) -> Iterator[Check]:
        profile = stage.world.profile
        wanted = application.Wanted(
            method=self.method,
            signed=self.signed,
            parameters={
                name: stage.fill(value) if isinstance(value, str) else value
                for name, value in chosen_texts(self.parameters, profile).items()
            },
            absent=chosen(self.absent, profile) or (),
        )
        if (webhook := self.webhook) is not None:
            yield Check(lambda: application.asked(stage, call, webhook, wanted))
        if (fallback := self.fallback) == "not asked":
            yield Check(lambda: application.no_fallback(stage, call), at_the_end=True)
        elif fallback is not None:
            yield Check(lambda: application.fallback(stage, call, fallback, wanted))
        if (callback := self.callback) is not None:
            yield Check(lambda: application.callback(stage, call, callback, wanted))
        if (webhooks := chosen(self.webhooks, profile)) is not None:
            yield Check(lambda: application.webhooks(stage, call, webhooks), at_the_end=True)
        if (callbacks := chosen(self.callbacks, profile)) is not None:
            yield Check(lambda: application.callbacks(stage, call, callbacks), at_the_end=True)
