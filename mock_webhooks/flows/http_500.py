"""Fail as a web app with a bug does."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow


def answer() -> Response:
    """Return 500 with a page for people."""
    return Response("<h1>Internal Server Error</h1>", 500, content_type="text/html; charset=utf-8")


FLOW = Flow("Fails with HTTP status 500.", {"/http-500": answer})
