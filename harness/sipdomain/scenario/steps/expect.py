"""Say what must be seen of a call, and wait until it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from sipdomain.scenario.dialled import CallStatus, Dialled
from sipdomain.scenario.expect import (
    application,
    decisions,
    ear,
    legs,
    places,
    progress,
    registration,
    voice,
    wire,
)
from sipdomain.scenario.expect.judge import Look, judged
from sipdomain.scenario.keys import AllKeys
from sipdomain.scenario.places import Conference, Queue
from sipdomain.scenario.sounds import Recording, Sound
from sipdomain.scenario.stage import INSTANT, ExpectationError, Mismatch, Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.values import ByProfile, Text, Within, chosen, chosen_texts
from sipdomain.scenario.world import PhoneCall, Script, Until

CallbackStatus = Literal[
    "initiated", "ringing", "answered", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]
Count = Annotated[
    int,
    BeforeValidator(lambda value: 0 if value == "none" else value),
    Field(ge=0),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "integer", "minimum": 0}]}),
]
SomeSounds = Annotated[list[Sound], Field(min_length=1)]
Beginning = Annotated[list[int], Field(min_length=1)]
_SOME = ("headers", "parameters", "absent")
"""What expects nothing when it is empty, unlike `alerts: []`."""
_OF_ONE_REQUEST = ("method", "signed", "parameters", "absent")


class Expect(Step):
    """Expectations of one call; all must be met before the time is up.

    Each is judged as soon as nothing that may still come can change it: see [when](#when-an-expectation-is-judged).
    """

    call: str = Field("", description="Which call; the latest when left out.")
    leg: int = Field(
        1,
        ge=1,
        description="Which leg of the call, in the order of their beginning; 1 is the call itself.",
    )
    within: Within = Field(5.0, description="How long to wait, in seconds.")

    responses: list[int] | ByProfile[list[int]] | None = Field(
        None,
        description="All response statuses at the phone, in order, to the last one.",
        examples=[[100, 180, 200]],
    )
    responses_begin: Beginning | ByProfile[Beginning] | None = Field(
        None, description="The first response statuses at the phone, in order, whatever follows."
    )
    headers: dict[str, Text | ByProfile[Text]] = Field(
        default_factory=dict, description="Header fields of the last response, among others."
    )
    answered: bool | ByProfile[bool] | None = Field(None, description="Whether the call was ever answered.")
    ended_by: Literal["phone", "cloud"] | None = Field(None, description="Who sent the BYE.")

    transfer: Beginning | ByProfile[Beginning] | None = Field(
        None,
        description="The statuses of the latest `transfer`: the answer to the REFER, then those of the new call.",
        examples=[[202, 100, 200]],
    )

    challenged: int | None = Field(None, description="The status with which credentials were asked for.")
    refused: str | ByProfile[str] | None = Field(
        None, description="The reason of the refusal that ended it: bad-credentials, unknown-domain, …"
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
        None, description="A CallStatus that the call takes on; one that ends it must be the last."
    )
    dialled: list[Dialled] | None = Field(
        None,
        description="All legs that the call dialled, in order: whom, and the CallStatus of each in the end.",
        examples=[[{"number": "+15551230001", "status": "completed"}]],
    )
    legs: Count | None = Field(None, description="How many legs the call dialled; `none` for none.")
    verbs: list[str] | None = Field(None, description="All TwiML verbs carried out, in order.")
    verbs_begin: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="The first TwiML verbs carried out, in order, whatever follows."
    )
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
        description="How often instructions were asked for; `none`: no request was sent, callbacks included.",
    )
    callbacks: list[CallbackStatus] | ByProfile[list[CallbackStatus]] | None = Field(
        None,
        description="The CallStatus of all status callbacks, in order; `answered` stands for in-progress.",
    )

    heard: Sound | SomeSounds | Literal["silence"] | None = Field(
        None, description="What the phone heard, all of it in any order: say, tone, or `silence`."
    )
    unheard: Sound | SomeSounds | None = Field(None, description="What the phone did not hear: say, or tone.")
    said: Text | None = Field(
        None,
        description="Words that the emulator or the phone said to their end, or the file that the phone played.",
    )
    pressed: AllKeys | None = Field(
        None, description="All keys that the emulator heard, in order; `none` for no key.", examples=["123#"]
    )
    transcript: Annotated[list[voice.Happening], Field(min_length=1)] | None = Field(
        None,
        description="What happened in this order, whatever else happened between: see [transcript](#transcript).",
        examples=[[{"says": "Welcome"}]],
    )
    recorded: Recording | None = Field(
        None, description="What the recordings of the call hold, and how long they are."
    )

    queue: Queue | None = Field(
        None,
        description="How many calls wait in a queue, now or within the time.",
        examples=[{"name": "support", "size": 2}],
    )
    conference: Conference | None = Field(
        None,
        description="How many calls are in a conference, now or within the time.",
        examples=[{"name": "Weekly", "participants": 3}],
    )

    needs_one_of: ClassVar[tuple[str, ...]] = ("webhook", "fallback", "callback")

    @model_validator(mode="after")
    def _details_belong_to_one_request(self) -> Expect:
        named = [name for name in self.needs_one_of if getattr(self, name) not in {None, "not asked"}]
        details = [name for name in _OF_ONE_REQUEST if name in self.model_fields_set]
        if details and len(named) != 1:
            raise ValueError(f"{details[0]} needs one of webhook, fallback and callback beside it")
        if not self.model_fields_set - {"call", "leg", "within"}:
            raise ValueError("nothing is expected here")
        for name in _SOME:
            if name in self.model_fields_set and not getattr(self, name):
                raise ValueError(f"{name} names nothing; leave it out, or write what is expected")
        return self

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Wait until all is met."""
        deadline = stage.world.now() + self.within
        call = yield from self._judged_leg(stage, path, deadline)
        within = max(INSTANT, deadline - stage.world.now()) if self.leg > 1 else self.within
        unmet = yield from judged(stage, call, list(self.looks(stage, call)), within)
        if unmet:
            raise ExpectationError(
                *(
                    Mismatch(f"{path}.{each.field}", each.expected, each.got, each.near, call.call_id)
                    for each in unmet
                )
            )

    def _judged_leg(self, stage: Stage, path: str, deadline: float) -> Script[PhoneCall]:
        """Wait until the leg begins that is judged, and return it.

        Raises:
            ExpectationError: The call was over, or the time was up, before it began.
        """
        call = stage.call(self.call)
        while (leg := stage.leg(call, self.leg)) is None:
            left, noise = deadline - stage.world.now(), stage.noise(call)
            if left <= INSTANT or (noise is not None and noise <= INSTANT):
                got = len(stage.legs(call))
                seen = f"{got} legs" if got > 1 else "no leg but the call itself"
                raise ExpectationError(Mismatch(f"{path}.leg", f"a leg {self.leg}", seen, (), call.call_id))
            changes = partial(_has_changed, stage, call, self.leg, is_over=noise is not None)
            yield Until(changes, left if noise is None else min(noise, left))
        return leg

    def looks(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at each expectation under the world's profile."""
        yield from self._of_the_phone(stage, call)
        yield from self._of_the_voice(stage, call)
        yield from self._of_the_emulator(stage, call)
        yield from self._of_places(stage)
        yield from self._of_the_application(stage, call)

    def _of_the_phone(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        profile = stage.world.profile
        if (statuses := chosen(self.responses, profile)) is not None:
            yield partial(wire.responses, stage, call, statuses)
        if (first := chosen(self.responses_begin, profile)) is not None:
            yield partial(wire.responses_begin, stage, call, first)
        for name, text in chosen_texts(self.headers, profile).items():
            yield partial(wire.headers, stage, call, name, text)
        if (answered := chosen(self.answered, profile)) is not None:
            yield partial(wire.answered, stage, call, answered)
        if self.ended_by is not None:
            yield partial(wire.ended_by, stage, call, self.ended_by)
        if (statuses := chosen(self.transfer, profile)) is not None:
            yield partial(wire.transfer, stage, call, statuses)

    def _of_the_voice(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        if self.heard == "silence":
            yield partial(ear.silence, stage, call)
        else:
            yield from (partial(each.look, stage, call) for each in self._sounds(self.heard, stage))
        for each in self._sounds(self.unheard, stage):
            yield partial(ear.Unheard(each).look, stage, call)
        if self.said is not None:
            said = stage.fill(self.said) if isinstance(self.said, str) else self.said
            yield partial(voice.said, stage, call, said)
        if self.recorded is not None:
            if self.recorded.length is not None:
                yield partial(ear.length, stage, call, self.recorded.length)
            if self.recorded.say is not None or self.recorded.tone is not None:
                yield partial(self._sound(self.recorded, "recorded", stage).look, stage, call)
        if self.pressed is not None:
            yield partial(voice.pressed, stage, call, self.pressed)
        if self.transcript is not None:
            yield partial(voice.transcript, stage, call, [each.filled(stage) for each in self.transcript])

    def _sounds(self, written: Sound | list[Sound] | None, stage: Stage) -> list[ear.Words | ear.Tone]:
        several = written if isinstance(written, list) else [written] if written is not None else []
        return [self._sound(each, "heard", stage) for each in several]

    @staticmethod
    def _sound(sound: Sound | Recording, field: str, stage: Stage) -> ear.Words | ear.Tone:
        if sound.say is not None:
            return ear.Words(stage.fill(sound.say), field)
        return ear.Tone(sound.tone or 0.0, field)

    def _of_the_emulator(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        profile = stage.world.profile
        if self.challenged is not None:
            yield partial(decisions.challenged, stage, call, self.challenged)
        if (refused := chosen(self.refused, profile)) is not None:
            yield partial(decisions.refused, stage, call, refused)
        if (dropped := chosen(self.dropped, profile)) is not None:
            yield partial(decisions.dropped, stage, call, dropped)
        if (registered := chosen(self.registered, profile)) is not None:
            yield partial(registration.registered, stage, call, registered)
        if self.bindings is not None:
            yield partial(registration.bindings, stage, call, self.bindings)
        if (status := chosen(self.status, profile)) is not None:
            yield partial(progress.status, stage, call, status)
        if self.dialled is not None:
            wanted = [(stage.fill(each.address), each.status) for each in self.dialled]
            yield partial(legs.dialled, stage, call, wanted)
        if self.legs is not None:
            yield partial(legs.count, stage, call, self.legs)
        if self.verbs is not None:
            yield partial(progress.verbs, stage, call, self.verbs)
        if self.verbs_begin is not None:
            yield partial(progress.verbs_begin, stage, call, self.verbs_begin)
        if (alerts := chosen(self.alerts, profile)) is not None:
            yield partial(progress.alerts, stage, call, alerts)

    def _of_places(self, stage: Stage) -> Iterator[Look]:
        if self.queue is not None:
            yield partial(places.size, stage, "queue", stage.fill(self.queue.name), self.queue.size)
        if self.conference is not None:
            of = self.conference
            yield partial(places.size, stage, "conference", stage.fill(of.name), of.participants)

    def _of_the_application(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
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
        if self.webhook is not None:
            yield partial(application.asked, stage, call, self.webhook, wanted)
        if self.fallback == "not asked":
            yield partial(application.no_fallback, stage, call)
        elif self.fallback is not None:
            yield partial(application.fallback, stage, call, self.fallback, wanted)
        if self.callback is not None:
            yield partial(application.callback, stage, call, self.callback, wanted)
        if (webhooks := chosen(self.webhooks, profile)) is not None:
            yield partial(application.webhooks, stage, call, webhooks)
        if (callbacks := chosen(self.callbacks, profile)) is not None:
            yield partial(application.callbacks, stage, call, callbacks)


def _has_changed(stage: Stage, call: PhoneCall, leg: int, *, is_over: bool) -> bool:
    """Return whether a leg began, or whether the call is over, where it was not, or the other way round."""
    return stage.leg(call, leg) is not None or (stage.noise(call) is not None) != is_over
