"""Write TwiML replies: escaped, declared, in UTF-8."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree as ET

from flask import Response

CONTENT_TYPE: Final = "text/xml; charset=utf-8"

# XML 1.0 section 2.2: characters that cannot be written at all.
_FORBIDDEN: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def verb(name: str, text: str = "", **attributes: str) -> ET.Element:
    """Return one verb.

    Args:
        name: The tag, such as "Say".
        text: What stands inside; characters that XML forbids become U+FFFD.
        attributes: As written in TwiML.
    """
    element = ET.Element(name, {key: _clean(value) for key, value in attributes.items()})
    element.text = _clean(text) or None
    return element


def document(*verbs: ET.Element) -> bytes:
    """Return a whole TwiML document with these verbs."""
    root = ET.Element("Response")
    root.extend(verbs)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def respond(*verbs: ET.Element) -> Response:
    """Return the HTTP response that carries these verbs."""
    return Response(document(*verbs), content_type=CONTENT_TYPE)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
