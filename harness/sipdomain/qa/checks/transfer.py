"""Who transfers waits for what comes of it."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear
from sipdomain.qa.wire import Wire

_SOON: Final = 2.0
"""How long its call may last after that, in seconds."""
_FIELDS: Final = ("refer-to", "event", "subscription-state", "cseq")


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        refers = call.requests("REFER")
        if not refers:
            continue
        refer = refers[-1]
        answer = call.answer_to(refer)
        byes = call.requests("BYE")
        if answer is None or answer.status // 100 != 2:
            status = "no final response" if answer is None else str(answer.status)
            return unclear(f"the REFER got {status}", refer)
        notifies = call.requests("NOTIFY", "cloud")
        over = next((each for each in notifies if _is_over(each)), None)
        if byes and (over is None or byes[0].at < over.at):
            return failed(
                "BYE came before the NOTIFY that ends the transfer", refer, answer, byes[0], fields=_FIELDS
            )
        if over is None:
            return unclear("no NOTIFY ended the transfer", refer, answer)
        for each in notifies:
            got = call.answer_to(each)
            if got is None or got.status != 200:
                status = "no final response" if got is None else str(got.status)
                return failed(f"a NOTIFY got {status}", refer, each, fields=_FIELDS)
        ends = [each for each in call.wires if each.method == "BYE"]
        if not ends or ends[0].at - over.at > _SOON:
            return failed("the call goes on after its transfer", refer, over, fields=_FIELDS)
        return passed("it waited for 202 and NOTIFY, and its call ended then", refer, over, fields=_FIELDS)
    if "transfer" not in seen.marks:
        return unclear("nobody was asked to transfer the call")
    return failed("no REFER came", fields=_FIELDS)


def _is_over(notify: Wire) -> bool:
    return notify.header("subscription-state").partition(";")[0].strip().lower() == "terminated"


CHECK: Final = Check(
    name="sends-refer",
    level="should",
    what="transfers by REFER: waits for 202 and NOTIFY, and lets its call go when that says terminated",
    source="RFC 3515 section 2.4; https://www.twilio.com/docs/voice/twiml/dial#referurl",
    situation="transfer",
    judge=_judge,
    mend="let transfers be sent as REFER to the domain, and be ended by NOTIFY, not by a time",
    needs="answer",
    vendors={"asterisk": "Transfer() in the dialplan, and not Dial() of a second call"},
)
