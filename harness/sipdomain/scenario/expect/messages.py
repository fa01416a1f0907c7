"""The SIP messages of a call: one that is so, how many there are, in which order, and the time between two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.scenario.descriptions import description_of, values_at
from sipdomain.scenario.expect.finding import Finding, Standing, counted, cut_short, listed
from sipdomain.scenario.expect.misspelt import in_words as misspelt, meant
from sipdomain.scenario.expect.sequence import in_order
from sipdomain.scenario.messages import SeenMessage
from sipdomain.scenario.sought import Between, Message, Sought
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Text, fits
from sipdomain.scenario.world import PhoneCall
from sipdomain.sip.headers import key_of
from sipdomain.sip.message import Request, Response

MOST_SHOWN: Final = 30
"""How many messages a failure shows; the newest stay."""
_EXACT: Final = 1e-6
"""What the difference of two moments may be off, in seconds."""


def message(stage: Stage, call: PhoneCall, wanted: Message) -> Finding:
    """Expect a message of a call that is so, the nth one to be so, or so many of them."""
    alike = [each for each in stage.messages(call) if _is_of_the_kind(wanted, each)]
    if wanted.count is not None:
        return _unless_lost(stage, call, _counted(stage, call, wanted, wanted.count, alike))
    if wanted.nth is not None:
        return _unless_lost(stage, call, _nth(stage, call, wanted, wanted.nth, alike))
    if not alike:
        return Finding(Standing.OPEN, "message", str(wanted), "no such message", _shown(stage, call))
    best = min((_unlike(wanted, each) for each in alike), key=len)
    return best[0] if best else Finding(Standing.MET, "message", str(wanted), str(wanted))


def found(stage: Stage, call: PhoneCall, wanted: Message) -> SeenMessage | None:
    """Return the message that is meant: the nth, or the first that is so; None when there is none."""
    alike = [each for each in stage.messages(call) if _is_of_the_kind(wanted, each)]
    if wanted.nth is not None:
        return next(iter(alike[wanted.nth - 1 :]), None)
    return next((each for each in alike if not _unlike(wanted, each)), None)


def value(seen: SeenMessage, field: str) -> str | None:
    """Return what a message has at a field, such as `headers.X-Order`; None when it has none."""
    read = seen.message
    kind, _, name = field.partition(".")
    values: list[str] = []
    match kind:
        case "headers" if read is not None:
            values = read.headers.all(key_of(name))
        case "sdp" if read is not None and (session := description_of(read)) is not None:
            values = values_at(session, name)
        case "request_uri" if isinstance(read, Request):
            values = [read.target]
        case "method" if isinstance(read, Request):
            values = [read.method]
        case "status" if isinstance(read, Response):
            values = [str(read.status)]
    return next(iter(values), None)


def order(stage: Stage, call: PhoneCall, wanted: Sequence[Sought]) -> Finding:
    """Expect these messages in this order, whatever came between."""
    return in_order("order", wanted, stage.messages(call), _is_it, _shown(stage, call))


def between(stage: Stage, call: PhoneCall, wanted: Between) -> Finding:
    """Expect a time between two messages; of those that were sent again the first copy counts."""
    seen = stage.messages(call)
    expected = f"{wanted} from {wanted.first} to {wanted.then}"
    first = next((number for number, each in enumerate(seen) if _is_it(wanted.first, each)), None)
    then = None
    if first is not None:
        then = next((each for each in seen[first + 1 :] if _is_it(wanted.then, each)), None)
    if first is None or then is None:
        missing = f"no {wanted.first}" if first is None else f"no {wanted.then} after {wanted.first}"
        standing, got = Standing.OPEN, missing
    else:
        seconds = then.at - seen[first].at
        is_short = wanted.at_least is not None and seconds < wanted.at_least - _EXACT
        is_long = wanted.at_most is not None and seconds > wanted.at_most + _EXACT
        standing, got = Standing.LOST if is_short or is_long else Standing.MET, f"{seconds:.3f} s"
    return _unless_lost(stage, call, Finding(standing, "between", expected, got, _shown(stage, call)))


def _counted(
    stage: Stage, call: PhoneCall, wanted: Message, count: int, alike: Sequence[SeenMessage]
) -> Finding:
    if count == 0:
        there = {name for each in alike if each.message is not None for name, _ in each.message.headers}
        for name in wanted.headers:
            if (likely := meant(name, there)) is not None:
                field, expected = f"message.headers.{name}", "a name that a message has"
                return Finding(Standing.LOST, field, expected, misspelt(likely))
    got = sum(not _unlike(wanted, each) for each in alike)
    said = f"{got}, and {len(alike) - got} that are otherwise" if len(alike) > got else str(got)
    return Finding(counted(count, got), "message.count", f"{count} times {wanted}", said, _shown(stage, call))


def _nth(
    stage: Stage, call: PhoneCall, wanted: Message, number: int, alike: Sequence[SeenMessage]
) -> Finding:
    if len(alike) < number:
        near = _shown(stage, call)
        return Finding(
            Standing.OPEN, "message.nth", f"{wanted}, number {number}", f"{len(alike)} of them", near
        )
    unlike = _unlike(wanted, alike[number - 1])
    if unlike:
        return replace(unlike[0], standing=Standing.LOST)
    return Finding(Standing.MET, "message", str(wanted), str(wanted))


def _is_of_the_kind(wanted: Sought, seen: SeenMessage) -> bool:
    if wanted.sender not in {None, seen.sender}:
        return False
    match seen.message:
        case Request(method=method):
            return method == wanted.method
        case Response(status=status) as response if status == wanted.status:
            return wanted.of in {None, _answered(response)}
        case _:
            return False


def _answered(response: Response) -> str:
    try:
        return response.cseq.method
    except RemoteProtocolError:
        return ""


def _is_it(wanted: Sought, seen: SeenMessage) -> bool:
    return _is_of_the_kind(wanted, seen) and not _unlike(wanted, seen)


def _unlike(wanted: Sought, seen: SeenMessage) -> list[Finding]:
    """Return all in which a message of the kind is otherwise; another one may be so."""
    return [
        Finding(Standing.OPEN, f"message.{field}", expected, got)
        for field, expected, got in _differences(wanted, seen)
    ]


def _differences(wanted: Sought, seen: SeenMessage) -> Iterator[tuple[str, str, str]]:
    read = seen.message
    if read is None:
        return
    for name, text in wanted.headers.items():
        values = read.headers.all(key_of(name))
        if not any(fits(text, got) for got in values):
            yield f"headers.{name}", str(text), listed(values, "no such header field")
    for name in wanted.absent:
        if values := read.headers.all(key_of(name)):
            yield "absent", f"no header field {name}", listed(values)
        elif (likely := meant(name, (each for each, _ in read.headers))) is not None:
            yield "absent", f"no header field {name}", misspelt(likely)
    if (
        wanted.request_uri is not None
        and isinstance(read, Request)
        and not fits(wanted.request_uri, read.target)
    ):
        yield "request_uri", str(wanted.request_uri), read.target
    session = description_of(read) if wanted.sdp else None
    for path, there in wanted.sdp.items():
        values = values_at(session, path) if session is not None else []
        if not _has(there, values):
            lacking = "nothing there" if session is not None else "no session description"
            shown = listed(there) if isinstance(there, list) else str(there)
            yield f"sdp.{path}", shown, listed(values, lacking)


def _has(wanted: Text | list[str], values: Sequence[str]) -> bool:
    if isinstance(wanted, list):
        return list(values) == wanted
    return any(fits(wanted, each) for each in values)


def _shown(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    return tuple(f"{each.sender}: {in_words(each)}" for each in stage.messages(call)[-MOST_SHOWN:])


def in_words(seen: SeenMessage) -> str:
    """Return a message in a few words: `INVITE sip:100@acme…`, `200 to BYE`."""
    match seen.message:
        case Request(method=method, target=target):
            return f"{method} {target}"
        case Response(status=status) as response:
            return f"{status} to {_answered(response)}"
        case _:
            return "a message that cannot be read"


def _unless_lost(stage: Stage, call: PhoneCall, result: Finding) -> Finding:
    """Return a finding about all messages; it is unmet for good when messages of the call were dropped."""
    return cut_short(result, stage.lost_messages(call), "messages")
