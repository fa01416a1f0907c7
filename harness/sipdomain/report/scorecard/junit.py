"""Checks as JUnit XML, for CI servers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

from sipdomain.mask import printable, printable_lines


@dataclass(frozen=True, slots=True)
class Case:
    """A check as a test case.

    Attributes:
        classname: To what it belongs.
        name: Its name.
        outcome: What a CI server counts it as.
        said: Why it failed, or was skipped.
        kind: The type of a failure.
        text: What shows it, in lines: of a failure, or of what passed all the same.
    """

    classname: str
    name: str
    outcome: Literal["passed", "failed", "skipped"]
    said: str = ""
    kind: str = ""
    text: str = ""


def junit(suite: str, cases: Sequence[Case], properties: Iterable[tuple[str, str]] = ()) -> bytes:
    """Return the document, in which nothing stands that steers a terminal or that XML forbids.

    Args:
        suite: The name of the test suite.
        cases: Its cases.
        properties: What is said of all of it, by name.
    """
    counts = {
        "tests": len(cases),
        "failures": sum(each.outcome == "failed" for each in cases),
        "errors": 0,
        "skipped": sum(each.outcome == "skipped" for each in cases),
    }
    attributes = {name: str(value) for name, value in counts.items()}
    root = ET.Element("testsuites", attributes)
    element = ET.SubElement(root, "testsuite", {"name": suite, **attributes})
    if named := list(properties):
        found = ET.SubElement(element, "properties")
        for name, value in named:
            ET.SubElement(found, "property", {"name": printable(name), "value": printable(value)})
    for each in cases:
        _add(element, each)
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add(suite: ET.Element, each: Case) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": each.classname, "name": printable(each.name)})
    said, text = printable(each.said), printable_lines(each.text)
    if each.outcome == "failed":
        ET.SubElement(case, "failure", {"message": said, "type": each.kind}).text = text
    elif each.outcome == "skipped":
        ET.SubElement(case, "skipped", {"message": said})
    elif text:
        ET.SubElement(case, "system-out").text = text
