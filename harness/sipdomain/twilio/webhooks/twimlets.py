"""The static TwiML that the provider hosts for beginners: the message twimlet.

Source: https://www.twilio.com/labs/twimlets/message. It is what `http://twimlets.com/message?Message[0]=…`
answers with; the emulator answers for that host itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

from sipdomain.twilio.webhooks.http import HttpResponse

HOSTS: Final = ("twimlets.com", "www.twimlets.com")
_MESSAGE: Final = re.compile(r"Message\[(\d{1,3})\]")


def answer(path: str, parameters: Iterable[tuple[str, str]]) -> HttpResponse:
    """Return what the twimlet at `path` answers.

    Args:
        path: The URL's path, such as "/message".
        parameters: Those of the query and, for POST, of the form.
    """
    if path != "/message":
        return HttpResponse(404, (("Content-Type", "text/plain"),), b"no such twimlet")
    found = [(int(match[1]), value) for name, value in parameters if (match := _MESSAGE.fullmatch(name))]
    verbs = "".join(
        f"<Play>{escape(value)}</Play>" if value.startswith("http") else f"<Say>{escape(value)}</Say>"
        for _, value in sorted(found)
    )
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{verbs}</Response>'
    return HttpResponse(200, (("Content-Type", "text/xml; charset=utf-8"),), document.encode())
