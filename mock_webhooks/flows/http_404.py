"""Fail as a web app with a wrong path does."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow


def answer() -> Response:
    """Return 404 with a page for people."""
    return Response("<h1>Not Found</h1>", 404, content_type="text/html; charset=utf-8")


FLOW = Flow("Fails with HTTP status 404.", {"/http-404": answer})
