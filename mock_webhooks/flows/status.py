"""Take status callbacks; the recorder keeps them."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow


def answer() -> Response:
    """Return 204 and no body."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


FLOW = Flow("Takes status callbacks and answers 204.", {"/status": answer})
