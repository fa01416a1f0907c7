"""JUnit XML: one test case for each scenario, with its ladders, for CI servers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from harness.mask import masking
from harness.report.failure import failure, pictures
from harness.scenario.runner import Result

# What XML 1.0 does not allow in a document (section 2.2).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Sequence[Result], *, suite: str = "sipdomain") -> bytes:
    """Return the results as a JUnit XML document.

    Args:
        results: How the scenarios went.
        suite: The name of the test suite.
    """
    root = ET.Element("testsuites")
    counts = {
        "tests": str(len(results)),
        "failures": str(sum(result.outcome == "failed" for result in results)),
        "errors": "0",
        "skipped": str(sum(result.outcome == "not run" for result in results)),
        "time": f"{sum(result.duration for result in results):.3f}",
    }
    element = ET.SubElement(root, "testsuite", {"name": suite, **counts})
    for result in results:
        _case(element, result)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(suite: ET.Element, result: Result) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": f"{result.substrate}.{result.profile}",
            "name": _clean(result.title),
            "file": _clean(result.file),
            "time": f"{result.duration:.3f}",
        },
    )
    if result.outcome == "not run":
        ET.SubElement(case, "skipped", {"message": _clean(result.reason)})
        return
    mask = masking(result.secrets)
    if result.outcome == "failed":
        first = result.mismatches[0]
        said = mask(f"{first.path}: expected {first.expected}, got {first.got}")
        ET.SubElement(case, "failure", {"message": _clean(said)}).text = _clean(failure(result))
    if ladders := pictures(result, mask):
        ET.SubElement(case, "system-out").text = _clean("\n\n".join(ladders))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
