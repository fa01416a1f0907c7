"""Remember what another application was asked: a recorder that stands before any WSGI application."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Request

from mock_webhooks.recorder import Recorder
from mock_webhooks.signature import SignatureChecker


class Recording:
    """A WSGI application that records each request and hands it on, unchanged.

    Args:
        app: The application.
        auth_token: The token that requests are signed with.
        clock: The moments that the recorder writes down, in seconds.

    Attributes:
        extensions: Has the recorder, under the name by which a Flask application of ours has it.
    """

    def __init__(
        self, app: WSGIApplication, *, auth_token: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._app = app
        self._clock = clock
        self._recorder = Recorder()
        self.extensions = {"recorder": self._recorder}
        self._checker = SignatureChecker(auth_token)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        request = Request({**environ, "wsgi.input": io.BytesIO(body)})
        verdict = self._checker.verdict(request, body)
        self._recorder.record(request, at=self._clock(), body=body, verdict=verdict)
        return self._app({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
