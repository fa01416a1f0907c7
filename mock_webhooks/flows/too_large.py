"""Send TwiML that is one byte larger than the provider reads."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import CONTENT_TYPE, document, verb

LARGEST = 64 * 1024


def answer() -> Response:
    """Return good TwiML, padded with blanks to 64 kB and one byte."""
    return Response(document(verb("Say", "Hello")).ljust(LARGEST + 1), content_type=CONTENT_TYPE)


FLOW = Flow("Sends good TwiML of 65,537 bytes, one more than is accepted.", {"/too-large": answer})
