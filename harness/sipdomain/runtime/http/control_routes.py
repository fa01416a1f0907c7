"""What can be asked of the harness's own HTTP interface below `/_sipdomain/`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
EVENTS: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Route:
    """Something that can be asked.

    Attributes:
        method: The HTTP method; HEAD goes with GET.
        path: Below `/_sipdomain/`; `{…}` stands for a name.
        summary: What it does.
        content_type: Of the answer.
    """

    method: str
    path: str
    summary: str
    content_type: str = JSON


ROUTES: Final = (
    Route("GET", "health", "Where it listens, and how much goes on"),
    Route(
        "GET",
        "journal",
        "All entries kept, oldest first; `?call_id=ID` for one SIP Call-ID; as server-sent events, those that come too",
        LINES,
    ),
    Route("GET", "decisions", "The decisions among them; `?call_id=ID` for one SIP Call-ID", LINES),
    Route("GET", "calls", "The calls in progress and the last finished ones, the latest first"),
    Route(
        "GET",
        "calls/{CallSid}",
        "One call, with its ladder, and its `audio` once it is over, where the journal still has them",
    ),
    Route(
        "GET",
        "calls/{CallSid}/transcript",
        "What was said, played, pressed and recorded in a call and its legs, and the verbs carried out",
    ),
    Route("GET", "registrations", "Who is registered where, for how long"),
    Route("GET", "clock", "The moment on the run's clock, and in Unix time"),
    Route(
        "POST",
        "reset",
        "End all calls, forget registrations, alerts and journal, and go back to the start's domains",
    ),
    Route("GET", "snapshot", "All that accounts have, with hashes of passwords and secrets, for PUT"),
    Route("PUT", "snapshot", "Replace all that accounts have by what a snapshot holds"),
    Route("POST", "seed", "Add the lists, domains and numbers of a configuration in YAML or JSON"),
    Route("GET", "bins", "The main account's TwiML bins"),
    Route("POST", "bins", "Make one, of `friendly_name` and `twiml` in JSON"),
    Route("GET", "bins/{sid}", "One of them, with its `url`"),
    Route("PUT", "bins/{sid}", "Change it; what is left out stays"),
    Route("DELETE", "bins/{sid}", "Delete it"),
    Route("GET", "numbers", "The simulated phone numbers and clients, and what each does when it is called"),
    Route("PUT", "numbers", "Replace them by the `numbers` and `clients` of a configuration in YAML or JSON"),
    Route("DELETE", "numbers/{address}", "Take a number, or `client:` and an identity, out of the plan"),
    Route("GET", "edges", "The listeners of edges"),
    Route("GET", "edges/{name}", "One of them"),
    Route("PUT", "edges/{name}", "Open it again, at the address that it had; 409 when that is taken"),
    Route("DELETE", "edges/{name}", "Close it, as if that edge were down; DNS still names it"),
    Route("GET", "rest-faults", "The faults of the REST API, and how often each was applied"),
    Route("PUT", "rest-faults", "Set the faults, in place of all before; 400 when one is wrong"),
    Route("DELETE", "rest-faults", "Remove all faults"),
    Route("GET", "faults", "The faults of SIP, audio and webhooks as lines, and the seed"),
    Route("POST", "faults", "Add some, as lines; 400 when one is wrong"),
    Route("DELETE", "faults", "Remove all of them"),
    Route("GET", "behaviours", "The behaviours of the far end, and how often each was applied"),
    Route("POST", "behaviours", "Add one, or a list of them; 400 when one is wrong"),
    Route("DELETE", "behaviours", "Remove all of them"),
    Route("GET", "behaviours/{id}", "One of them"),
    Route("DELETE", "behaviours/{id}", "Remove it"),
    Route("GET", "openapi.json", "This list, as OpenAPI 3.1"),
)


def description() -> dict[str, Any]:
    """Return what can be asked, as an OpenAPI 3.1 description."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
        operation: dict[str, Any] = {
            "summary": route.summary,
            "responses": {"default": {"description": "The answer", "content": {route.content_type: {}}}},
        }
        if names:
            operation["parameters"] = [
                {"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in names
            ]
        paths.setdefault(f"/_sipdomain/{route.path}", {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "sipdomain control API", "version": "1"},
        "security": [{"token": []}, {}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }
