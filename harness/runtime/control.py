"""The harness's own HTTP interface below `/_sipdomain/`: health, journal, decisions, registrations, edges."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from harness.errors import SetupError
from harness.journal import Decision, Entry, Journal
from harness.media.sdes import hide_keys
from harness.runtime.edge_listeners import EdgeListeners

Health = Callable[[], dict[str, object]]
Rows = Callable[[], list[dict[str, object]]]

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """An HTTP answer.

    Attributes:
        status: The HTTP status.
        content_type: Of the body.
        body: The text.
        allow: For 405: the methods that are allowed.
    """

    status: int
    content_type: str
    body: str
    allow: str = ""


class Control:
    """Shows what an emulator knows, and works its switches."""

    def __init__(self, journal: Journal, health: Health, registrations: Rows = list) -> None:
        """Stand beside an emulator.

        Args:
            journal: What `journal` and `decisions` show.
            health: What `health` shows.
            registrations: What `registrations` shows.
        """
        self._journal = journal
        self._health = health
        self._registrations = registrations
        self.edges: EdgeListeners | None = None

    async def answer(self, method: str, name: str, query: Sequence[tuple[str, str]] = ()) -> ControlAnswer:
        """Answer a request.

        Args:
            method: The HTTP method.
            name: The path below `/_sipdomain/`.
            query: The query's parameters.
        """
        head, slash, edge = name.partition("/")
        if head == "edges" and slash:
            return await self._edge(method, edge)
        if name not in {"health", "journal", "decisions", "registrations", "edges"}:
            names = ["health", "journal", "decisions", "registrations", "edges", "edges/NAME"]
            return _json({"message": f"no {name!r} here", "names": names}, status=404)
        if method not in {"GET", "HEAD"}:
            return _not_allowed("GET, HEAD")
        match name:
            case "health":
                return _json(self._health())
            case "journal":
                return _lines(list(self._journal))
            case "decisions":
                return _lines(self._decisions(dict(query).get("call_id")))
            case "registrations":
                return _json({"registrations": self._registrations()})
            case _:
                return _json({"edges": self._states()})

    def _decisions(self, call_id: str | None) -> list[Decision]:
        """Return all decisions, or those on the requests of one Call-ID."""
        found = self._journal.select(Decision)
        return found if call_id is None else [each for each in found if each.call_id == call_id]

    def _states(self) -> list[dict[str, object]]:
        edges = self.edges
        if edges is None:
            return []
        return [
            {"name": name, "address": str(address), "open": edges.is_open(name)}
            for name, address in edges.addresses.items()
        ]

    async def _edge(self, method: str, name: str) -> ControlAnswer:
        """Show, open (PUT) or close (DELETE) one edge's listener."""
        if self.edges is None or name not in self.edges.addresses:
            names = [str(each["name"]) for each in self._states()]
            return _json({"message": f"the edge {name!r} has no listener", "names": names}, status=404)
        if method == "PUT":
            try:
                await self.edges.restore(name)
            except SetupError as error:
                return _json({"message": str(error)}, status=409)
        elif method == "DELETE":
            await self.edges.shut(name)
        elif method not in {"GET", "HEAD"}:
            return _not_allowed("GET, HEAD, PUT, DELETE")
        return _json(next(each for each in self._states() if each["name"] == name))


def _json(value: dict[str, Any], *, status: int = 200) -> ControlAnswer:
    return ControlAnswer(status, JSON, json.dumps(value))


def _not_allowed(methods: str) -> ControlAnswer:
    body = json.dumps({"message": f"only {methods} here"})
    return ControlAnswer(405, JSON, body, allow=methods)


def _lines(entries: Sequence[Entry]) -> ControlAnswer:
    """Return entries as JSON lines, without the keys of secure media."""
    rows = [
        hide_keys(json.dumps({"kind": type(each).__name__, **asdict(each)}, default=_text))
        for each in entries
    ]
    return ControlAnswer(200, LINES, "".join(f"{row}\n" for row in rows))


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
