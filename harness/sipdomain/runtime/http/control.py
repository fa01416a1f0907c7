"""The harness's own HTTP interface below `/_sipdomain/`: what an emulator knows, and its switches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sipdomain.entries import Decision, Entry, SipMessage, size_of
from sipdomain.errors import FileError, SetupError, StateError
from sipdomain.journal import Journal
from sipdomain.mask import json_line, masking
from sipdomain.runtime.bad_web import BadWeb
from sipdomain.runtime.http.control_routes import JSON, LINES, ROUTES, description
from sipdomain.runtime.http.json_body import read_json
from sipdomain.runtime.http.switches import Switches
from sipdomain.runtime.injector import Injector
from sipdomain.runtime.sip.edge_listeners import EdgeListeners
from sipdomain.twilio.rest.faults import RestFaults, parse_faults

Health = Callable[[], dict[str, object]]
Rows = Callable[[], Iterable[dict[str, object]]]


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """An HTTP answer.

    Attributes:
        status: The HTTP status.
        content_type: Of the body.
        body: The text; "" when there are pieces.
        pieces: Makes the text, where that takes time.
        allow: For 405: the methods that are allowed.
    """

    status: int
    content_type: str
    body: str
    allow: str = ""
    pieces: Iterator[str] | None = None


class Control:
    """Shows what an emulator knows, and works its switches."""

    def __init__(
        self, journal: Journal, health: Health, registrations: Rows = list, switches: Switches | None = None
    ) -> None:
        """Stand beside an emulator.

        Args:
            journal: What `journal` and `decisions` show.
            health: What `health` shows.
            registrations: What `registrations` shows.
            switches: What changes an emulator; None where nothing can be changed.
        """
        self._journal = journal
        self._health = health
        self._registrations = registrations
        self._switches = switches
        self.edges: EdgeListeners | None = None
        self.rest_faults = RestFaults()
        self.web: BadWeb | None = None
        self.injector: Injector | None = None

    async def answer(
        self, method: str, name: str, query: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> ControlAnswer:
        """Answer a request.

        Args:
            method: The HTTP method.
            name: The path below `/_sipdomain/`.
            query: The query's parameters.
            body: The body.
        """
        head, _, rest = name.partition("/")
        allowed = [each.method for each in ROUTES if _fits(each.path, head, rest)]
        if not allowed:
            names = list(dict.fromkeys(each.path for each in ROUTES))
            return _json({"message": f"no {name!r} here", "names": names}, status=404)
        asked = "GET" if method == "HEAD" else method
        if asked not in allowed:
            return _not_allowed(allowed)
        try:
            return await self._answer(asked, head, rest, dict(query), body)
        except (SetupError, FileError) as error:
            return _json({"message": str(error)}, status=400)
        except StateError as error:
            return _json({"message": str(error)}, status=503)

    async def _answer(
        self, method: str, head: str, rest: str, query: dict[str, str], body: bytes
    ) -> ControlAnswer:
        match method, head:
            case "GET", "health":
                return _json(self._health())
            case "GET", "journal":
                return _lines(self._entries(query.get("call_id")))
            case "GET", "decisions":
                return _lines(self._decisions(query.get("call_id")))
            case "GET", "registrations":
                rows = _listed("registrations", self._registrations())
                return ControlAnswer(200, JSON, "", pieces=rows)
            case "GET", "openapi.json":
                return _json(description())
            case _, "rest-faults":
                return self._fault(method, body)
            case _, "faults" if self.injector is not None:
                return _json(self.injector.answer(method, read_json(body) if method == "POST" else None))
            case _, "edges":
                return await self._edge(method, rest) if rest else _json({"edges": self._states()})
            case _:
                pass
        if self._switches is None:
            return _json({"message": "nothing can be changed here"}, status=409)
        return await self._switch(self._switches, method, head, rest, body)

    async def _switch(
        self, switches: Switches, method: str, head: str, rest: str, body: bytes
    ) -> ControlAnswer:
        match method, head:
            case "GET", "clock":
                return _json(switches.clock())
            case "GET", "snapshot":
                return ControlAnswer(200, JSON, "", pieces=switches.snapshot())
            case "PUT", "snapshot":
                await switches.restore(body)
                return _json({"message": "restored"})
            case "POST", "reset":
                await switches.reset()
                self.rest_faults.clear()
                if self.injector is not None:
                    self.injector.clear()
                return _json({"message": "as at the start"})
            case _, "bins" | "behaviours":
                if head == "bins":
                    status, shown = await switches.bins.answer(method, rest, body)
                else:
                    status, shown = switches.behaviours(method, rest, body)
                return _json(shown, status=status)
            case "POST", "seed":
                return _json({"domains": await switches.seed(body)}, status=201)
            case _, "numbers":
                return await _numbers(switches, method, rest, body)
            case _:
                if not rest:
                    return ControlAnswer(200, JSON, "", pieces=_listed("calls", switches.calls()))
                sid, _, part = rest.partition("/")
                if part:
                    lines = switches.transcript(sid)
                    return _no_call(sid) if lines is None else ControlAnswer(200, JSON, "", pieces=lines)
                found = switches.call(sid)
                return (
                    _no_call(sid)
                    if found is None
                    else ControlAnswer(200, JSON, "", pieces=_with_ladder(*found))
                )

    def _fault(self, method: str, body: bytes) -> ControlAnswer:
        """Show (GET), set (PUT) or take away (DELETE) the faults of the REST API."""
        if method == "PUT":
            self.rest_faults.set(*parse_faults(read_json(body)))
        elif method == "DELETE":
            self.rest_faults.clear()
        return _json(self.rest_faults.shown())

    def _entries(self, call_id: str | None) -> list[Entry]:
        """Return all entries, or those about one Call-ID, SIP messages apart."""
        if call_id is None:
            return list(self._journal)
        return [
            each
            for each in self._journal
            if getattr(each, "call_id", "") == call_id and not isinstance(each, SipMessage)
        ]

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
        return _json(next(each for each in self._states() if each["name"] == name))


async def _numbers(switches: Switches, method: str, address: str, body: bytes) -> ControlAnswer:
    """Show (GET) or replace (PUT) the numbering plan, or take one address out of it (DELETE)."""
    if method == "PUT":
        await switches.set_numbers(body)
    elif method == "DELETE" and not await switches.forget_number(address):
        return _json({"message": f"{address[:140]!r} is not in the numbering plan"}, status=404)
    return _json(switches.numbers())


def _fits(path: str, head: str, rest: str) -> bool:
    """Whether a path of a route is the one asked for."""
    first, slash, name = path.partition("/")
    below = name.partition("/")[2]
    return first == head and bool(slash) == bool(rest) and below == rest.partition("/")[2]


def _no_call(sid: str) -> ControlAnswer:
    return _json({"message": f"there is no call {sid[:60]!r}"}, status=404)


def _json(value: dict[str, Any], *, status: int = 200) -> ControlAnswer:
    return ControlAnswer(status, JSON, json.dumps(value))


def _not_allowed(allowed: Sequence[str]) -> ControlAnswer:
    methods = ", ".join(f"{each}, HEAD" if each == "GET" else each for each in allowed)
    return ControlAnswer(405, JSON, json.dumps({"message": f"only {methods} here"}), allow=methods)


_hide: Final = masking(())
_FEW: Final = 20
"""Entries of the journal that are made into text at once."""
_SMALL: Final = 32 * 1024
"""How many bytes they may have."""


def _listed(name: str, values: Iterable[dict[str, object]]) -> Iterator[str]:
    """Return a JSON object with a list, in pieces, without what has the form of a credential."""
    before = f'{{"{name}": ['
    for value in values:
        yield f"{before}{json_line(value, _hide)}"
        before = ", "
    yield "]}" if before == ", " else f"{before}]}}"


def _with_ladder(call: dict[str, object], drawn: Iterator[str]) -> Iterator[str]:
    """Return a call as a JSON object, in pieces, with its ladder as the last member."""
    yield f'{json_line(call, _hide)[:-1]}, "ladder": "'
    for piece in drawn:
        yield json_line(piece, _hide)[1:-1] if piece else ""
    yield '"}'


def _lines(entries: Sequence[Entry]) -> ControlAnswer:
    """Return entries as JSON lines, those of a long list piece by piece."""
    pieces = (f"{line(each)}\n" for each in entries)
    if len(entries) <= _FEW and sum(map(size_of, entries)) <= _SMALL:
        return ControlAnswer(200, LINES, "".join(pieces))
    return ControlAnswer(200, LINES, "", pieces=pieces)


def line(entry: Entry) -> str:
    """Return an entry as JSON, without what has the form of a credential."""
    values = {each.name: getattr(entry, each.name) for each in fields(entry)}
    return json_line({"kind": type(entry).__name__, **values}, _hide)
