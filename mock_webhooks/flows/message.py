"""Speak or play each message in the parameters, as the public message twimlet does."""

from __future__ import annotations

import re

from flask import Response, request

from mock_webhooks.flows.flow import Flow
from mock_webhooks.parameters import read_parameters
from mock_webhooks.twiml import respond, verb

MOST = 50


def answer() -> Response:
    """Return a <Say>, or a <Play> for a URL, for each `Message[n]` by its number; at most 50."""
    numbered: list[tuple[int, str]] = []
    for name, text in read_parameters(request, request.get_data()):
        if found := re.fullmatch(r"Message(?:\[([0-9]{0,4})\])?", name):
            numbered.append((int(found[1] or len(numbered)), text))
    numbered.sort(key=lambda pair: pair[0])
    return respond(
        *(
            verb("Play" if re.match(r"https?://", text, re.IGNORECASE) else "Say", text)
            for _, text in numbered[:MOST]
        )
    )


FLOW = Flow(
    "Speaks each of Message[0], Message[1], ... in turn, or plays it when it is a URL.",
    {"/message": answer},
)
