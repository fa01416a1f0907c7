"""Credentials that were refused are not tried for ever."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear

_MOST: Final = 3


def _judge(seen: Seen) -> Verdict:
    tried = [
        (call, [each for each in call.invites if each.header("proxy-authorization")]) for call in seen.calls
    ]
    if not any(with_credentials for _, with_credentials in tried):
        return unclear("no INVITE had credentials")
    for call, with_credentials in tried:
        if len(with_credentials) > _MOST:
            said = f"the PBX tried {len(with_credentials)} times in one call"
            return failed(
                said, with_credentials[0], with_credentials[-1], fields=("proxy-authorization", "cseq")
            )
        if any(each.status < 300 for each in call.responses("INVITE", least=200)):
            return unclear("the call was answered though its credentials were to be refused")
    if len(seen.calls) > _MOST:
        return failed(f"the PBX made {len(seen.calls)} calls of one", seen.calls[-1].invites[0])
    most = max(len(with_credentials) for _, with_credentials in tried)
    last = tried[0][1][-1:]
    return passed(f"the PBX stopped after {most} INVITE{'s' if most > 1 else ''} with credentials", *last)


CHECK: Final = Check(
    name="stops-after-refusals",
    level="must",
    what="stops when its credentials are refused: at most three tries a call, and no storm",
    source="RFC 3261 section 22.1",
    situation="refused-for-ever",
    judge=_judge,
    mend="no retry on 401 and 407: a person has to mend the password",
    vendors={
        "asterisk": "auth_rejection_permanent=yes and max_retries in the registration",
        "freeswitch": "retry-seconds of 60 or more in the gateway",
        "kamailio": "count the branches in the failure route, and stop after the first",
    },
)
