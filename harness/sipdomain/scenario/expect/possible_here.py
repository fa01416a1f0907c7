"""Whether what must not come could have come at all: where not all documents can be read beforehand, the run tells.

What happens within another SIP domain nobody sees: there all could.
"""

from __future__ import annotations

from typing import Final

from sipdomain.scenario.given import Given
from sipdomain.scenario.spoken import spoken_in
from sipdomain.scenario.stage import Stage

_SOUNDING: Final = ("play", "record", "dial", "enqueue", "conference", "queue", "stream", "relay")
"""In a document: more than words may be heard."""


def may_sound(stage: Stage) -> bool:
    """Return whether anything but words and keys is given, or was played in any call, so that it may have a tone."""
    if stage.comparison is not None:
        return True
    given = stage.given
    is_given = bool(given.cloud or given.numbers or given.clients or given.bots) or _plays(given)
    return (
        stage.evidence.has_sounded
        or bool(stage.chances.mentioned)
        or is_given
        or _is_written(given, *_SOUNDING)
    )


def may_stream(stage: Stage) -> bool:
    """Return whether a media stream is given, or was begun in any call."""
    return stage.evidence.has_streamed or bool(stage.chances.mentioned) or _is_written(stage.given, "stream")


def may_be_told(stage: Stage) -> bool:
    """Return whether a status URL is given, or was named by the application in any call; True where that is not known."""
    if stage.comparison is not None:
        return True
    given = stage.given
    domains = given.domains.values()
    is_given = not domains or any(each.status for each in domains) or _is_written(given, "callback")
    return is_given or bool(stage.chances.mentioned) or stage.evidence.has_answered(b"callback")


def _plays(given: Given) -> bool:
    replies = (one for each in given.paths.values() for one in (each if isinstance(each, list) else [each]))
    return any(each.play for each in replies)


def _is_written(given: Given, *words: str) -> bool:
    documents = "\n".join(spoken_in(given).documents).lower()
    return any(each in documents for each in words)
