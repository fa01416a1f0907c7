"""<Refer>: have the phone call somebody else in place of us (https://www.twilio.com/docs/voice/twiml/refer)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.uri import Uri
from sipdomain.twiml.document import Element
from sipdomain.twiml.program import (
    Answer,
    Crash,
    End,
    Failed,
    Interrupted,
    Outcome,
    Parameters,
    Program,
)
from sipdomain.twiml.transferring import LastTransfer, Transfer, Transferred
from sipdomain.twiml.verbs.connecting import go_on
from sipdomain.twiml.verbs.verb import Attribute, Verb, anything, http_method, settle

ACTION: Final = Attribute(name="action", default="", code=12200, read=anything)
METHOD: Final = Attribute(name="method", default="POST", code=12200, read=http_method)


def run(element: Element) -> Program:
    """Answer, transfer, and then ask the action, or go on with the next verb.

    The action is asked too when the caller hangs up meanwhile.
    """
    ending = settle((yield Answer()))
    if ending is not None:
        return ending
    target = _target(element)
    if target is None:
        return _after(element, Transferred("failed"))
    match (yield Transfer(target)):
        case Transferred() as transferred:
            return _after(element, transferred)
        case Failed() as failed:
            return Crash(failed)
        case Interrupted(reason) if reason != "hung-up":
            return End()
        case _:
            last = yield LastTransfer()
            return _after(element, last) if isinstance(last, Transferred) else End()


def _after(element: Element, transferred: Transferred) -> Outcome:
    said: Parameters = ()
    if transferred.status:
        said = (*said, ("ReferCallStatus", transferred.status))
    if transferred.response:
        said = (*said, ("ReferSipResponseCode", str(transferred.response)))
    if transferred.notified:
        said = (*said, ("NotifySipResponseCode", str(transferred.notified)))
    return go_on(ACTION.of(element).strip(), METHOD.of(element), said)


def _target(element: Element) -> str | None:
    """Return the URI that is to be called, with its scheme and without blanks; None when it is not one."""
    noun = next((each for each in element.children if each.name == "Sip"), None)
    text = "" if noun is None else "".join(noun.text.split())
    if not text.lower().startswith(("sip:", "sips:")):
        text = f"sip:{text}"
    try:
        Uri.parse(text)
    except RemoteProtocolError:
        return None
    return text


def _check(element: Element) -> Iterator[tuple[int, str]]:
    if _target(element) is None:
        yield 12200, "needs a <Sip> inside that holds a SIP URI: nobody is called"
    elif len(element.children) > 1:
        yield 12200, "has more than one <Sip>; the first one counts"


REFER: Final = Verb(
    name="Refer",
    run=run,
    wordless=True,
    attributes=(ACTION, METHOD),
    children=frozenset({"Sip"}),
    check=_check,
)
