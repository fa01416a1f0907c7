"""Of several Contacts in a 200, the expiry of its own counts."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, once
from sipdomain.qa.verdict import Verdict, failed, not_run, passed, unclear
from sipdomain.qa.wire import Wire
from sipdomain.sip.address import NameAddress
from sipdomain.sip.equivalence import equivalent
from sipdomain.sip.uri import Uri

_FIELDS: Final = ("expires", "contact", "cseq")


def _judge(seen: Seen) -> Verdict:
    if not seen.registrations:
        return not_run("it does not register")
    asked = once(each for dialog in seen.registrations for each in dialog.requests("REGISTER"))
    for request in asked:
        contact = request.message.contact
        for dialog in seen.registrations:
            answer = dialog.answer_to(request)
            if contact is None or answer is None or answer.status != 200:
                continue
            own, others = _granted(answer, contact.uri)
            if own is not None and others:
                return _refreshed(answer, own, others, [each for each in asked if each.at > answer.at])
    return unclear("no 200 listed its Contact among others")


def _granted(answer: Wire, contact: Uri) -> tuple[int | None, list[int]]:
    """Return for how many seconds a Contact is registered, and for how many each other one."""
    own, others = None, []
    for text in answer.message.headers.list("contact"):
        try:
            each = NameAddress.parse(text)
        except RemoteProtocolError:
            continue
        seconds = int(each.parameters.get("expires") or 0)
        if equivalent(each.uri, contact):
            own = seconds
        else:
            others.append(seconds)
    return own, others


def _refreshed(answer: Wire, own: int, others: list[int], later: list[Wire]) -> Verdict:
    of = f"its own of {len(others) + 1} Contacts"
    if not later or later[0].at > answer.at + own:
        return failed(f"no REGISTER came in the {own} s of {of}", answer, *later[:1], fields=_FIELDS)
    after, least = later[0].at - answer.at, min(others)
    if after <= least < own / 2:
        said = f"registered again after {after:.0f} s, by the {least} s of another Contact, not the {own} s of {of}"
        return failed(said, answer, later[0], fields=_FIELDS)
    return passed(f"registered again {after:.0f} s after {own} s for {of}", answer, later[0], fields=_FIELDS)


CHECK: Final = Check(
    name="own-contact",
    level="should",
    what="registers again by the expiry of its own Contact, where the 200 lists those of other phones too",
    source="RFC 3261 section 10.2.4",
    situation="ten-bindings",
    judge=_judge,
    mend="let the PBX look for its own Contact in the 200, or give it a user of its own",
    needs="nothing",
    optional=True,
)
