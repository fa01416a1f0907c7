"""The main account of a world: made, and the REST API as it sees it."""

from __future__ import annotations

import base64
import io
import json
import wave
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from sipdomain.errors import RestError
from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN, token_name
from sipdomain.runtime.worlds.world import WorldSpec
from sipdomain.twilio.configuration.model import AccountSettings, ConfigurationError
from sipdomain.twilio.rest import RestApi, RestRequest
from sipdomain.twilio.rest.messages import FORM
from sipdomain.twilio.store import Account, Store
from sipdomain.twilio.store.call_records import CallStore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LARGEST_FORM: Final = 256 * 1024
"""How many bytes a form of a request may have; a larger one is refused."""


def make_account(store: Store, settings: AccountSettings | None, now: float) -> Account:
    """Make the main account of a configuration, with the development values where it names none.

    Raises:
        ConfigurationError: Its SID is none, or it or its token is empty.
    """
    if settings is not None:
        for name, written in (("sid", settings.sid), ("auth_token", settings.auth_token)):
            if written is not None and not written.strip():
                hint = "leave it out to have the development value"
                raise ConfigurationError(f"`{name}` is empty", ("account", name), hint=hint)
    sid = (settings.sid if settings else None) or ACCOUNT_SID
    token = (settings.auth_token if settings else None) or AUTH_TOKEN
    try:
        return store.accounts.create(now=now, sid=sid, auth_token=token)
    except RestError as error:
        hint = f"write such as `sid: {ACCOUNT_SID}`"
        raise ConfigurationError(str(error), ("account", "sid"), hint=hint) from None


def name_tokens(account: Account, spec: WorldSpec) -> dict[str, str]:
    """Return by account SID where its auth token comes from, in words."""
    settings = spec.configuration.account
    return {account.sid: token_name(account.auth_token, settings.auth_token if settings else None)}


def whole_path(path: str, account_sid: str) -> str:
    """Return a path of the API; one without a leading slash is below the account's own, with or without `.json`."""
    own = f"/2010-04-01/Accounts/{account_sid}/{path.removesuffix('.json')}.json"
    return path if path.startswith("/") else own


def basic_login(account_sid: str, auth_token: str) -> str:
    """Return the field Authorization by which an account asks the API (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()


class OwnRest:
    """The REST API of this process, asked as one account."""

    def __init__(self, api: RestApi, account: Account, calls: CallStore, now: Callable[[], float]) -> None:
        """Send nothing yet.

        Args:
            api: The REST API.
            account: Who asks.
            calls: The calls on record.
            now: Returns Unix seconds.
        """
        self._api, self._account, self._calls, self._now = api, account, calls, now

    def ask(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Ask once.

        Args:
            method: "GET", "POST" or "DELETE".
            path: Below the account's own and without `.json`; or, with a leading slash, a whole path.
            form: Form fields; query parameters for GET.

        Returns:
            The HTTP status and the JSON body ({} when it is none).
        """
        account, pairs = self._account, tuple(form.items())
        asked = RestRequest(
            method=method,
            path=whole_path(path, account.sid),
            query=pairs if method == "GET" else (),
            form=() if method == "GET" else pairs,
            authorization=basic_login(account.sid, account.auth_token),
            content_type="" if method == "GET" else FORM,
            body_too_large=len(urlencode(pairs)) > LARGEST_FORM,
        )
        answer = self._api.handle(asked, self._now())
        return answer.status, json.loads(answer.body) if answer.body else {}

    def recording(self, call_id: str) -> npt.NDArray[np.int16]:
        """Return the finished recordings of a call as they are served: one after another, at 8 kHz, of one channel.

        Args:
            call_id: The SIP Call-ID.
        """
        import numpy as np

        account, store = self._account.sid, self._calls.recordings
        sids = {each.sid for each in self._calls.newest_first(account) if each.sip_call_id == call_id}
        parts = [
            self._downloaded(f"/2010-04-01/Accounts/{account}/Recordings/{each.sid}.wav")
            for each in store.newest_first(account, self._now())
            if each.call_sid in sids and store.audio(each.sid)
        ]
        return np.frombuffer(b"".join(reversed(parts)), "<i2")

    def _downloaded(self, path: str) -> bytes:
        """Return the samples of a WAV file, which needs no login."""
        asked = RestRequest(method="GET", path=path, query=(("RequestedChannels", "1"),))
        with wave.open(io.BytesIO(self._api.handle(asked, self._now()).whole)) as file:
            samples: bytes = file.readframes(file.getnframes())
            return samples
