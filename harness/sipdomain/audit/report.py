"""Findings as text for people, and as JUnit XML for CI servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.audit.finding import Finding, Severity, is_at_least
from sipdomain.mask import printable
from sipdomain.report.scorecard.junit import Case, junit as document

_SIGNS: Final = {"found": "✗", "clean": "✓", "could not tell": "?", "not run": "-"}
_PLAIN_SIGNS: Final = {"found": "x", "clean": "+", "could not tell": "?", "not run": "-"}


def lines(finding: Finding, *, ascii_only: bool = False) -> Iterator[str]:
    """Yield a finding in lines for people."""
    signs = _PLAIN_SIGNS if ascii_only else _SIGNS
    grade = f" ({finding.severity})" if finding.outcome == "found" else ""
    apart = "" if finding.outcome == "found" else f": {finding.outcome}"
    yield f"{signs[finding.outcome]} {finding.probe:<12} {printable(finding.what)}{grade}{apart}"
    if finding.outcome != "clean":
        yield from (f"    {printable(line)}" for line in finding.evidence)
    if finding.mend:
        yield f"    fix: {printable(finding.mend)}"


def summary(findings: Sequence[Finding]) -> str:
    """Return the count: `2 found (1 high, 1 info), 5 clean, 1 could not tell, 0 not run`."""
    counts = Counter(each.outcome for each in findings)
    grades = Counter(each.severity for each in findings if each.outcome == "found")
    words = ", ".join(f"{number} {grade}" for grade, number in grades.items())
    found = f"{counts['found']} found" + (f" ({words})" if words else "")
    return f"{found}, {counts['clean']} clean, {counts['could not tell']} could not tell, {counts['not run']} not run"


def junit(findings: Sequence[Finding], least: Severity) -> bytes:
    """Return the findings as a JUnit XML document; what could not tell or was not run is skipped, never passed.

    Args:
        findings: All of them.
        least: From which severity a finding fails.
    """
    return document("sipdomain audit", [_case(each, least) for each in findings])


def _case(each: Finding, least: Severity) -> Case:
    evidence = "\n".join(map(printable, each.evidence))
    if each.outcome == "found" and is_at_least(each.severity, least):
        return Case(each.probe, each.what, "failed", each.mend, each.severity, evidence)
    if each.outcome in {"could not tell", "not run"}:
        return Case(each.probe, each.what, "skipped", each.mend or each.outcome)
    return Case(each.probe, each.what, "passed", text=evidence)
