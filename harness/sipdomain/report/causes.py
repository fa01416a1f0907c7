"""What explains that an expectation was not met: for each kind of expectation, the kinds of evidence that bear on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, Literal

from sipdomain.entries import (
    Alert,
    Announced,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    Injected,
    Registered,
    Unregistered,
)
from sipdomain.families import families_in
from sipdomain.mask import printable
from sipdomain.report.ladder.model import CALLBACK_FAILED
from sipdomain.report.ladder.words import asked, injected

Kind = Literal[
    "checks", "refusals", "challenges", "notes", "requests", "callbacks", "alerts", "apology", "bindings"
]

MOST_LINES: Final = 60
"""How many lines of evidence are shown of a failure; the newest stay."""
LONGEST_LINE: Final = 400
"""How many characters of a line of evidence are shown."""
CALLBACKS: Final = frozenset({"status", "recording", "conference", "partial", "transcription"})
"""The purposes of requests that run beside a call and decide nothing about it."""

_FATE: Final[tuple[Kind, ...]] = ("refusals", "challenges", "requests", "alerts", "apology")
_CHECK: Final[tuple[Kind, ...]] = ("checks",)
_BINDING: Final[tuple[Kind, ...]] = ("refusals", "challenges", "bindings")
_CALLBACK: Final[tuple[Kind, ...]] = ("refusals", "challenges", "callbacks")

EXPLAINED_BY: Final[dict[str, tuple[Kind, ...]]] = {
    "leg": _FATE,
    "responses": _FATE,
    "responses_begin": _FATE,
    "headers": _FATE,
    "message": _FATE,
    "order": _FATE,
    "between": _FATE,
    "answered": _FATE,
    "ended_by": _FATE,
    "status": _FATE,
    "dialled": _FATE,
    "legs": _FATE,
    "verbs": _FATE,
    "verbs_begin": _FATE,
    "stream": _FATE,
    "marks": _FATE,
    "cleared": _FATE,
    "answers_within": _FATE,
    "stops_within": _FATE,
    "marks_after": _FATE,
    "silence_at_most": _FATE,
    "stale_audio": _FATE,
    "talk_over": _FATE,
    "track": _FATE,
    "relay": _FATE,
    "heard": _FATE,
    "unheard": _FATE,
    "transfer": _FATE,
    "said": _FATE,
    "pressed": _FATE,
    "transcript": _FATE,
    "recorded": _FATE,
    "alerts": _FATE,
    "webhook": _FATE,
    "fallback": _FATE,
    "webhooks": _FATE,
    "method": ("requests",),
    "signed": ("requests",),
    "parameters": ("notes", "requests"),
    "absent": ("notes", "requests"),
    "request_headers": ("notes", "requests"),
    "body": ("notes", "requests"),
    "nth": ("requests",),
    "count": ("requests", "callbacks"),
    "save": ("requests",),
    "callback": _CALLBACK,
    "callbacks": _CALLBACK,
    "challenged": _CHECK,
    "refused": _CHECK,
    "dropped": _CHECK,
    "decision": _CHECK,
    "registered": _BINDING,
    "bindings": _BINDING,
}
"""For each field of `expect` what is shown when it is not met."""
OTHERWISE: Final[tuple[Kind, ...]] = (*_FATE, "callbacks")
"""What is shown when a step other than `expect` fails."""


def field_of(path: str) -> str:
    """Return the field of `expect` that a mismatch is about: "parameters" of `steps[3].expect.parameters.To`."""
    return f".{path}".partition(".expect.")[2].partition(".")[0]


def explanation(
    entries: Sequence[Entry], fields: Collection[str], call_ids: Collection[str] = ()
) -> list[str]:
    """Return the lines that explain why expectations were not met, oldest first, at most 60, not yet masked.

    Args:
        entries: A run's journal.
        fields: Which fields of `expect` were not met; "" for another step.
        call_ids: The calls in question, of whose families all is taken; all calls when there are none.
    """
    families = families_in(entries)
    concerned = {member for call_id in call_ids for member in families.of(call_id)}
    kinds = {kind for field in fields for kind in EXPLAINED_BY.get(field, OTHERWISE)}
    return evidence(
        [
            each
            for each in entries
            if not call_ids or getattr(each, "call_id", "") in concerned or _of_all(each)
        ],
        kinds,
    )


def _of_all(entry: Entry) -> bool:
    """Whether an entry is a fault that befell no call in particular, and so may have befallen any."""
    return isinstance(entry, Injected) and not entry.call_id


def evidence(entries: Sequence[Entry], kinds: Collection[Kind]) -> list[str]:
    """Return the evidence of some kinds, oldest first, at most 60 lines of at most 400 characters, not yet masked."""
    lines_of = _Lines(entries, kinds)
    lines = [line for entry in entries for line in lines_of(entry)]
    return [short(line) for line in lines[-MOST_LINES:]]


def short(line: str) -> str:
    """Return a line of at most 400 characters."""
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


class _Lines:
    """Returns the lines of an entry that is of a kind that is wanted."""

    def __init__(self, entries: Sequence[Entry], kinds: Collection[Kind]) -> None:
        self._kinds = kinds
        self._asked = {each.token: each for each in entries if isinstance(each, HttpRequested)}
        # The failure of a request raises an alert that names it: it is not shown twice.
        self._alerted = {
            each.token for each in entries if isinstance(each, Alert) and each.token and _kind(each) in kinds
        }
        last: dict[tuple[str, str], Decision] = {}
        for each in entries:
            if isinstance(each, Decision) and each.check == "credentials":
                last[each.call_id, each.method] = each
        self._open = {id(each) for each in last.values() if each.outcome == "challenged"}

    def __call__(self, entry: Entry) -> Iterator[str]:
        match entry:
            case Decision():
                if self._wants(entry):
                    yield from decision(entry)
            case Alert():
                if _kind(entry) in self._kinds:
                    yield printable(f"  {entry.level} {entry.code}: {entry.text}")
            case Announced():
                if "apology" in self._kinds:
                    yield printable(f"  said without a document: {entry.text}")
            case HttpAnswered() if entry.error_code and entry.token not in self._alerted:
                if ("callbacks" if entry.purpose in CALLBACKS else "requests") in self._kinds:
                    yield printable(f"  {self._request(entry)}: {_failure(entry)} ({entry.error_code})")
            case Injected():
                yield printable(f"  {injected(entry)}")
            case Registered() | Unregistered():
                if "bindings" in self._kinds:
                    yield printable(f"  {_binding(entry)}")
            case _:
                pass

    def _wants(self, entry: Decision) -> bool:
        if "checks" in self._kinds:
            return True
        if entry.check == "signature":
            return "requests" in self._kinds or "callbacks" in self._kinds
        match entry.outcome:
            case "refused" | "dropped":
                return "refusals" in self._kinds
            case "challenged":
                return "challenges" in self._kinds and id(entry) in self._open
            case "noted":
                return "notes" in self._kinds
            case _:
                return False

    def _request(self, entry: HttpAnswered) -> str:
        request = self._asked.get(entry.token)
        return asked(request) if request else entry.purpose


def decision(entry: Decision) -> Iterator[str]:
    """Yield a decision: the check, its outcome and rule, and what was got, wanted, and is to be changed."""
    code = f" ({entry.code})" if entry.code else ""
    yield f"  {entry.check}: {entry.outcome} {entry.reason}".rstrip() + f"{code}, rule {entry.rule}"
    for name, value in (("got", entry.got), ("wanted", entry.wanted), ("fix", entry.mend)):
        if value:
            yield f"    {name:7} {printable(value)}"


def _kind(entry: Alert) -> Kind:
    return "callbacks" if entry.code == CALLBACK_FAILED else "alerts"


def _failure(entry: HttpAnswered) -> str:
    return entry.error or (f"HTTP status {entry.status}" if entry.status else "no answer")


def _binding(entry: Registered | Unregistered) -> str:
    if isinstance(entry, Registered):
        return (
            f"registered: {entry.user} at {entry.contact} for {entry.expires:g} s, binding {entry.bindings}"
        )
    return f"binding {entry.cause}: {entry.user} at {entry.contact}, {entry.bindings} left"
