"""The provider's REST API over HTTP, asked as one account; for worlds whose emulator runs elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from sipdomain.errors import SetupError
from sipdomain.runtime.worlds.account import basic_login, whole_path
from sipdomain.twilio.rest.messages import FORM

PATIENCE: Final = 10.0
"""How long an answer is waited for, in seconds."""
LARGEST: Final = 16 * 1024 * 1024
"""How many bytes of an answer are read."""


class RestClient:
    """Asks one API.

    Attributes:
        url: Its base, without a final slash.
        account_sid: The account.
        auth_token: Its token.
    """

    def __init__(self, url: str, account_sid: str, auth_token: str) -> None:
        self.url = url.rstrip("/")
        self.account_sid = account_sid
        self.auth_token = auth_token
        login = basic_login(account_sid, auth_token)
        self._headers = {"Authorization": login, "Accept": "application/json"}

    def ask(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Send one request and wait for its answer.

        Args:
            method: "GET", "POST" or "DELETE".
            path: Below the account's own and without `.json`; or, with a leading slash, a whole path.
            form: Form fields; query parameters for GET.

        Returns:
            The HTTP status and the JSON body ({} when it is none).

        Raises:
            SetupError: Nobody answers there, or not by HTTP.
        """
        path = whole_path(path, self.account_sid)
        text = urlencode(form)
        if method == "GET" and text:
            path, text = f"{path}?{text}", ""
        headers = {**self._headers, "Content-Type": FORM} if text else self._headers
        url = urlsplit(self.url)
        connect = HTTPSConnection if url.scheme == "https" else HTTPConnection
        connection = connect(url.hostname or "", url.port, timeout=PATIENCE)
        try:
            connection.request(method, f"{url.path}{path}", text or None, headers)
            answer = connection.getresponse()
            body = answer.read(LARGEST)
        except (OSError, HTTPException) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise SetupError(f"the REST API at {self.url} does not answer: {why}") from error
        finally:
            connection.close()
        try:
            found = json.loads(body) if body else {}
        except ValueError:
            found = {}
        return answer.status, found if isinstance(found, dict) else {}
