"""The INVITE with credentials is the same call's next one."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.challenged import challenged
from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_FIELDS: Final = ("call-id", "cseq", "from", "via")


def _judge(seen: Seen) -> Verdict:
    found = challenged(seen)
    if found is None:
        elsewhere = [
            each for call in seen.calls for each in call.invites if each.header("proxy-authorization")
        ]
        if elsewhere and not elsewhere[0].to_tag:
            return failed("the INVITE with credentials has another Call-ID", elsewhere[0], fields=_FIELDS)
        return unclear("no INVITE with credentials came in the call that was challenged")
    before, after = found.first, found.request
    if after.cseq[0] <= before.cseq[0]:
        return failed(f"CSeq stays {after.cseq[0]}", before, after, fields=_FIELDS)
    if after.cseq[0] != before.cseq[0] + 1:
        return failed(f"CSeq goes from {before.cseq[0]} to {after.cseq[0]}", before, after, fields=_FIELDS)
    if after.from_tag != before.from_tag:
        return failed("the tag of From is another one", before, after, fields=_FIELDS)
    if after.branch == before.branch:
        return failed("the branch is the same", before, after, fields=_FIELDS)
    return passed("same Call-ID and From tag, CSeq + 1, new branch", before, after, fields=_FIELDS)


CHECK: Final = Check(
    name="second-invite",
    level="must",
    what="sends the INVITE with credentials in the same call: same Call-ID and From tag, CSeq + 1, new branch",
    source="RFC 3261 sections 8.1.3.5 and 22.2",
    situation="call",
    judge=_judge,
    mend="let the side that owns the call answer the challenge: a proxy in the middle cannot raise CSeq",
    vendors={
        "kamailio": 'modparam("dialog", "track_cseq_updates", 1), or let the phone answer the 407',
        "opensips": "call uac_inc_cseq(1) beside uac_auth()",
    },
)
