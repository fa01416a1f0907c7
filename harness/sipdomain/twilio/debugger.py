"""Makes alerts, as the provider's debugger shows them, out of what is written in the journal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from sipdomain.entries import Alert, Decision, Entry, HttpAnswered, HttpRequested, size_of
from sipdomain.error_codes import lookup
from sipdomain.twilio.admission.admission import REFUSALS
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store.answered_requests import Exchanges
from sipdomain.twilio.store.bounded import Bounded
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.logs import AlertRecord, Log
from sipdomain.twilio.webhooks.urls import Parameters, encode_form

LONGEST_TEXT: Final = 4_096
"""Characters that are kept of each text of an alert or event: the rest is cut off."""
MOST_EXCHANGES: Final = 2_000
"""How many answered HTTP requests an alert to come can be about; past that the oldest goes first."""
MOST_EXCHANGE_BYTES: Final = 16 * 1024 * 1024
"""How many bytes these may have in all; past that the oldest goes first."""
MOST_DROPPED: Final = 1_000
"""How many dropped requests are known again when they are sent again; past that the oldest goes first."""
MOST_DROPPED_BYTES: Final = 1024 * 1024
"""How many bytes their Call-IDs may have in all; past that the oldest goes first."""
RETRANSMITTED: Final = 32.0
"""How long a client sends the same request again, in seconds (RFC 3261 timers B and F)."""
_LOGIN: Final = re.compile(r"(?<=://)[^/?#\s]*@")
_SECRET: Final = frozenset({"authorization", "proxy-authorization", "cookie"})
_SOUND: Final = ("audio/", "image/", "video/")


class Debugger:
    """Listens to one emulator's journal and writes its alerts down.

    A refused or dropped request is an alert of the domain's owner, if the provider has a code for it. What is sent
    again after it was dropped is not an alert of its own. A request that names no domain belongs to nobody.
    """

    __slots__ = (
        "_alerts",
        "_answered",
        "_asked",
        "_calls",
        "_dropped",
        "_exchanges",
        "_ids",
        "_latest",
        "_takers",
        "_wall_offset",
    )

    def __init__(
        self, alerts: Log[AlertRecord], calls: CallStore, ids: Ids, *, wall_offset: float,
        exchanges: Exchanges | None = None,
    ) -> None:  # fmt: skip
        """Write into a log.

        Args:
            alerts: Where alerts are kept.
            calls: Tells whose call it was.
            ids: Names alerts (NO…).
            wall_offset: Unix time minus the run's clock, in seconds.
            exchanges: Where the requests about calls are kept, if anywhere.
        """
        self._exchanges = exchanges
        self._alerts = alerts
        self._calls = calls
        self._ids = ids
        self._wall_offset = wall_offset
        # A document has many warnings; the fields about its request are made once.
        self._latest: tuple[int, dict[str, Any]] = (0, {})
        self._asked: dict[int, HttpRequested] = {}
        self._answered: Bounded[int, tuple[HttpRequested, HttpAnswered]] = Bounded(
            MOST_EXCHANGES, MOST_EXCHANGE_BYTES
        )
        self._dropped: Bounded[tuple[str, str], float] = Bounded(MOST_DROPPED, MOST_DROPPED_BYTES)
        self._takers: dict[type[Entry], Callable[[Any], None]] = {
            Decision: self._decided,
            HttpRequested: self._requested,
            HttpAnswered: self._heard_from,
            Alert: self._alerted,
        }

    def hear(self, entry: Entry) -> None:
        """Take an entry of the journal; most of them are passed over."""
        take = self._takers.get(type(entry))
        if take is not None:
            take(entry)

    def _requested(self, entry: HttpRequested) -> None:
        self._asked[entry.token] = entry

    def _heard_from(self, entry: HttpAnswered) -> None:
        requested = self._asked.pop(entry.token, None)
        if requested is not None:
            if self._exchanges is not None and entry.call_sid:
                self._exchanges.add(
                    entry.call_sid, at=entry.at + self._wall_offset, duration=entry.at - requested.at,
                    method=requested.method, url=requested.url, parameters=requested.parameters, status=entry.status,
                    content_type=entry.content_type, body=entry.body,
                )  # fmt: skip
            self._answered.put(entry.token, (requested, entry), size_of(requested) + size_of(entry))

    def _decided(self, entry: Decision) -> None:
        if not entry.code or not entry.account_sid or entry.outcome not in ("refused", "dropped"):
            return
        if entry.outcome == "dropped" and self._was_dropped(entry):
            return
        known, refusal = lookup(entry.code), REFUSALS.get(entry.reason)
        text = refusal.text if refusal is not None else entry.reason
        self._alerts.keep(
            AlertRecord(
                sid=self._ids.new("NO"), number=self._alerts.next_number, account_sid=entry.account_sid,
                created_at=entry.at + self._wall_offset, code=entry.code,
                level=known.level if known is not None else "error",
                text=shown(f"{text.rstrip('.')}: {entry.got}" if entry.got else text), domain_sid=entry.domain_sid,
            )
        )  # fmt: skip

    def _was_dropped(self, entry: Decision) -> bool:
        """Return whether the same request was dropped shortly before."""
        key = (entry.call_id, entry.method)
        before = self._dropped.get(key)
        if before is not None and entry.at - before <= RETRANSMITTED:
            return True
        self._dropped.put(key, entry.at, len(entry.call_id) + len(entry.method))
        return False

    def _alerted(self, entry: Alert) -> None:
        call = self._calls.find(entry.call_sid)
        if call is None:
            return
        self._alerts.keep(
            AlertRecord(
                sid=self._ids.new("NO"), number=self._alerts.next_number, account_sid=call.account_sid,
                created_at=entry.at + self._wall_offset, code=entry.code, level=entry.level, text=shown(entry.text),
                call_sid=entry.call_sid, **self._variables(entry.token),
            )
        )  # fmt: skip

    def _variables(self, token: int) -> dict[str, Any]:
        """Return the fields of an alert about its HTTP request."""
        if token != self._latest[0]:
            found = self._answered.get(token)
            if found is None:
                return {}
            self._latest = token, _exchange(*found)
        return self._latest[1]


def _exchange(requested: HttpRequested, answered: HttpAnswered) -> dict[str, Any]:
    """Return the fields of an alert about its HTTP request, without anybody's credentials."""
    url = requested.url
    if requested.method == "GET" and requested.parameters:
        # The parameters have a field of their own.
        url = url.removesuffix(encode_form(requested.parameters)).rstrip("?&")
    is_text = not answered.content_type.lower().startswith(_SOUND)
    return {
        "method": requested.method,
        "url": shown(url),
        "variables": _query(requested.parameters),
        "headers": _query(requested.headers),
        "status": answered.status,
        "response_headers": _query(answered.headers),
        "response_body": shown(answered.body.decode("utf-8", "replace")) if is_text else "",
    }


def _query(fields: Parameters) -> str:
    """Return fields as a query string, without those that carry credentials."""
    kept = tuple((name, _LOGIN.sub("", value)) for name, value in fields if name.lower() not in _SECRET)
    return encode_form(kept)[:LONGEST_TEXT]


def shown(text: str) -> str:
    """Return a text cut to its longest, without the user names and passwords of URLs, and without bytes that are none."""
    return _LOGIN.sub("", text)[:LONGEST_TEXT].encode("utf-8", "replace").decode()
