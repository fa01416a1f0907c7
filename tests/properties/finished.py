"""What the finished journal says of a call, read without any of what judges expectations."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from sipdomain.entries import (
    Alert,
    CallChanged,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    PhoneEvent,
    Registered,
    SipMessage,
    Unregistered,
    VerbStarted,
)
from sipdomain.media.match import find
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.scenario.runner import Result
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from sipdomain.voice_entries import KeyHeard, Played

FINAL = {"completed", "busy", "failed", "no-answer", "canceled"}
INSTRUCTIONS = {"voice", "fallback", "redirect", "action"}
PHONE = "alice"
OF_A_CALL = {
    "callback",
    "callbacks",
    "ended_by",
    "heard",
    "pressed",
    "said",
    "transcript",
    "verbs",
    "verbs_begin",
}
DETAILS = ("method", "signed", "nth", "count")


class Finished:
    """The latest call, registration or request of a world that is finished."""

    def __init__(self, world: SimWorld, result: Result, registrations: int = 0) -> None:
        """Read it.

        Args:
            world: Where it was played.
            result: How that went.
            registrations: How often the phone was told to register or to unregister.
        """
        self._world = world
        self._registrations = registrations
        self.call_id = next((call_id for call_id, name in result.calls.items() if name == "call"), "")
        self._entries: list[Entry] = []
        self._messages: list[tuple[SipMessage, Request | Response]] = []
        if self.call_id:
            self._read(result)

    def _read(self, result: Result) -> None:
        messages = [
            (place, entry, parse(entry.data))
            for place, entry in enumerate(result.entries)
            if isinstance(entry, SipMessage) and entry.owner == PHONE and self.call_id.encode() in entry.data
        ]
        first = next(message for _, _, message in messages if isinstance(message, Request))
        self.method = first.method
        self._called = next(entry for _, entry, message in messages if message is first).lane == "in"
        # Each registration of a phone, and each refresh of the last one, has a From tag of its own; the Call-ID is shared.
        tags = list(dict.fromkeys(message.from_.tag for _, _, message in messages))
        own = set(tags[min(self._registrations, len(tags)) - 1 :]) if self.method == "REGISTER" else set(tags)
        self._messages += [(entry, message) for _, entry, message in messages if message.from_.tag in own]
        begin = next(place for place, _, message in messages if message.from_.tag in own)
        begin = begin if self.method == "REGISTER" else 0
        self._entries += [
            entry
            for place, entry in enumerate(result.entries)
            if place >= begin and getattr(entry, "call_id", "") == self.call_id
        ]

    def _of(self, kind: type[Entry]) -> list[Any]:
        return [entry for entry in self._entries if isinstance(entry, kind)]

    # --- what was seen ----------------------------------------------------------------------------------

    @property
    def _gave_up_at(self) -> float:
        """When the phone gave up: what comes after that is none of its call any more."""
        gave_up = [each.at for each in self._of(PhoneEvent) if each.event.endswith("failed")]
        return min(gave_up, default=float("inf"))

    @property
    def _answers(self) -> list[Response]:
        """The responses to the requests that began it, each once; to a phone that gave up none comes any more."""
        lane, until = "out" if self._called else "in", self._gave_up_at
        seen: dict[bytes, Response] = {}
        for entry, message in self._messages:
            if (
                isinstance(message, Response)
                and entry.lane == lane
                and entry.at <= until
                and message.cseq.method == self.method
            ):
                seen.setdefault(entry.data, message)
        return list(seen.values())

    @property
    def responses(self) -> list[int]:
        return [each.status for each in self._answers]

    @property
    def answered(self) -> bool:
        return any(200 <= status < 300 for status in self.responses)

    @property
    def ended_by(self) -> str | None:
        for entry, message in self._messages:
            if isinstance(message, Request) and message.method == "BYE" and entry.at <= self._gave_up_at:
                return "phone" if entry.lane == "out" else "cloud"
        cancelled = any(
            isinstance(message, Request) and message.method == "CANCEL" and entry.lane == "out"
            for entry, message in self._messages
        )
        refused_here = self._called and any(status >= 300 for status in self.responses)
        return "phone" if cancelled or refused_here else None

    @property
    def status(self) -> list[str]:
        return [each.status for each in self._of(CallChanged)]

    @property
    def _sent(self) -> list[HttpRequested]:
        return self._of(HttpRequested)

    @property
    def _delivered(self) -> set[int]:
        """The requests that were answered, or that the application still thinks about."""
        answers = {each.token: each.status for each in self._of(HttpAnswered)}
        return {each.token for each in self._sent if answers.get(each.token, 200)}

    @property
    def callbacks(self) -> list[str]:
        delivered = self._delivered
        return [
            dict(each.parameters)["CallStatus"] + ("" if each.token in delivered else " (not delivered)")
            for each in self._sent
            if each.purpose == "status"
        ]

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [
            (each.outcome, each.reason)
            for each in self._of(Decision)
            if each.outcome in {"refused", "dropped"}
        ]

    @property
    def binding(self) -> Registered | Unregistered | None:
        changes = [each for each in self._entries if isinstance(each, Registered | Unregistered)]
        return changes[-1] if changes else None

    @property
    def heard(self) -> Any:
        return self._world.heard(SimpleNamespace(session=f"{PHONE}-1"))  # type: ignore[arg-type]

    def _paths(self, *, fallback_only: bool = False) -> list[str]:
        delivered = self._delivered
        return [
            urlsplit(each.url).path
            for each in self._sent
            if each.token in delivered
            and each.purpose != "status"
            and (not fallback_only or each.purpose == "fallback")
        ]

    @property
    def wire(self) -> list[tuple[float, str, Request | Response]]:
        """Each message once, with the moment of its first copy and who sent it."""
        seen: dict[tuple[str, bytes], tuple[float, str, Request | Response]] = {}
        for entry, message in self._messages:
            sender = "phone" if entry.lane == "out" else "cloud"
            seen.setdefault((entry.lane, entry.data), (entry.at, sender, message))
        return list(seen.values())

    # --- expectations -----------------------------------------------------------------------------------

    def truth(self) -> dict[str, Any]:
        """Return for each word a value that agrees; None where there is none."""
        final = [status for status in self.status if status in FINAL]
        refused = [reason for outcome, reason in self.reasons if outcome == "refused"]
        dropped = [reason for outcome, reason in self.reasons if outcome == "dropped"]
        texts = [each.text for each in self._of(VerbStarted) if each.text]
        found: dict[str, Any] = {
            "responses": self.responses,
            "responses_begin": self.responses[:2] or None,
            "headers": None,
            "answered": self.answered,
            "ended_by": self.ended_by,
            "challenged": 407 if 407 in self.responses else None,
            "refused": refused[-1] if refused else None,
            "dropped": dropped[-1] if dropped else None,
            "status": final[-1] if final else None,
            "verbs": [each.verb for each in self._of(VerbStarted)],
            "verbs_begin": [each.verb for each in self._of(VerbStarted)][:1] or None,
            "alerts": [each.code for each in self._of(Alert)],
            "pressed": "".join(each.key for each in self._of(KeyHeard)) or "none",
            "said": self._said[0] if self._said else None,
            "transcript": [{"says": self._said[-1]}] if self._said else None,
            "webhook": next(iter(self._paths()), None),
            "fallback": next(iter(self._paths(fallback_only=True)), "not asked"),
            "callback": next((each for each in self.callbacks if " " not in each), None),
            "webhooks": sum(each.purpose in INSTRUCTIONS for each in self._sent),
            "callbacks": None if any(" " in each for each in self.callbacks) else self.callbacks,
            "decision": self._first_decision(),
            "message": _about(self.wire[-1]) if self.wire else None,
            "order": [_about(self.wire[0]), _about(self.wire[-1])] if len(self.wire) > 1 else None,
            "between": self._time_between(),
            "heard": {"say": texts[0]} if texts and self.answered else "silence",
        }
        if self.method != "INVITE":
            # Of what is no call, to expect these is a mistake, and fails whatever happens.
            found = {word: value for word, value in found.items() if word not in OF_A_CALL}
        if self.method == "REGISTER":
            found["registered"] = isinstance(self.binding, Registered)
            found["bindings"] = self.binding.bindings if self.binding is not None else None
        return found

    def agrees(self, wanted: dict[str, Any]) -> bool:
        """Whether each expectation is as it was."""
        details: dict[str, Any] = {name: wanted[name] for name in DETAILS if name in wanted}
        return all(
            self._one(name, value, details if name in {"webhook", "fallback", "callback"} else {})
            for name, value in wanted.items()
            if name not in details
        )

    def shown(self, wanted: dict[str, Any]) -> str:
        """Return what came instead."""
        truth = self.truth()
        return ", ".join(f"{name}: {truth.get(name)!r}" for name in wanted)

    @property
    def _said(self) -> list[str]:
        return [each.text for each in self._of(Played) if each.what == "words" and each.whole]

    def _one(self, name: str, value: Any, details: dict[str, Any]) -> bool:
        refusals = [reason for outcome, reason in self.reasons if outcome == "refused"]
        finals = [each for each in self._answers if each.status >= 200 and not self._called][-1:]
        rules: dict[str, Callable[[], bool]] = {
            "responses_begin": lambda: self.responses[: len(value)] == value,
            "verbs_begin": lambda: self.truth()["verbs"][: len(value)] == value,
            "headers": lambda: any(
                each.headers.get(key.lower()) is not None for key in value for each in finals
            ),
            "challenged": lambda: value in self.responses and value in {401, 407},
            "refused": lambda: refusals[-1:] == [value] and (self.responses or [0])[-1] >= 300,
            "dropped": lambda: self.reasons[-1:] == [("dropped", value)] and not self.responses,
            "status": lambda: value in (self.status[-1:] if value in FINAL else self.status),
            "bindings": lambda: self.binding is not None and self.binding.bindings == value,
            "registered": lambda: isinstance(self.binding, Registered) is value,
            "webhooks": lambda: value == (self.truth()["webhooks"] if value else len(self._sent)),
            "callbacks": lambda: value == self.callbacks,
            "decision": lambda: any(
                all(getattr(each, key) == want for key, want in value.items()) for each in self._of(Decision)
            ),
            "message": lambda: self._has_message(value),
            "order": lambda: self._came_in_order(value),
            "between": lambda: self._took(value),
            "heard": lambda: self._heard(value),
            "said": lambda: value in self._said,
            "transcript": lambda: all(
                any(each.text == item["says"] for each in self._of(Played)) for item in value
            ),
        }
        if name == "fallback" and value == "not asked":
            return all(each.purpose != "fallback" for each in self._sent)
        if name in {"webhook", "fallback", "callback"}:
            return self._asked(name, value, details)
        return rules[name]() if name in rules else bool(self.truth()[name] == value)

    def _first_decision(self) -> dict[str, Any] | None:
        made = self._of(Decision)
        return {"check": made[0].check, "rule": made[0].rule, "got": made[0].got} if made else None

    def _time_between(self) -> dict[str, Any] | None:
        if len(self.wire) < 2:
            return None
        first, then = _about(self.wire[0]), _about(self.wire[-1])
        begun = next(at for at, *_ in self.wire)
        after = next((at for at, sender, message in self.wire[1:] if _is(then, sender, message)), begun)
        return {"first": first, "then": then, "at_most": after - begun + 0.001}

    def _has_message(self, value: dict[str, Any]) -> bool:
        alike = [each for each in self.wire if _is(value, each[1], each[2])]
        if "count" in value:
            return bool(len(alike) == value["count"])
        return bool(len(alike) >= value.get("nth", 1))

    def _came_in_order(self, value: list[dict[str, Any]]) -> bool:
        if "status" not in value[0] and "method" not in value[0]:
            return self._asked_in_order([each["webhook"] for each in value])
        left = iter(self.wire)
        return all(any(_is(each, seen[1], seen[2]) for seen in left) for each in value)

    def _asked_in_order(self, paths: list[str]) -> bool:
        left = iter(self._paths())
        return all(path in left for path in paths)

    def _took(self, value: dict[str, Any]) -> bool:
        left = iter(self.wire)
        begun = next((seen[0] for seen in left if _is(value["first"], seen[1], seen[2])), None)
        after = next((seen[0] for seen in left if _is(value["then"], seen[1], seen[2])), None)
        if begun is None or after is None:
            return False
        return bool(value.get("at_least", 0) <= after - begun + 1e-6 <= value.get("at_most", 1e9) + 2e-6)

    def _heard(self, value: Any) -> bool:
        samples = self.heard
        if value == "silence":
            return len(samples) == 0 or bool(np.abs(samples.astype(np.int32)).max() < 64)
        found = find(samples, self._world.prompt_samples(value["say"]))
        return bool(found.correlation >= 0.8 and found.weakest >= 0.5 and found.ending >= 0.5)

    def _asked(self, name: str, value: str, details: dict[str, Any]) -> bool:
        delivered = self._delivered
        fits: dict[str, Callable[[HttpRequested], bool]] = {
            "webhook": lambda each: each.purpose != "status" and urlsplit(each.url).path == value,
            "fallback": lambda each: each.purpose == "fallback" and urlsplit(each.url).path == value,
            "callback": lambda each: (
                each.purpose == "status" and dict(each.parameters)["CallStatus"] == value
            ),
        }

        def is_so(each: HttpRequested) -> bool:
            # Every request of the emulator is signed, and right.
            return details.get("method", each.method) == each.method and bool(details.get("signed", True))

        named = [each for each in self._sent if fits[name](each)]
        if "nth" in details:
            named = named[details["nth"] - 1 : details["nth"]]
        found = sum(each.token in delivered and is_so(each) for each in named)
        return bool(found == details["count"]) if "count" in details else found > 0


def _about(seen: tuple[float, str, Request | Response]) -> dict[str, Any]:
    """Return what tells a message from others of a call."""
    _, sender, message = seen
    if isinstance(message, Request):
        return {"method": message.method, "from": sender}
    return {"status": message.status, "of": message.cseq.method}


def _is(wanted: dict[str, Any], sender: str, message: Request | Response) -> bool:
    if wanted.get("from", sender) != sender:
        return False
    if isinstance(message, Request):
        return bool(message.method == wanted.get("method"))
    return bool(
        message.status == wanted.get("status")
        and message.cseq.method == wanted.get("of", message.cseq.method)
    )
