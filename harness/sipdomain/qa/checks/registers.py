"""The PBX registers as the service takes it."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.seen import Seen, credentials, expires
from sipdomain.qa.verdict import Verdict, failed, not_run, passed

_SHORTEST: Final = 600
_LONGEST: Final = 3600
_FIELDS: Final = ("to", "contact", "expires", "proxy-authorization", "authorization")


def _judge(seen: Seen) -> Verdict:
    for dialog in seen.registrations:
        requests = [each for each in dialog.requests("REGISTER") if expires(each) != 0]
        if not requests:
            continue
        answered = [each for each in requests if credentials(each) is not None]
        if not answered:
            challenge = next(
                (each for each in dialog.responses("REGISTER") if each.status in {401, 407}), None
            )
            return failed(
                "the challenge to its REGISTER was not answered",
                *([challenge] if challenge else requests[:1]),
            )
        last = answered[-1]
        user, given = last.message.to.uri.username, credentials(last)
        if given is not None and user != given.username:
            said = f"the address of record is of {user}, the credentials are of {given.username}"
            return failed(said, last, fields=_FIELDS)
        seconds = expires(last)
        if seconds is not None and not _SHORTEST <= seconds <= _LONGEST:
            return failed(
                f"it registers for {seconds} s; taken are {_SHORTEST} to {_LONGEST} s", last, fields=_FIELDS
            )
        final = dialog.answer_to(last)
        if final is None or final.status != 200:
            got = "no answer" if final is None else str(final.status)
            return failed(f"its REGISTER got {got}", last, *([final] if final else []), fields=_FIELDS)
        return passed(
            f"registered as {user} for {seconds or 'as long as it is granted'} s", last, final, fields=_FIELDS
        )
    return not_run("it does not register")


CHECK: Final = Check(
    name="registers",
    level="must",
    what="registers, if at all, as the user of its credentials, answers the challenge, and asks for 600 to 3600 s",
    source="https://www.twilio.com/docs/voice/api/sip-registration; RFC 3261 section 10.2",
    situation="register",
    judge=_judge,
    mend="register as the user of the credential list, for 600 to 3600 s",
    needs="nothing",
    vendors={
        "asterisk": "client_uri=sip:USER@NAME.sip.twilio.com and expiration=3600 in the section of type registration",
        "freeswitch": "expire-seconds 3600 in the gateway",
    },
    rules=("registers-at-a-trunk", "registers-by-default"),
    optional=True,
)
