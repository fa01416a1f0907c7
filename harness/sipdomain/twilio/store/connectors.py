"""SIPREC connectors: under a name, where the session recording server is, and what it is shown."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.uri import Uri
from sipdomain.twilio.names.edges import EDGES
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Connector
from sipdomain.twilio.store.table import Table

CONNECTOR: Final = Kind(
    name="connector",
    model=Connector,
    prefix="XE",
    most="connectors",
    full=kept("SIPREC connectors"),
    once=lambda each: (each.unique_name, each.account_sid),
)
OWN_FIELDS: Final = frozenset(
    {
        "accept", "allow", "call-id", "contact", "content-disposition", "content-length", "content-type", "cseq", "from",
        "max-forwards", "min-se", "record-route", "require", "route", "session-expires", "supported", "to", "user-agent",
        "via",
    }
)  # fmt: skip
"""Header fields that the INVITE has anyhow: a credential cannot go in one of them."""
_EDGES: Final = tuple(each.name for each in EDGES)
_LONGEST: Final = 1_000
_NAME: Final = re.compile(r"[!-~]{1,64}")


class Connectors(Table[Connector]):
    """All connectors, by account and by unique name.

    Source: https://www.twilio.com/docs/voice/api/siprec, where a connector is configured in the console alone; codes and
    lengths are ours.
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        super().__init__(CONNECTOR, ids, limits, changes)

    def create(
        self, account_sid: str, unique_name: str, server: str, *, header: str = "", credential: str = "", now: float
    ) -> Connector:  # fmt: skip
        """Make a connector.

        Args:
            account_sid: The owner.
            unique_name: 1 to 64 visible ASCII characters.
            server: The SIP URI of the server; `;secure=true` asks for TLS and SRTP, `;edge=NAME` for an edge.
            header: The header field of the INVITE that has the credential, or "".
            credential: Its value.
            now: Unix seconds.

        Raises:
            RestError: 20001 a wrong or taken name, 21205 no SIP URI, 20001 a header field that cannot be sent; without a
                code, too many.
        """
        if not _NAME.fullmatch(unique_name) or self.known_by(unique_name, account_sid) is not None:
            raise checks.refused(20001, f"{unique_name[:70]!r} is no name of a connector, or it is taken")
        why = _unusable_server(server)
        if why:
            raise checks.refused(21205, why)
        if bool(header) != bool(credential):
            raise checks.refused(20001, "a header and its credential go together")
        if header and (not TOKEN.fullmatch(header) or header.lower() in OWN_FIELDS):
            raise checks.refused(20001, f"{header[:60]!r} is no header field that a credential can go in")
        if len(credential) > _LONGEST or not credential.isprintable():
            raise checks.refused(20001, f"a credential is one line of at most {_LONGEST} characters")
        return self.make(
            account_sid, now=now, unique_name=unique_name, server=server, header=header, credential=credential
        )

    def named(self, account_sid: str, unique_name: str) -> Connector | None:
        """Return an account's connector of that name, or None."""
        return self.known_by(unique_name, account_sid)


def _unusable_server(server: str) -> str:
    """Return why nothing can be sent to a server, or ""."""
    try:
        uri = Uri.parse(server)
    except RemoteProtocolError as error:
        return f"not a SIP URI: {error}"
    if uri.scheme != "sip" or len(server) > _LONGEST:
        return f"{server[:60]!r} is not a sip: URI; write such as sip:srs@127.0.0.1:5080;secure=true"
    edge = uri.parameters.get("edge")
    if edge is not None and edge.lower() not in _EDGES:
        return f"there is no edge {edge[:40]!r}; it is one of {', '.join(_EDGES)}"
    return ""
