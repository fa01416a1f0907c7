"""Faults as a scenario file writes them: drawn, dropped and narrowed as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sipdomain.faults import FAULTS
from sipdomain.faults.webhooks import WEBHOOK_FAULTS
from sipdomain.scenario.faults import FaultsGiven
from sipdomain.scenario.given import Given
from sipdomain.scenario.webhook_faults import WebhookFaultsGiven

Place = Literal["faults", "webhook_faults"]


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault.

    Attributes:
        place: The key of `given` that it stands below.
        word: What it is called there.
        values: Its own keys.
    """

    place: Place
    word: str
    values: Mapping[str, Any]


def written(injections: Sequence[Injection], place: Place, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands below a key of `given`.

    Args:
        injections: The faults; those of other keys are left out.
        place: The key.
        before: What stands there in the file; it stays.
    """
    registry = FAULTS if place == "faults" else WEBHOOK_FAULTS
    found: dict[str, Any] = {}
    for word in registry:
        own = before.get(word, [])
        added = [dict(each.values) for each in injections if (each.place, each.word) == (place, word)]
        if entries := [*(own if isinstance(own, list) else [own]), *added]:
            found[word] = entries if len(entries) > 1 else entries[0]
    return found


def injected(given: Given, injections: Sequence[Injection]) -> Given:
    """Return what is given with faults beside those that it has."""
    line = FaultsGiven.model_validate(written(injections, "faults", {}))
    web = WebhookFaultsGiven.model_validate(written(injections, "webhook_faults", {}))
    return given.model_copy(
        update={
            "faults": FaultsGiven(
                **{word: getattr(given.faults, word) + getattr(line, word) for word in FAULTS}
            ),
            "webhook_faults": WebhookFaultsGiven(
                **{word: getattr(given.webhook_faults, word) + getattr(web, word) for word in WEBHOOK_FAULTS}
            ),
        }
    )
