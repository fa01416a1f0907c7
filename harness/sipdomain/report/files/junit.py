"""JUnit XML: one test case for each scenario, with its ladders, for CI servers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from sipdomain.entries import CallBegan, CallChanged
from sipdomain.mask import Mask, masking, printable_lines
from sipdomain.report.failure import failure, in_short, pictures
from sipdomain.report.files.report import Report
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result

MOST_PROPERTIES: Final = 100
"""How many properties a case has: what it was played under, its tags, its calls."""


def junit_xml(
    results: Sequence[Result], wrong: Sequence[WrongFile] = (), *, suite: str = "sipdomain"
) -> bytes:
    """Return the results as a JUnit XML document.

    Args:
        results: How the scenarios went.
        wrong: The files that could not be read; each is a case with an error.
        suite: The name of the test suite.
    """
    root = ET.Element("testsuites")
    counts = {
        "tests": str(len(results) + len(wrong)),
        "failures": str(sum(result.outcome == "failed" for result in results)),
        "errors": str(len(wrong)),
        "skipped": str(sum(result.outcome == "not run" for result in results)),
        "time": f"{sum(result.duration for result in results):.3f}",
    }
    element = ET.SubElement(root, "testsuite", {"name": suite, **counts})
    for result in results:
        _case(element, result)
    for each in wrong:
        case = {
            "classname": "wrong file",
            "name": _clean(each.path),
            "file": _clean(each.path),
            "time": "0.000",
        }
        said = {"message": _clean(each.error.message)}
        ET.SubElement(ET.SubElement(element, "testcase", case), "error", said).text = _clean(str(each.error))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(suite: ET.Element, result: Result) -> None:
    mask = masking(result.secrets)
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": f"{result.substrate}.{result.profile}",
            "name": _clean(mask(result.title)),
            "file": _clean(result.file),
            "time": f"{result.duration:.3f}",
        },
    )
    _outcome(case, result, mask)
    _properties(case, result, mask)


def _outcome(case: ET.Element, result: Result, mask: Mask) -> None:
    if result.outcome == "not run":
        ET.SubElement(case, "skipped", {"message": _clean(mask(result.reason))})
        return
    if result.outcome == "failed":
        said = mask(in_short(result.mismatches[0]))
        ET.SubElement(case, "failure", {"message": _clean(said)}).text = _clean(failure(result))
    if ladders := pictures(result, mask):
        ET.SubElement(case, "system-out").text = _clean("\n\n".join(ladders))


def _properties(case: ET.Element, result: Result, mask: Mask) -> None:
    """Say under what a scenario was played, its tags, and the CallSid of each of its calls by its name."""
    sids = {
        each.call_id: each.call_sid
        for each in result.entries
        if isinstance(each, CallBegan | CallChanged) and each.call_sid
    }
    pairs: list[tuple[str, str]] = [("substrate", result.substrate), ("profile", result.profile)]
    pairs += [("tag", each) for each in result.tags]
    pairs += [(f"call {name}", sids.get(call_id, call_id)) for call_id, name in result.calls.items()]
    found = ET.SubElement(case, "properties")
    for name, value in pairs[:MOST_PROPERTIES]:
        ET.SubElement(found, "property", {"name": _clean(mask(name)), "value": _clean(mask(value))})


def _clean(text: str) -> str:
    """Return text without what XML 1.0 forbids (section 2.2) and what steers a terminal or a page."""
    return printable_lines(text)


REPORT: Final = Report(
    help="Write a JUnit report: each case with its ladders and properties.",
    write=junit_xml,
    usual="junit.xml",
)
