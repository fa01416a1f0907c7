"""What the page shows of a run: what failed first, each call within what a page may weigh, and what was cut."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from sipdomain.entries import CallBegan, CallChanged, Entry
from sipdomain.families import families_in
from sipdomain.report.causes import explanation, field_of
from sipdomain.report.failure import calls_in_question
from sipdomain.report.ladder.model import Ladder, ladders
from sipdomain.report.page.call import call_data
from sipdomain.report.page.wording import LONGEST_LINE, Wording
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.mismatch import Mismatch
from sipdomain.scenario.runner import Result

MOST_RESULTS: Final = 5_000
"""How many results the page lists; of the rest it says how many they were."""
MOST_CALLS: Final = 5_000
"""How many calls the page lists, likewise."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""How much calls may weigh in the page in all; of further ones it has the name only."""
MOST_AUDIO: Final = 12 * 1024 * 1024
"""How much what was said in calls may weigh besides; of further ones the page says that it was cut."""

_ORDER: Final = {"failed": 0, "not run": 1, "passed": 2}


def embedded(value: Any) -> str:
    """Return a value as JSON in ASCII that no HTML parser takes for markup (HTML Standard, 4.12.1.3)."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@dataclass(slots=True)
class RunData:
    """What the page is made of.

    Attributes:
        heads: All results, and what was cut: one value as JSON.
        calls: The calls as JSON, in the order of their numbers; "" for one that was too much.
        audio: What was said in calls, as they name it by number: zlib in base64.
    """

    heads: str = ""
    calls: list[str] = field(default_factory=list)
    audio: list[str] = field(default_factory=list)


def run_data(
    results: Sequence[Result],
    wrong: Sequence[WrongFile] = (),
    *,
    most_bytes: int = MOST_BYTES,
    most_audio: int = MOST_AUDIO,
) -> RunData:
    """Return what the page shows of a run.

    Args:
        results: How the scenarios went.
        wrong: The files that could not be read.
        most_bytes: What calls may weigh in all; those of failed scenarios are taken first.
        most_audio: The same of what was said in them.
    """
    return _Reading(most_bytes, most_audio).read(results, wrong)


class _Reading:
    def __init__(self, most_bytes: int, most_audio: int) -> None:
        self._left = most_bytes
        self._audio_left = most_audio
        self._data = RunData()
        self._keys: set[str] = set()
        self._unlisted = 0

    def read(self, results: Sequence[Result], wrong: Sequence[WrongFile]) -> RunData:
        ordered = sorted(results, key=lambda each: _ORDER[each.outcome])
        failed = sum(each.outcome == "failed" for each in ordered)
        shown = ordered[:MOST_RESULTS]
        heads = [self._result(each) for each in shown]
        heads[failed:failed] = [_wrong(each) for each in wrong[:MOST_RESULTS]]
        counts = {name: sum(each.outcome == name for each in results) for name in _ORDER}
        self._data.heads = embedded(
            {
                "counts": {**counts, "wrong file": len(wrong)},
                "results": heads,
                "resultsCut": len(results) - len(shown) + max(0, len(wrong) - MOST_RESULTS),
                "callsCut": self._unlisted,
                "callsEmpty": self._data.calls.count(""),
            }
        )
        return self._data

    def _result(self, result: Result) -> dict[str, Any]:
        words = Wording(result.secrets)
        concerned = calls_in_question(result)
        fields = {field_of(each.path) for each in result.mismatches}
        causes = explanation(result.entries, fields, concerned) if result.mismatches else []
        return {
            "title": words(result.title, LONGEST_LINE),
            "file": words(result.file, LONGEST_LINE),
            "topic": words(_topic(result.file), LONGEST_LINE),
            "tags": words.lines(result.tags),
            "outcome": result.outcome,
            "about": f"{result.substrate}, {result.profile}",
            "duration": round(result.duration, 3),
            "reason": words(result.reason, 2_000),
            "mismatches": [_mismatch(each, words) for each in result.mismatches],
            "causes": words.lines(causes),
            "calls": list(self._calls(result, words, concerned)),
        }

    def _calls(self, result: Result, words: Wording, concerned: set[str]) -> Iterator[dict[str, Any]]:
        found = ladders(result.entries, result.calls)
        entries = _by_ladder(result.entries)
        for ladder in found:
            if len(self._data.calls) >= MOST_CALLS:
                self._unlisted += 1
                continue
            own = entries.get(ladder.call_id, [])
            text = ""
            if self._left > 0:
                data = call_data(ladder, own, words)
                data["audio"] = list(self._audio(result, ladder))
                text = embedded(data)
            text = text if len(text) <= self._left else ""
            self._left -= len(text)
            yield {
                "number": len(self._data.calls),
                "key": self._key(words(ladder.call_id or "outside", 200)),
                "title": words(ladder.title or ("call" if ladder.call_id else "outside any call"), 200),
                "ids": _ids(ladder, own, words),
                "status": _status(own, ladder.call_id),
                "concerned": not ladder.call_ids.isdisjoint(concerned),
                "cut": not text,
            }
            self._data.calls.append(text)

    def _audio(self, result: Result, ladder: Ladder) -> Iterator[dict[str, Any]]:
        """Yield what there is to hear in a call and its legs; with the number -1 where there is no more room."""
        legs = [ladder.call_id, *(each.call_id for each in ladder.legs)]
        for each in result.audio:
            if each.call_id not in ladder.call_ids:
                continue
            text = base64.b64encode(each.data).decode()
            number = len(self._data.audio) if len(text) <= self._audio_left else -1
            if number >= 0:
                self._audio_left -= len(text)
                self._data.audio.append(text)
            yield {
                "number": number,
                "leg": legs.index(each.call_id) + 1,
                "at": round(each.began_at - ladder.rows[0].at, 4),
                "sides": list(each.sides),
                "length": each.length,
            }

    def _key(self, wanted: str) -> str:
        """Return what a link says of a call: its Call-ID, which may come again in another scenario."""
        key, number = wanted, 2
        while key in self._keys:
            key, number = f"{wanted}~{number}", number + 1
        self._keys.add(key)
        return key


def _topic(file: str) -> str:
    """Return what a file is about, as its folder says."""
    return PurePath(file).parent.name


def _by_ladder(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    families = families_in(entries)
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(families.root(getattr(each, "call_id", "")), []).append(each)
    return found


def _ids(ladder: Ladder, entries: Sequence[Entry], words: Wording) -> list[str]:
    sids = [each.call_sid for each in entries if isinstance(each, CallBegan | CallChanged)]
    return words.lines([each for each in dict.fromkeys((*sids, *sorted(ladder.call_ids))) if each])


def _status(entries: Sequence[Entry], call_id: str) -> str:
    statuses = [each.status for each in entries if isinstance(each, CallChanged) and each.call_id == call_id]
    return statuses[-1] if statuses else ""


def _mismatch(each: Mismatch, words: Wording) -> dict[str, Any]:
    where = each.where
    return {
        "path": words(each.path, LONGEST_LINE),
        "expected": words(each.expected, 2_000),
        "got": words(each.got, 2_000),
        "near": words.lines(each.near),
        "place": words(f"{where.file}:{where.line}:{where.column}", LONGEST_LINE)
        if where is not None
        else "",
        "source": words(where.source, LONGEST_LINE) if where is not None else "",
    }


def _wrong(each: WrongFile) -> dict[str, Any]:
    words = Wording(())
    return {
        "title": words(each.path, LONGEST_LINE),
        "file": words(each.path, LONGEST_LINE),
        "topic": words(_topic(each.path), LONGEST_LINE),
        "tags": [],
        "outcome": "wrong file",
        "about": "",
        "duration": 0,
        "reason": words(str(each.error), 4_000),
        "mismatches": [],
        "causes": [],
        "calls": [],
    }
