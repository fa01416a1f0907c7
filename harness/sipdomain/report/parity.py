"""How scenarios went at another SIP domain: a table for people, and the same in JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from sipdomain.mask import masking
from sipdomain.report.columns import cut
from sipdomain.scenario.compare.verdict import Compared, Outcome, Verdict

FORMAT: Final = 1
"""The version of the JSON; it goes up when a field changes its meaning."""
_LONGEST: Final = 120
"""How much of a value the table shows, in characters."""
OUTCOMES: Final[tuple[Outcome, ...]] = ("same", "differs", "could not tell")


def table(compared: Compared) -> list[str]:
    """Return the lines of a scenario: its title, then one for each expectation."""
    mask = masking(compared.result.secrets)
    lines = [f"{mask(compared.result.title)}: {counted(compared.verdicts)}", f"  {compared.result.file}"]
    if compared.result.outcome == "not run":
        lines.append(f"  not played: {mask(compared.result.reason)}")
    else:
        lines += [f"  {line}" for each in compared.verdicts for line in _row(each, mask)]
    lines += [f"  left behind: {mask(each)}" for each in compared.left_behind]
    return lines


def _row(verdict: Verdict, mask: Callable[[str], str]) -> Iterator[str]:
    line = str(verdict.where.line) if verdict.where is not None else ""
    head = f"{line:>4}  {verdict.outcome:14}  {_short(verdict.path)}"
    said = _said(verdict)
    yield mask(f"{head:44}  {said}".rstrip())


def _short(path: str) -> str:
    """Return the path without the number of its step, which the line says."""
    return path.partition("].")[2] if path.startswith("steps[") and "]." in path else path


def _said(verdict: Verdict) -> str:
    if verdict.outcome == "differs":
        return f"expected {cut(verdict.expected, _LONGEST)}, came {cut(verdict.came, _LONGEST)}"
    return verdict.why if verdict.outcome == "could not tell" else verdict.came


def counted(verdicts: Iterable[Verdict]) -> str:
    """Return how many of each: `5 same, 1 differs, 2 could not tell`."""
    counts = Counter(each.outcome for each in verdicts)
    words = {each: "differ" if each == "differs" and counts[each] > 1 else each for each in OUTCOMES}
    return (
        ", ".join(f"{counts[each]} {words[each]}" for each in OUTCOMES if counts[each]) or "nothing expected"
    )


def summary(all_compared: Sequence[Compared]) -> str:
    """Return the last line: how many scenarios, and how many expectations of each kind."""
    number = len(all_compared)
    verdicts = (verdict for each in all_compared for verdict in each.verdicts)
    return f"{number} scenario{'s' * (number != 1)}: {counted(verdicts)}"


def as_json(all_compared: Sequence[Compared], target: str, profile: str) -> bytes:
    """Return all of it as JSON.

    Args:
        all_compared: The scenarios, in order.
        target: What they were played at, such as `sip:127.0.0.1:5060`.
        profile: The profile that it was compared with.
    """
    verdicts = Counter(verdict.outcome for each in all_compared for verdict in each.verdicts)
    whole = {
        "format": FORMAT,
        "target": target,
        "profile": profile,
        "counts": {each: verdicts[each] for each in OUTCOMES},
        "scenarios": list(map(_scenario, all_compared)),
    }
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()


def _scenario(compared: Compared) -> dict[str, Any]:
    mask = masking(compared.result.secrets)
    return {
        "file": compared.result.file,
        "title": mask(compared.result.title),
        "outcome": compared.outcome,
        "reason": mask(compared.result.reason),
        "left_behind": list(map(mask, compared.left_behind)),
        "expectations": [
            {
                "path": each.path,
                "line": each.where.line if each.where is not None else None,
                "outcome": each.outcome,
                "expected": mask(each.expected),
                "came": mask(each.came),
                "why": mask(each.why),
            }
            for each in compared.verdicts
        ],
    }
