"""Faults as a scenario file writes them: drawn, dropped and narrowed as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sipdomain.faults import FAULTS
from sipdomain.faults.rtp import RTP_FAULTS
from sipdomain.faults.webhooks import WEBHOOK_FAULTS
from sipdomain.scenario.faults import FaultsGiven, LayerGiven, RtpFaultsGiven, WebhookFaultsGiven
from sipdomain.scenario.given import Given
from sipdomain.scenario.values import several
from sipdomain.twilio.behaviours import BEHAVIOURS

Place = Literal["faults", "rtp_faults", "webhook_faults", "cloud"]
REGISTRIES: Final[dict[Place, Mapping[str, Any]]] = {
    "faults": FAULTS,
    "rtp_faults": RTP_FAULTS,
    "webhook_faults": WEBHOOK_FAULTS,
    "cloud": BEHAVIOURS,
}
"""By the key of `given` the words that may stand below it."""


_KINDS: Final[dict[Place, type[LayerGiven]]] = {
    "faults": FaultsGiven,
    "rtp_faults": RtpFaultsGiven,
    "webhook_faults": WebhookFaultsGiven,
}


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


def written(injections: Sequence[Injection], place: Place, before: Any) -> dict[str, Any] | list[Any]:
    """Return what stands below a key of `given`.

    Args:
        injections: The faults; those of other keys are left out.
        place: The key.
        before: What stands there in the file; it stays.
    """
    if place == "cloud":
        # Behaviours are a list: the first that is meant for a request befalls it.
        kept = several(before) if before else []
        return [*kept, *({each.word: dict(each.values)} for each in injections if each.place == place)]
    found: dict[str, Any] = {}
    for word in REGISTRIES[place]:
        own = before.get(word, [])
        added = [dict(each.values) for each in injections if (each.place, each.word) == (place, word)]
        if entries := [*several(own), *added]:
            found[word] = entries if len(entries) > 1 else entries[0]
    return found


def injected(given: Given, injections: Sequence[Injection]) -> Given:
    """Return what is given with faults beside those that it has."""
    own: dict[str, Any] = {
        place: kind.model_validate(written(injections, place, {})) for place, kind in _KINDS.items()
    }
    cloud = Given.model_validate({"cloud": written(injections, "cloud", [])}).cloud
    return given.model_copy(
        update={
            "cloud": [*given.cloud, *cloud],
            **{place: _both(getattr(given, place), added) for place, added in own.items()},
        }
    )


def _both(before: LayerGiven, added: LayerGiven) -> LayerGiven:
    fields = type(before).model_fields
    return before.model_copy(update={word: getattr(before, word) + getattr(added, word) for word in fields})
