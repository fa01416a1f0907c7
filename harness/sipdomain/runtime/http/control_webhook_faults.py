"""The faults of webhooks, as the control API takes and shows them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from sipdomain.errors import SetupError
from sipdomain.faults.webhooks import WEBHOOK_FAULTS, WebhookFault
from sipdomain.runtime.bad_web import BadWeb
from sipdomain.runtime.http.json_body import read_json
from sipdomain.twilio.rest.faults import seeded

MOST_WEBHOOK_FAULTS: Final = 32
"""How many there may be; more are refused."""


def change(web: BadWeb, method: str, body: bytes) -> dict[str, Any]:
    """Show (GET), set (PUT) or take away (DELETE) what befalls webhooks.

    Args:
        web: What asks them.
        method: The HTTP method.
        body: In JSON, as a scenario's `webhook_faults`, with a `seed` beside them.

    Raises:
        SetupError: The body describes none; then nothing is changed.
    """
    if method == "PUT":
        seed, web.faults = parsed(read_json(body))
        web.rng = random.Random(seed)
    elif method == "DELETE":
        web.faults = ()
    found: dict[str, list[dict[str, Any]]] = {}
    for word, kind in WEBHOOK_FAULTS.items():
        if rows := [_plain(each) for each in web.faults if type(each) is kind]:
            found[word] = rows
    return {"faults": found}


def parsed(value: Any) -> tuple[int, tuple[WebhookFault, ...]]:
    """Return the seed and the faults that plain values describe: {"seed": 1, "faults": {"double": {"copies": 2}}}.

    Raises:
        SetupError: They do not; the first mistake is named.
    """
    # Those who ask for none do not pay for the import.
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    seed, given = seeded(value, {})
    if not isinstance(given, Mapping) or set(given) - set(WEBHOOK_FAULTS):
        raise SetupError(f"faults must be a mapping of {', '.join(WEBHOOK_FAULTS)}")
    faults: list[WebhookFault] = []
    for word, kind in WEBHOOK_FAULTS.items():
        entries = given.get(word, [])
        adapter: TypeAdapter[list[WebhookFault]] = TypeAdapter(list[kind], config=ConfigDict(extra="forbid"))  # type: ignore[valid-type]
        try:
            faults += adapter.validate_python(entries if isinstance(entries, list) else [entries])
        except ValidationError as error:
            from sipdomain.model_errors import in_words

            first = error.errors(include_url=False)[0]
            place = ".".join(str(step) for step in (word, *first["loc"]))
            raise SetupError(f"faults.{place}: {in_words(first)}") from None
    if len(faults) > MOST_WEBHOOK_FAULTS:
        raise SetupError(f"there may be {MOST_WEBHOOK_FAULTS} faults at most (got {len(faults)})")
    return seed, tuple(faults)


def _plain(fault: WebhookFault) -> dict[str, Any]:
    """Return what a fault says that it would not say of itself."""
    said = {each.name: getattr(fault, each.name) for each in fields(fault)}
    return {
        each.name: sorted(said[each.name]) if each.name == "of" else said[each.name]
        for each in fields(fault)
        if said[each.name] != each.default
    }
