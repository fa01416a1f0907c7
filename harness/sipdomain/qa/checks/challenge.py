"""A 407 is answered."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    for call in seen.calls:
        challenges = [each for each in call.responses("INVITE") if each.status == 407]
        if not challenges:
            continue
        answers = [each for each in call.invites if each.header("proxy-authorization")]
        if answers:
            return passed("the 407 was answered", challenges[0], answers[0], fields=("proxy-authorization",))
        wrong = next((each for each in call.invites if each.header("authorization")), None)
        if wrong is not None:
            return failed(
                "the 407 was answered by Authorization", challenges[0], wrong, fields=("authorization",)
            )
        return failed(
            "the 407 was not answered by an INVITE with credentials",
            challenges[0],
            fields=("proxy-authenticate",),
        )
    return unclear("the PBX was not asked for credentials")


CHECK: Final = Check(
    name="answers-407",
    level="must",
    what="answers a 407, and not only a 401, by Proxy-Authorization, though 100 came first",
    source="RFC 3261 section 22.3",
    situation="call",
    judge=_judge,
    mend="give the trunk user and password of the domain's credential list",
    vendors={
        "asterisk": "outbound_auth=NAME in the endpoint, and a section of type auth with username and password",
        "freeswitch": "username and password in the gateway",
        "kamailio": "arm a failure route, in which uac_auth() stands before t_relay()",
        "opensips": "arm a failure route, in which uac_auth() stands before t_relay()",
    },
    rules=(
        "auth-for-the-wrong-way", "auth-without-user", "another-realm", "failure-route-not-armed", "challenge-not-answered",
    ),
)  # fmt: skip
