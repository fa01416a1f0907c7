"""A webhook application that runs by itself: what it was asked is what the emulator sent it and it answered."""

from __future__ import annotations

from collections import deque
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from sipdomain.entries import Entry, HttpAnswered, HttpRequested
from sipdomain.journal import Journal
from sipdomain.runtime.worlds.app_request import VERDICTS, AppRequest
from sipdomain.runtime.worlds.webhook_stub import webhook_stub

CAPACITY: Final = 1_000
"""How many requests are kept, and how many more that have no answer yet; past that the oldest goes."""


class RemoteApp:
    """The application at a URL of the user's.

    Attributes:
        url: Its base, without a final slash.
    """

    def __init__(self, url: str, journal: Journal, auth_token: str) -> None:
        """Take note of what it is asked from now on.

        Args:
            url: Its base.
            journal: Where the emulator's requests are written.
            auth_token: What they are signed with.
        """
        self._checker = webhook_stub("signature").SignatureChecker(auth_token)
        self.url = url
        self._asked: dict[int, HttpRequested] = {}
        self._answered: deque[AppRequest] = deque(maxlen=CAPACITY)
        self._stop = journal.listen(self._follow)

    def requests(self) -> list[AppRequest]:
        """Return what it was asked and answered, in the order of its answers."""
        return list(self._answered)

    def close(self) -> None:
        """Take note of nothing more; the application stays."""
        self._stop()

    def _follow(self, entry: Entry) -> None:
        if isinstance(entry, HttpRequested) and entry.url.startswith((f"{self.url}/", f"{self.url}?")):
            self._asked[entry.token] = entry
            if len(self._asked) > CAPACITY:
                del self._asked[next(iter(self._asked))]
        elif isinstance(entry, HttpAnswered):
            sent = self._asked.pop(entry.token, None)
            if sent is not None and entry.status:
                self._answered.append(self._request(sent))

    def _request(self, sent: HttpRequested) -> AppRequest:
        url = urlsplit(sent.url)
        query = tuple(parse_qsl(url.query, keep_blank_values=True))
        # The URL of a GET has all of its parameters.
        form = () if sent.method == "GET" else sent.parameters
        signature = next((value for name, value in sent.headers if name.lower() == "x-twilio-signature"), "")
        verdict = self._checker.of(sent.url, form, signature)
        valid = VERDICTS.get(verdict)
        return AppRequest(sent.method, url.path, (*query, *form), sent.headers, valid, urlencode(form))
