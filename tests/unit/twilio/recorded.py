"""A call that can be recorded by the REST API, on the bench."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

from sipdomain.media.outputs import PauseRecording, ResumeRecording, StartRecording, StopRecording
from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestRequest, RestResponse
from tests.unit.twilio.bench import ACCOUNT, EPOCH, TOKEN, Bench
from tests.unit.twilio.contract import CheckedApi

BASIC = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
CALLBACK = "http://app.test/recorded"
RECORDING = StartRecording | PauseRecording | ResumeRecording | StopRecording


class Desk:
    """The REST API before a bench's emulator.

    Attributes:
        api: The API.
        client: The provider's SDK.
    """

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.pages["/recorded"] = bench.pages["/status"]
        self.api = CheckedApi(
            bench.store, bench.calls, Ids(random.Random(9)), switchboard=bench,
        )  # fmt: skip
        self.client: Any = in_process_client(ACCOUNT, TOKEN, self._handle)

    def _handle(self, request: RestRequest) -> RestResponse:
        return self.api.handle(request, EPOCH + self.bench.now)

    def ask(self, method: str, path: str, *pairs: tuple[str, str], **form: str) -> tuple[int, dict[str, Any]]:
        """Ask below the account; `path` begins with a slash."""
        given = (*pairs, *form.items())
        told = self._handle(
            RestRequest(
                method, f"/2010-04-01/Accounts/{ACCOUNT}{path}.json",
                query=given if method == "GET" else (), form=() if method == "GET" else given,
                authorization=BASIC, content_type="application/x-www-form-urlencoded" if method == "POST" else "",
            )
        )  # fmt: skip
        return told.status, json.loads(told.body) if told.body else {}

    def file(self, path: str, *query: tuple[str, str], method: str = "GET") -> RestResponse:
        """Ask for media, without credentials."""
        return self._handle(RestRequest(method, f"/2010-04-01/Accounts/{ACCOUNT}{path}", query=query))

    @property
    def call(self) -> str:
        """The path of the one call on record."""
        return f"/Calls/{self.bench.record.sid}"

    def record(self, *pairs: tuple[str, str], **form: str) -> dict[str, Any]:
        """Begin a recording of the one call."""
        status, body = self.ask("POST", f"{self.call}/Recordings", *pairs, **form)
        assert status == 201, body
        return body

    def change(self, status: str, sid: str = "Twilio.CURRENT", **form: str) -> dict[str, Any]:
        """Pause, resume or stop one."""
        code, body = self.ask("POST", f"{self.call}/Recordings/{sid}", Status=status, **form)
        assert code == 200, body
        return body

    @property
    def told(self) -> list[dict[str, str]]:
        """What the recording callback URL was told."""
        return [ask.parameters for ask in self.bench.asked("recording")]

    @property
    def outputs(self) -> list[object]:
        """What the media side was asked about recordings."""
        return [each for each in self.bench.media if isinstance(each, RECORDING)]
