"""A world on paper: virtual time, a timetable of what happens, and calls whose fields the timetable sets."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from sipdomain.entries import CallChanged, Decision, HttpAnswered, HttpRequested, VerbStarted
from sipdomain.errors import MediaError
from sipdomain.journal import Journal
from sipdomain.phone.call import Transfer
from sipdomain.runtime.media.recognition import Recognised
from sipdomain.runtime.media.tap import NO_TRAFFIC
from sipdomain.runtime.worlds.edges import Edges
from sipdomain.scenario.given import Given
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.world import AppRequest, PhoneHandle, Profile, Script, Substrate, Traffic
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours.behaviour import Behaviour

T = TypeVar("T")


@dataclass
class PaperCall:
    call_id: str
    state: str = "trying"
    responses: list[int] = field(default_factory=list)
    final_headers: list[tuple[str, str]] = field(default_factory=list)
    ended_by: str = ""
    started_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    done: list[str] = field(default_factory=list)
    transfer: Transfer | None = None
    said: list[str] = field(default_factory=list)
    not_said: dict[str, str] = field(default_factory=dict)
    method: str = "INVITE"


@dataclass
class PaperPhone:
    _world: PaperWorld
    name: str

    def dial(
        self,
        to: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        user: str | None = None,
        password: str | None = None,
        transport: str | None = None,
    ) -> PaperCall:
        call = PaperCall(f"call-{len(self._world.calls) + 1}@paper", started_at=self._world.now())
        self._world.calls.append(call)
        self._world.dialled.append((to, tuple(headers), user, password, transport))
        self._world.plan(call)
        return call

    def request(
        self, method: str, to: str, *, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> PaperCall:
        call = self.dial(to, headers=headers)
        call.done.append(f"{method} with {len(body)} bytes")
        return call

    def register(
        self,
        *,
        registrar: str | None = None,
        expires: int | None = 3600,
        contact: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        user: str | None = None,
        password: str | None = None,
        transport: str | None = None,
    ) -> PaperCall:
        call = self.dial(registrar or "", headers=headers, user=user, password=password, transport=transport)
        call.done.append(f"register {contact or 'itself'} for {expires}")
        return call

    def unregister(self, *, everything: bool = False) -> PaperCall:
        call = self.dial("")
        call.done.append("unregister everything" if everything else "unregister")
        return call

    @property
    def ringing(self) -> list[Any]:
        return []

    def answer(self, call: Any) -> None:
        call.done.append("answered")

    def refuse(self, call: Any, status: int) -> None:
        call.done.append(f"refused {status}")

    def hang_up(self, call: Any) -> None:
        call.state, call.ended_by, call.ended_at = "ended", "us", self._world.now()

    def cancel(self, call: Any) -> None:
        call.state, call.responses = "refused", [*call.responses, 487]

    def press(self, call: Any, keys: str, how: str) -> None:
        call.done.append(f"pressed {keys}" if how == "rfc4733" else f"pressed {keys} {how}")


class PaperWorld:
    sip_address = Address("127.0.0.1", 5060)
    dns_address: Address | None = None
    edges: Edges | None = None
    http_url = "http://127.0.0.1:8080"
    app_url = "http://127.0.0.1:5000"
    substrate: Substrate = "sim"

    def listener(self, transport: str, source: str) -> Address:  # noqa: ARG002 - as every world
        return self.sip_address

    def __init__(self, profile: Profile, plan: Callable[[PaperWorld, PaperCall], None]) -> None:
        self.profile: Profile = profile
        self.journal = Journal()
        self.calls: list[PaperCall] = []
        self.dialled: list[Any] = []
        self.requests: list[AppRequest] = []
        self.rest_answers: list[tuple[int, dict[str, Any]]] = []
        self.rest_asked: list[tuple[str, str, dict[str, str]]] = []
        self.audio: npt.NDArray[np.int16] = np.zeros(0, np.int16)
        self.closed = False
        self._now = 100.0
        self._timetable: list[tuple[float, int, Callable[[], None]]] = []
        self._plan = plan

    def plan(self, call: PaperCall) -> None:
        self._plan(self, call)

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._timetable, (self._now + seconds, len(self._timetable), action))

    def now(self) -> float:
        return self._now

    def phone(self, name: str) -> PhoneHandle:
        return cast("PhoneHandle", PaperPhone(self, name))

    def is_busy(self, call_id: str) -> bool:  # noqa: ARG002 - as every world
        return False

    under_way = 0
    put_off = 0.0

    @property
    def is_idle(self) -> bool:
        asked, answered = self.journal.select(HttpRequested), self.journal.select(HttpAnswered)
        return {each.token for each in asked} == {each.token for each in answered}

    def heard(self, call: Any) -> npt.NDArray[np.int16]:
        return self.audio if call in self.calls else np.zeros(0, np.int16)

    def ears(self, call_sid: str, call: Any) -> tuple[None, None]:  # noqa: ARG002 - as every world
        return None, None

    def recording(self, call: Any) -> npt.NDArray[np.int16]:  # noqa: ARG002 - as every world
        return np.zeros(0, np.int16)

    def learn(self, text: str) -> None:
        """Know every text as it is."""

    def prompt_samples(self, text: str) -> npt.NDArray[np.int16]:
        noise = np.random.default_rng(sum(text.encode())).normal(0, 3000, 800 * len(text))
        return noise.astype(np.int16)

    def understand(self, samples: npt.NDArray[np.int16]) -> Future[Recognised]:
        raise MediaError(f"nothing here understands {len(samples)} samples")

    def app_requests(self) -> list[AppRequest]:
        return self.requests

    def behave(self, behaviours: Sequence[Behaviour]) -> None:
        self.behaviours = list(behaviours)

    def inject(self, faults: Sequence[str]) -> None:
        self.injected = list(faults)

    def rest(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        self.rest_asked.append((method, path, dict(form)))
        return self.rest_answers.pop(0)

    def run(self, script: Script[T]) -> T:
        try:
            until = next(script)
            while True:
                until = script.send(self.wait(until.condition, until.within))
        except StopIteration as stop:
            result: T = stop.value
            return result

    def wait(self, condition: Callable[[], bool], within: float) -> bool:
        deadline = self._now + within
        while not condition():
            if self._now >= deadline:
                return False
            step = min(deadline, self._now + 0.05)
            if self._timetable and self._timetable[0][0] <= step:
                at, _, action = heapq.heappop(self._timetable)
                self._now = max(self._now, at)
                action()
            else:
                self._now = step
        return True

    def traffic(self) -> Traffic:
        return NO_TRAFFIC

    def clear_traffic(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        self.closed = True

    # What a timetable writes into the journal.

    def decide(self, call: PaperCall, check: str, outcome: Any, **more: Any) -> None:
        self.journal.append(
            Decision(
                at=self._now,
                call_id=call.call_id,
                method="INVITE",
                check=check,
                outcome=outcome,
                rule=check,
                **more,
            )
        )

    def change(self, call: PaperCall, status: str) -> None:
        self.journal.append(
            CallChanged(at=self._now, call_sid=sid_of(call), call_id=call.call_id, status=status)
        )

    def speak(self, call: PaperCall, verb: str, text: str = "") -> None:
        self.journal.append(
            VerbStarted(at=self._now, call_sid=sid_of(call), call_id=call.call_id, verb=verb, text=text)
        )

    def ask(
        self,
        call: PaperCall,
        path: str,
        purpose: str = "voice",
        *,
        signed: bool | None = True,
        error_code: int = 0,
        **parameters: str,
    ) -> None:
        token = len(self.journal)
        sent = (
            ("CallSid", sid_of(call)),
            ("SipCallId", call.call_id),
            *((key, value) for key, value in parameters.items()),
        )
        common: dict[str, Any] = {
            "at": self._now,
            "token": token,
            "call_sid": sid_of(call),
            "call_id": call.call_id,
            "purpose": purpose,
        }
        self.journal.append(
            HttpRequested(**common, method="POST", url=f"{self.app_url}{path}", parameters=sent)
        )
        self.requests.append(AppRequest("POST", path, sent, (), signed))
        self.journal.append(HttpAnswered(**common, status=500 if error_code else 200, error_code=error_code))


def sid_of(call: PaperCall) -> str:
    return f"CA{call.call_id.partition('@')[0].removeprefix('call-'):0>32}"


def nothing(*_: Any) -> None:
    """Let nothing happen."""


def play(
    text: str,
    plan: Callable[[PaperWorld, PaperCall], None] = nothing,
    *,
    profile: Profile = "documented",
    substrate: Substrate = "sim",
    prepare: Callable[[PaperWorld], None] = nothing,
    world: type[PaperWorld] | None = None,
) -> tuple[Result, PaperWorld]:
    worlds: list[PaperWorld] = []

    def make(given: Given, *, profile: Profile, seed: int) -> PaperWorld:
        worlds.append((world or PaperWorld)(profile, plan))
        prepare(worlds[0])
        return worlds[0]

    result = run_scenario(
        load_scenario_text(text, "paper.scenario.yaml"), make, substrate=substrate, profile=profile
    )
    return result, worlds[0] if worlds else PaperWorld(profile, plan)


def good_call(world: PaperWorld, call: PaperCall) -> None:
    """100, 407, 100, 180, 200; Welcome; the cloud hangs up after 1.5 s."""

    def answer() -> None:
        world.decide(call, "credentials", "challenged")
        world.decide(call, "credentials", "passed")
        world.change(call, "ringing")
        world.ask(call, "/voice", From="sip:alice@acme.sip.twilio.com", SipHeader_X="a=1;b=2")
        world.change(call, "in-progress")
        world.speak(call, "Say", "Welcome")
        call.responses = [100, 407, 100, 180, 200]
        call.state, call.answered_at = "answered", world.now()
        call.final_headers = [("X-Twilio-CallSid", sid_of(call)), ("Server", "Twilio")]

    def end() -> None:
        world.audio = np.concatenate(
            [np.zeros(700, np.int16), world.prompt_samples("Welcome"), np.zeros(160, np.int16)]
        )
        world.change(call, "completed")
        world.ask(call, "/status", "status", CallStatus="completed")
        call.state, call.ended_by, call.ended_at = "ended", "them", world.now()

    world.after(0.2, answer)
    world.after(1.7, end)
