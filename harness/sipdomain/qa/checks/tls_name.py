"""The name of the domain is asked for by TLS."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, failed, passed, unclear


def _judge(seen: Seen) -> Verdict:
    asked = [each.asked for each in seen.handshakes if each.version]
    if not asked:
        return unclear("no connection by TLS came about")
    wrong = next((each for each in asked if each and each.lower() != seen.setting.domain), "")
    if wrong:
        return failed(f"it asks for {wrong}, and not for {seen.setting.domain}")
    if not all(asked):
        # An address is no name: RFC 6066 section 3 forbids to ask for it.
        return unclear("it asked for no name: it was given an address to call")
    return passed(f"it asks for {asked[0]}")


CHECK: Final = Check(
    name="tls-name",
    level="must",
    what="asks by TLS for the name of the domain (SNI), where it asks for one",
    source="RFC 6066 section 3; RFC 5922 section 7.1",
    situation="tls",
    judge=_judge,
    mend="give the PBX the domain's name as its server, not an edge's",
    needs="nothing",
    optional=True,
)
