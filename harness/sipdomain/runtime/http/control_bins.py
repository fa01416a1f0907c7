"""The main account's TwiML bins in the control API: shown, made, changed, deleted; the provider's console does that."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from sipdomain.errors import RestError, SetupError
from sipdomain.runtime.http.json_body import read_json
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.bins import Bin

_KEYS = frozenset({"friendly_name", "twiml"})


class ControlBins:
    """The bins of one emulator's main account."""

    def __init__(self, store: Store, keep: Callable[[], Awaitable[None]]) -> None:
        """Stand before a store; `keep` is awaited after a change."""
        self._store = store
        self._keep = keep

    async def answer(self, method: str, sid: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Return status and body.

        Args:
            method: GET, POST (without a SID), PUT or DELETE (with one).
            sid: Of the bin, or "".
            body: JSON.

        Raises:
            SetupError: It is not JSON of this form.
            StateError: The change could not be kept.
        """
        account, bins = next(iter(self._store.accounts)).sid, self._store.bins
        try:
            match method:
                case "GET" if not sid:
                    return 200, {"bins": [_row(each) for each in bins.of(account)]}
                case "GET":
                    return 200, _row(bins.fetch(account, sid))
                case "POST":
                    given = {"friendly_name": "", "twiml": "", **_read(body)}
                    status, shown = 201, _row(bins.create(account, **given, now=time.time()))
                case "PUT":
                    status, shown = 200, _row(bins.update(account, sid, **_read(body), now=time.time()))
                case _:
                    bins.delete(account, sid)
                    status, shown = 200, {"message": "deleted"}
        except RestError as error:
            return error.status, {"code": error.code, "message": str(error)}
        await self._keep()
        return status, shown


def _read(body: bytes) -> dict[str, str]:
    value = read_json(body)
    if (
        not isinstance(value, dict)
        or not value.keys() <= _KEYS
        or not all(isinstance(v, str) for v in value.values())
    ):
        raise SetupError(f"a TwiML bin is an object of the texts {' and '.join(sorted(_KEYS))}")
    return value


def _row(record: Bin) -> dict[str, Any]:
    return {
        "sid": record.sid,
        "friendly_name": record.friendly_name,
        "twiml": record.twiml,
        "url": record.url,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
    }
