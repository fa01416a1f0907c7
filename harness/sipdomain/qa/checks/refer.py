"""A REFER is taken, and reported on."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("refer-to", "event", "subscription-state", "content-type")


def _judge(seen: Seen) -> Verdict:
    for call in seen.answered:
        for refer in call.requests("REFER", "cloud")[:1]:
            answer = call.answer_to(refer)
            if answer is None:
                return failed("the REFER got no final response", refer, fields=_FIELDS)
            if answer.status // 100 != 2:
                return failed(f"the REFER got {answer.status}", refer, answer, fields=_FIELDS)
            notify = next(iter(call.requests("NOTIFY")), None)
            if notify is None:
                return failed(
                    f"the REFER got {answer.status}, and no NOTIFY came", refer, answer, fields=_FIELDS
                )
            if notify.message.content_type != "message/sipfrag":
                return failed("the NOTIFY has no message/sipfrag", refer, notify, fields=_FIELDS)
            return passed(f"the REFER got {answer.status}, and a NOTIFY came", refer, notify, fields=_FIELDS)
    return unclear("the cloud sent no REFER")


CHECK: Final = Check(
    name="takes-refer",
    level="may",
    what="takes a REFER of the far end: 202, and NOTIFY with message/sipfrag",
    source="RFC 3515 sections 2.4.2 and 2.4.5",
    situation="refer",
    judge=_judge,
    mend="allow transfers by the far end, where they are wanted at all",
    needs="answer",
    vendors={"asterisk": "allow_transfer=yes in the endpoint"},
)
