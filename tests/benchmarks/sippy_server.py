"""A server made with sippy that challenges, answers and takes BYE: run as `… sippy_server PORT USER PASSWORD`.

sippy is licensed under the GPL: it is imported here alone, in a process of its own, and needed by nothing else.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Final

REALM: Final = "sip.twilio.com"
_ANSWER: Final = """\
v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 40000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
a=sendrecv
"""


class Server:
    """Hands each new call to a user agent of its own."""

    def __init__(self, configuration: dict[str, Any], user: str, password: str) -> None:
        self._configuration = configuration
        self._user = user
        self._password = password

    def receive(self, request: Any, transaction: Any) -> Any:
        """Return the answer to a request, as sippy's transaction manager wants it."""
        from sippy.SipContact import SipContact
        from sippy.SipHeader import SipHeader
        from sippy.SipProxyAuthenticate import SipProxyAuthenticate
        from sippy.UA import UA

        if request.getHFBody("to").getTag() is not None:
            return request.genResponse(481, "Call Leg/Transaction Does Not Exist"), None, None
        if request.getMethod() != "INVITE":
            return request.genResponse(501, "Not Implemented"), None, None
        if not self._proves(request):
            challenge = request.genResponse(407, "Proxy Authentication Required")
            challenge.appendHeader(SipHeader(body=SipProxyAuthenticate(realm=REALM, algorithm="MD5")))
            return challenge, None, None
        agent = UA(self._configuration, event_cb=_answer)
        # SIPp takes `Anonymous <sip:...>`, which sippy would send, for a URI.
        agent.lContact = SipContact(body=f"<sip:127.0.0.1:{self._configuration['_sip_port']}>")
        return agent.recvRequest(request, transaction)

    def _proves(self, request: Any) -> bool:
        if request.countHFs("proxy-authorization") == 0:
            return False
        credentials = request.getHFBody("proxy-authorization")
        right = credentials.verify(self._password, request.getMethod())
        return bool(right and credentials.username == self._user)


def _answer(event: Any, agent: Any) -> None:
    from sippy.CCEvents import CCEventConnect, CCEventTry
    from sippy.MsgBody import MsgBody

    if isinstance(event, CCEventTry):
        agent.recvEvent(CCEventConnect((200, "OK", MsgBody(_ANSWER.replace("\n", "\r\n")))))


def main() -> None:
    """Serve until the process is ended."""
    os.environ["SIPLOG_BEND"] = "none"
    from sippy.Core.EventDispatcher import ED2
    from sippy.SipConf import SipConf
    from sippy.SipLogger import SipLogger
    from sippy.SipTransactionManager import SipTransactionManager

    port, user, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    SipConf.my_address, SipConf.my_port = "127.0.0.1", port
    configuration: dict[str, Any] = {
        "_sip_address": "127.0.0.1",
        "_sip_port": port,
        "_sip_logger": SipLogger("benchmark"),
    }
    server = Server(configuration, user, password)
    configuration["_sip_tm"] = SipTransactionManager(configuration, server.receive)
    ED2.loop()


if __name__ == "__main__":
    main()
