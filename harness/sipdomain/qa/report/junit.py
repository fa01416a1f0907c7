"""The scorecard as JUnit XML: what must not fail fails, what was not run or could not be told is skipped."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from sipdomain.mask import printable
from sipdomain.qa.report.card import Card


def junit(card: Card) -> bytes:
    """Return the document. A failed `should` or `may` is a failure too: its level is the type."""
    skipped = card.count("could not tell") + card.count("not run")
    counts = {"tests": len(card.rows), "failures": card.count("failed"), "errors": 0, "skipped": skipped}
    attributes = {name: str(value) for name, value in counts.items()}
    root = ET.Element("testsuites", attributes)
    suite = ET.SubElement(root, "testsuite", {"name": "sipdomain qa", **attributes})
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("grade", card.grade),
        ("user_agent", printable(card.user_agent)),
        ("domain", card.domain),
    ):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for row in card.rows:
        case = ET.SubElement(suite, "testcase", {"classname": f"qa.{row.level}", "name": row.name})
        said = printable(row.said)
        if row.outcome == "failed":
            texts = [*(f"fix: {printable(each)}" for each in row.mends), f"source: {row.source}"]
            texts += ["\n".join(map(printable, shown.text.split("\n"))) for shown in row.evidence]
            failure = ET.SubElement(case, "failure", {"message": said, "type": row.level})
            failure.text = "\n\n".join(texts)
        elif row.outcome != "passed":
            ET.SubElement(case, "skipped", {"message": f"{row.outcome}: {said}"})
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"
