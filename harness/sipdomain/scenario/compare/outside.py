"""What of an expectation is seen from outside: of phones and application all, of the target's inside what shows there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sipdomain.entries import HttpRequested
from sipdomain.scenario.expect import (
    application,
    decisions,
    ear,
    legs,
    messages,
    progress,
    registration,
    streams,
    talk,
    voice,
    wire,
)
from sipdomain.scenario.expect.answers import once_set_up
from sipdomain.scenario.expect.finding import Finding, Standing, complete, fate, listed
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Text, fits
from sipdomain.scenario.world import PhoneCall
from sipdomain.twilio.admission.admission import REFUSALS
from sipdomain.twilio.store.call_records import FINAL

_NOT_FETCHED: Final = "recordings of the target are not fetched"
_NO_SID: Final = "the call has no SID that is known here"
Doubt = Callable[[Stage, PhoneCall, Finding], str]
"""Says of a finding why it could not be told from outside, or ""."""


def _saying(why: str) -> Doubt:
    return lambda *_: why


_NO_DOUBT: Final = _saying("")


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of an expectation is seen.

    Attributes:
        look: Looks at it, with the arguments of the expectation's own look; None for the own one.
        met: Why one that is met could not be told all the same.
        unmet: Why one that is not met could not be told.
        hidden: Why nothing is seen of it, or "".
        ask: Asks the REST API, with the same arguments, about what the look found unmet; a text says why it does not
            know either.
    """

    look: Callable[..., Finding] | None = None
    met: Doubt = _NO_DOUBT
    unmet: Doubt = _NO_DOUBT
    hidden: str = ""
    ask: Callable[..., Finding | str] | None = None


def challenged(stage: Stage, call: PhoneCall, status: int) -> Finding:
    """Expect that this status came; that it asks for credentials is what it means."""
    standing = Standing.MET if status in call.responses else once_set_up(stage, call, Standing.OPEN)
    return Finding(
        standing, "challenged", f"a challenge with {status}", f"responses {listed(call.responses)}"
    )


def refused(stage: Stage, call: PhoneCall, reason: str) -> Finding:
    """Expect a refusal with the status that the reason has with us."""
    status = REFUSALS[reason].status if reason in REFUSALS else None
    expected = f"{status} ({reason})" if status is not None else reason
    last = call.responses[-1] if call.responses else None
    if call.state != "refused":
        return Finding(once_set_up(stage, call, Standing.OPEN), "refused", expected, fate(call))
    standing = Standing.SO_FAR if status in {None, last} else Standing.OPEN
    return Finding(once_set_up(stage, call, standing), "refused", expected, str(last))


def dropped(stage: Stage, call: PhoneCall, reason: str) -> Finding:
    """Expect that no response comes."""
    standing = Standing.LOST if call.responses else Standing.SO_FAR
    got = listed(call.responses, "no response")
    return Finding(once_set_up(stage, call, standing), "dropped", f"no response ({reason})", got)


def registered(stage: Stage, call: PhoneCall, wanted: bool) -> Finding:  # noqa: FBT001 - the value of the key
    """Expect that the answer to the phone's REGISTER names a binding (RFC 3261, section 10.3), or that there is none."""
    words = {True: "registered", False: "not registered"}
    named = [value for name, value in call.final_headers if name.lower() in {"contact", "m"}]
    is_there = call.state == "ended" and bool(named)
    standing = once_set_up(stage, call, Standing.SO_FAR if is_there == wanted else Standing.OPEN)
    return Finding(standing, "registered", words[wanted], f"{fate(call)}, with {len(named)} bindings")


def _of_another_phone(stage: Stage, call: PhoneCall, found: Finding) -> str:
    del stage, call
    return "the bindings may be of other phones" if found.expected == "not registered" else ""


def said(stage: Stage, call: PhoneCall, wanted: Text) -> Finding:
    """Expect that the phone said something to its end."""
    is_said = any(fits(wanted, each) for each in call.said)
    lost = Standing.LOST if stage.is_over(call) else Standing.OPEN
    got = f"the phone said {listed(call.said, 'nothing')}"
    return Finding(Standing.MET if is_said else lost, "said", f"“{wanted}” said to its end", got)


def status(stage: Stage, call: PhoneCall, wanted: str) -> Finding | str:
    """Look a call's status up; one that it had before the last is known of callbacks alone."""
    if wanted not in FINAL:
        return "the application was not notified of that CallStatus, and the REST API has only the last one"
    sid = next(iter(stage.evidence.call_sids(call.call_id)), "")
    if not sid:
        return _NO_SID
    code, body = stage.world.rest("GET", f"Calls/{sid}", {})
    if code != 200:
        return f"its REST API answers {code}"
    got = str(body.get("status", ""))
    return Finding(Standing.MET if got == wanted else Standing.LOST, "status", wanted, got)


def unseen_alerts(stage: Stage, call: PhoneCall, wanted: Sequence[int]) -> Finding:
    """See none: they are asked for when the call is over."""
    del stage, call
    return Finding(Standing.OPEN, "alerts", listed(wanted), "not asked for")


def alerts(stage: Stage, call: PhoneCall, wanted: Sequence[int]) -> Finding | str:
    """Look a call's alerts up in the Monitor API."""
    sids = stage.evidence.call_sids(call.call_id)
    if not sids:
        return _NO_SID
    if not stage.is_quiet(call):
        return "the call was not over, and others might come"
    code, body = stage.world.rest("GET", "/v1/Alerts", {"PageSize": "1000"})
    if code != 200:
        return f"its Monitor API answers {code}"
    found = [each for each in body.get("alerts", ()) if each.get("resource_sid") in sids]
    codes = [int(each["error_code"]) for each in reversed(found)]
    standing = complete(wanted, codes)
    if standing is Standing.OPEN:
        return (
            f"its Monitor API has {listed(codes, 'none')} of {listed(wanted)}, and the others may come late"
        )
    return Finding(standing, "alerts", listed(wanted), listed(codes))


def _another_voice(stage: Stage, call: PhoneCall, found: Finding) -> str:
    """Words that were not found may have been said in another voice; in silence nobody said any."""
    if found.field == "recorded":
        return _NOT_FETCHED
    heard = stage.heard(call)
    is_silent = not len(heard) or int(abs(heard.astype("int32")).max()) < ear.SILENCE_PEAK
    return "" if is_silent else f"its voice may be another one than ours ({found.got})"


def _of_no_call(stage: Stage, call: PhoneCall, found: Finding) -> str:
    """A request that was missed may be one that names no call, as some about conferences."""
    del call
    paths = {
        urlsplit(each.url).path for each in stage.world.journal.select(HttpRequested) if not each.call_id
    }
    return f"requests at {found.expected} came, but name no call" if found.expected in paths else ""


def _of_a_recording(stage: Stage, call: PhoneCall, found: Finding) -> str:
    del stage, call
    return _NOT_FETCHED if found.field == "recorded" else ""


def _of_words(stage: Stage, call: PhoneCall, found: Finding) -> str:
    del stage, call
    return "its voice may be another one than ours" if "the words" in found.expected else ""


_SEEN: Final = Sight()
_INSIDE: Final = "it happens within the target, and no interface shows it"
_HIDDEN: Final = Sight(hidden=_INSIDE)

SIGHTS: Final[dict[Callable[..., Finding], Sight]] = {
    wire.responses: _SEEN,
    wire.responses_begin: _SEEN,
    wire.answered: _SEEN,
    wire.ended_by: _SEEN,
    wire.transfer: _SEEN,
    wire.headers: _SEEN,
    messages.message: _SEEN,
    messages.order: _SEEN,
    messages.between: _SEEN,
    application.request: Sight(unmet=_of_no_call),
    application.no_fallback: _SEEN,
    application.webhooks: _SEEN,
    application.callbacks: _SEEN,
    application.order: _SEEN,
    ear.silence: _SEEN,
    ear.Tone.look: Sight(unmet=_of_a_recording),
    ear.Words.look: Sight(unmet=_another_voice),
    ear.SomeWords.look: Sight(unmet=_another_voice),
    ear.Unheard.look: Sight(met=_of_words),
    ear.length: Sight(hidden=_NOT_FETCHED),
    decisions.challenged: Sight(challenged),
    decisions.refused: Sight(refused, _saying("the status is the same; the reason is not seen from outside")),
    decisions.dropped: Sight(
        dropped, _saying("nothing came, as expected; the reason is not seen from outside")
    ),
    decisions.decided: Sight(hidden="what the target decides is not seen from outside"),
    talk.answers_within: _SEEN,
    talk.stops_within: _SEEN,
    talk.stale_audio: _SEEN,
    talk.silence_at_most: _SEEN,
    talk.talk_over: _SEEN,
    talk.marks_after: _HIDDEN,
    progress.status: Sight(ask=status),
    progress.verbs: _HIDDEN,
    progress.verbs_begin: _HIDDEN,
    streams.messages: _HIDDEN,
    streams.relay: _HIDDEN,
    streams.marks: _HIDDEN,
    streams.cleared: _HIDDEN,
    progress.alerts: Sight(unseen_alerts, ask=alerts),
    registration.registered: Sight(registered, unmet=_of_another_phone),
    registration.bindings: _HIDDEN,
    legs.dialled: _HIDDEN,
    legs.count: _HIDDEN,
    voice.said: Sight(said, unmet=_saying("what the target says to its end is not seen from outside")),
    voice.pressed: Sight(hidden="which keys the target heard is not seen from outside"),
    voice.transcript: Sight(hidden="what the target says and hears is not seen from outside"),
}
"""For each look of `expect` how much of it is seen from outside."""

OF_THE_APPLICATION: Final = frozenset(
    {
        application.request,
        application.no_fallback,
        application.webhooks,
        application.callbacks,
        application.order,
        progress.status,
        progress.alerts,
    }
)
"""What is seen of a call that none of our phones takes part in."""


_FIELDS: Final[dict[Callable[..., Finding], str]] = {
    application.no_fallback: "fallback",
    decisions.decided: "decision",
    ear.Tone.look: "heard",
    ear.Unheard.look: "unheard",
    ear.SomeWords.look: "heard",
    ear.Words.look: "heard",
    ear.length: "recorded",
    ear.silence: "heard",
    legs.count: "legs",
    streams.messages: "stream",
    streams.relay: "relay",
}
"""The word of `expect` that a look is for, where its function has another name."""


def look_of(look: Look) -> tuple[Callable[..., Finding], tuple[Any, ...]]:
    """Return the function that looks, and the arguments that it is given before the stage and the call, or after them."""
    return getattr(look.func, "__func__", look.func), look.args


def field_of(function: Callable[..., Finding]) -> str:
    """Return the word of `expect` that a look is for."""
    return _FIELDS.get(function, function.__name__)
