"""What twimlets read, and what they write: parameters with brackets, and TwiML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from sipdomain.twilio.webhooks.http import HttpResponse

_BRACKETS: Final = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")


class Form:
    """The parameters of a request, where `NAME[]` and `NAME[KEY]` make lists; of one name the last counts.

    Attributes:
        pairs: All of them, as they came.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs = tuple(pairs)
        self._texts = dict(self.pairs)

    def text(self, name: str) -> str:
        """Return a parameter, or "" when it is absent."""
        return self._texts.get(name, "")

    def named(self, name: str) -> dict[str, str]:
        """Return what a name has in brackets, by what stands in them or else by number; no empty ones."""
        found: dict[str, str] = {}
        for key, value in self.pairs:
            match = _BRACKETS.fullmatch(key)
            if match is not None and match[1] == name:
                found[match[2] or str(len(found))] = value
        return {key: value for key, value in found.items() if value}

    def list(self, name: str) -> list[str]:
        """Return what a name has in brackets, or else its one value, without empty ones."""
        return [*self.named(name).values()] or [each for each in (self.text(name),) if each]


def element(name: str, text: str = "", *, inside: str = "", **attributes: str) -> str:
    """Return an element as XML; empty attributes are left out."""
    named = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value)
    content = escape(text) + inside
    return f"<{name}{named}>{content}</{name}>" if content else f"<{name}{named}/>"


def spoken(message: str, **attributes: str) -> str:
    """Return what plays a message that begins with `http`, and speaks another; "" for none."""
    if not message.strip():
        return ""
    if message.strip().lower().startswith("http"):
        return element("Play", message)
    return element("Say", message, **attributes)


def document(*verbs: str) -> HttpResponse:
    """Return the answer with these verbs."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{"".join(verbs)}</Response>'
    return HttpResponse(200, (("Content-Type", "text/xml; charset=utf-8"),), text.encode("utf-8", "replace"))


def moved(url: str) -> HttpResponse:
    """Return the answer that leads elsewhere."""
    return HttpResponse(302, (("Location", "".join(url.splitlines())), ("Content-Type", "text/plain")), b"")
