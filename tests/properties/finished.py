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
            "heard": {"say": texts[0]} if texts and self.answered else "silence",
        }
        if self.method == "REGISTER":
            found["registered"] = isinstance(self.binding, Registered)
            found["bindings"] = self.binding.bindings if self.binding is not None else None
        return found

    def agrees(self, wanted: dict[str, Any]) -> bool:
        """Whether each expectation is as it was."""
        details: dict[str, Any] = {name: wanted[name] for name in ("method", "signed") if name in wanted}
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
        return [each.text for each in self._of(Played) if each.kind == "words" and each.whole]

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

    def _heard(self, value: Any) -> bool:
        samples = self.heard
        if value == "silence":
            return len(samples) == 0 or bool(np.abs(samples.astype(np.int32)).max() < 64)
        found = find(samples, self._world.prompt_samples(value["say"]))
        return bool(found.correlation >= 0.8 and found.weakest >= 0.5)

    def _asked(self, name: str, value: str, details: dict[str, Any]) -> bool:
        delivered = self._delivered
        fits: dict[str, Callable[[HttpRequested], bool]] = {
            "webhook": lambda each: each.purpose != "status" and urlsplit(each.url).path == value,
            "fallback": lambda each: each.purpose == "fallback" and urlsplit(each.url).path == value,
            "callback": lambda each: (
                each.purpose == "status" and dict(each.parameters)["CallStatus"] == value
            ),
        }
        # Every request of the emulator is signed, and right.
        return any(
            each.token in delivered
            and fits[name](each)
            and details.get("method", each.method) == each.method
            and details.get("signed", True)
            for each in self._sent
        )
