"""A domain that the target's REST API lends for as long as a probe runs, and who may call there."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import Attacker
from sipdomain.audit.rest import Rest

_USER: Final = "auditor"


@dataclass(frozen=True, slots=True)
class Lent:
    """A domain that is the auditor's own for a while.

    Attributes:
        caller: Reaches the domain as its user, by the way that the attacker has.
        refused: Why there is none, or "".
    """

    caller: Attacker
    refused: str = ""

    def call(self, **changes: Any) -> Answer:
        """Call it with credentials, and return the answer to these.

        Args:
            changes: Attributes of `Draft` that are to be something else.
        """
        target = self.caller.target
        return self.caller.log_in("INVITE", target.user, target.password, **changes)[0]


@contextmanager
def lent(attacker: Attacker, rest: Rest, voice_url: str) -> Iterator[Lent]:
    """Make a domain with a user, and delete both at the end.

    Args:
        attacker: Of the target; its domain says what names end with there.
        rest: Where.
        voice_url: Of the domain.
    """
    name = f"audit-{secrets.token_hex(4)}"
    domain = f"{name}.{attacker.target.domain.partition('.')[2]}"
    password = f"Audit-{secrets.token_hex(8)}"
    made: list[str] = []

    def create(path: str, **form: str) -> str:
        status, found = rest.ask("POST", path, form)
        sid = str(found.get("sid", ""))
        if status not in {200, 201} or not sid:
            raise _RefusedError(f"POST {path}: {status} {found.get('message', '')}".strip())
        return sid

    try:
        try:
            list_sid = create("SIP/CredentialLists", FriendlyName=name)
            made.append(f"SIP/CredentialLists/{list_sid}")
            create(f"SIP/CredentialLists/{list_sid}/Credentials", Username=_USER, Password=password)
            domain_sid = create("SIP/Domains", DomainName=domain, VoiceUrl=voice_url)
            made.append(f"SIP/Domains/{domain_sid}")
            path = f"SIP/Domains/{domain_sid}/Auth/Calls/CredentialListMappings"
            create(path, CredentialListSid=list_sid)
        except _RefusedError as error:
            yield Lent(attacker, str(error))
            return
        own = replace(attacker.target, domain=domain, user=_USER, password=password)
        yield Lent(Attacker(own, attacker.wire))
    finally:
        for each in reversed(made):
            rest.ask("DELETE", each)


class _RefusedError(Exception):
    """The API made nothing."""
