"""The scorecard of a bot as JUnit XML: a test for each check; what was not run or could not be told is skipped."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from sipdomain.bot.card import Card
from sipdomain.mask import printable


def junit(card: Card) -> bytes:
    """Return the document; what was measured stands in its properties."""
    skipped = card.count("could not tell") + card.count("not run")
    counts = {"tests": len(card.rows), "failures": card.count("failed"), "errors": 0, "skipped": skipped}
    attributes = {name: str(value) for name, value in counts.items()}
    root = ET.Element("testsuites", attributes)
    suite = ET.SubElement(root, "testsuite", {"name": "sipdomain bot", **attributes})
    properties = ET.SubElement(suite, "properties")
    for name, value in [
        ("bot", printable(card.bot)),
        *((key, str(each)) for key, each in card.figures.items()),
    ]:
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for row in card.rows:
        case = ET.SubElement(suite, "testcase", {"classname": "bot", "name": row.name})
        said = printable(row.said)
        if row.outcome == "failed":
            failure = ET.SubElement(case, "failure", {"message": said, "type": row.name})
            failure.text = "\n".join([*map(printable, row.evidence), f"fix: {row.mend}"])
        elif row.outcome != "passed":
            ET.SubElement(case, "skipped", {"message": f"{row.outcome}: {said}"})
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"
