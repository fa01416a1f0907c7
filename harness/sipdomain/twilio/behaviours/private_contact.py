"""A private Contact behind two Record-Routes of the edge: what is sent straight to the Contact reaches nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.behaviours.on_call import Later, Memory, OnCall, is_answer, with_fields

_MARK = "r2=on"
_PRIVATE = "127.255.255.254"
"""Nobody is there, and nothing leaves this machine that is sent there."""
_PRIVATE_IPV6 = "2001:db8::1"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateContact(OnCall):
    """The answer has a private Contact and two Record-Routes of the edge with `r2=on`, whatever the profile.

    ACK, BYE and re-INVITE that come without them are not heard (https://www.twilio.com/docs/api/errors/32022).
    """

    WORD: ClassVar[str] = "private_contact"

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Put the routes above, and another Contact in."""
        if not is_answer(message, 101, 299) or any(
            _MARK in each for each in message.headers.all("record-route")
        ):
            return None
        if is_answer(message, 200, 299):
            memory.seen.add("answered")
        edge = flow.local
        outer = "" if flow.transport == "udp" else f";transport={flow.transport}"
        private = Address(_PRIVATE_IPV6 if ":" in edge.host else _PRIVATE, 5060)
        routes = [
            ("Record-Route", f"<sip:{edge};lr;{_MARK}>"),
            ("Record-Route", f"<sip:{edge}{outer};lr;{_MARK}>"),
        ]
        fields = []
        for name, value in message.headers:
            if name.lower() == "from":
                fields += routes
            fields.append((name, f"<sip:{private}>" if name.lower() == "contact" else value))
        return [Later(0.0, with_fields(message, fields))]

    def hears(self, request: Request, memory: Memory) -> bool:
        """Return whether a request came by the routes."""
        if "answered" not in memory.seen or request.method in {"CANCEL", "OPTIONS"}:
            return True
        return any(_MARK in each for each in request.headers.all("route"))
