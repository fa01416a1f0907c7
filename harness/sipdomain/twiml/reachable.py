"""Which verbs of a document can never run: they stand after one that does not let the next have its turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sipdomain.twiml.document import Element

_ALWAYS = {
    "Hangup": "it ends the call",
    "Record": "it asks its action URL in any case",
    "Redirect": "it goes on with another document",
    "Reject": "it ends the call",
    "Leave": "it leaves this document",
    "Echo": "it lasts until the call ends",
}
"""Sources: the provider's page of each verb, under https://www.twilio.com/docs/voice/twiml."""
_BY_ACTION = frozenset({"Connect", "Dial", "Enqueue", "Refer"})
"""These go on with the action URL's document, whatever happened, when they name one."""
_LOOPS = frozenset({"Play", "Say"})


def unreachable(verbs: Sequence[Element]) -> Iterator[tuple[Element, str]]:
    """Yield each verb that can never run, hardly ever, or not as it is meant, and why, in document order.

    Args:
        verbs: The verbs of a document, in order; what stands inside them always has its turn.
    """
    for position, verb in enumerate(verbs):
        if verb.name == "Reject" and position:
            yield verb, "<Reject> refuses as the first verb alone: here the call is answered, and ends"
        if why := _why_last(verb):
            for each in verbs[position + 1 :]:
                yield (
                    each,
                    f"<{each.name}> can never run: <{verb.name}> on line {verb.line} is before it, and {why}",
                )
            return
    endless = next((each for each in verbs if _is_endless(each)), None)
    if endless is not None:
        for each in verbs[verbs.index(endless) + 1 :]:
            said = f'<{each.name}> waits for <{endless.name} loop="0"> on line {endless.line}, which repeats 1000 times'
            yield each, said


def _why_last(verb: Element) -> str:
    """Return why nothing runs after a verb, or ""."""
    if verb.name in _ALWAYS:
        return _ALWAYS[verb.name]
    if verb.name in _BY_ACTION and (verb.get("action") or "").strip():
        return "it goes on with its action URL"
    if verb.name == "Gather" and verb.get("actionOnEmptyResult") == "true":
        return "it goes on with its action URL, also without input"
    return ""


def _is_endless(verb: Element) -> bool:
    return (
        verb.name in _LOOPS and (verb.get("loop") or "").strip().strip("0") == "" and bool(verb.get("loop"))
    )
