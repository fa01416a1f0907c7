"""Send good XML that is not TwiML."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import CONTENT_TYPE


def answer() -> Response:
    """Return a document whose root is <Answer>."""
    return Response("<Answer><Say>Hello</Say></Answer>\n", content_type=CONTENT_TYPE)


FLOW = Flow("Sends XML whose root is not Response.", {"/wrong-root": answer})
