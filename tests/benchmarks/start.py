"""What one thing costs: from exec to ready, and from bytes to typed values."""

from __future__ import annotations

import statistics
import time
import timeit

from sipdomain.sip.codec import check, parse
from sipdomain.sip.digest import Credentials
from sipdomain.sip.message import Request
from tests.benchmarks.emulator import emulator
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import SERVER_CORE

_INVITE = """\
INVITE sip:100@acme.sip.twilio.com;transport=udp SIP/2.0
Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bK-524287-1---d3f2a91c4b;rport
Max-Forwards: 70
Contact: <sip:alice@192.0.2.20:5060;transport=udp>
To: <sip:100@acme.sip.twilio.com>
From: "Alice Example" <sip:alice@acme.sip.twilio.com>;tag=5b1f2c77
Call-ID: 97652ZWU4ZDQ4MTk5ZmI3MGRmMTdhN2U1ZjA0ZWQ3@192.0.2.20
CSeq: 2 INVITE
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE, PRACK, SUBSCRIBE
Supported: replaces, timer, 100rel, norefersub
User-Agent: Example PBX 20.5.0
Session-Expires: 1800;refresher=uac
Min-SE: 90
Proxy-Authorization: Digest username="alice",realm="sip.twilio.com",nonce="AAAAAAA4ebkAAAAUXYbCtj_BifkkBx5fjL7cMkMWMJwD77mW",uri="sip:100@acme.sip.twilio.com;transport=udp",response="0cc175b9c0f1b6a831c399e269772661",cnonce="5a1f30be",nc=00000001,qop=auth,algorithm=MD5
X-Order: id=7;vip=no
P-Asserted-Identity: "Alice Example" <sip:alice@192.0.2.20>
Content-Type: application/sdp
Content-Length: {length}

"""  # noqa: E501 - a message as it stands on the wire
_OFFER = """\
v=0
o=alice 2890844526 2890844526 IN IP4 192.0.2.20
s=call
c=IN IP4 192.0.2.20
t=0 0
m=audio 49170 RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
"""
BUDGET_ROUNDS = 9
_LOOPS = 2000


def invite() -> bytes:
    """Return an INVITE of about 1.3 kB, as a PBX sends it."""
    body = _OFFER.replace("\n", "\r\n")
    return (_INVITE.format(length=len(body)).replace("\n", "\r\n") + body).encode()


def _read(data: bytes) -> object:
    """Parse a message and look at everything that a server looks at."""
    message = parse(data)
    check(message)
    assert isinstance(message, Request)
    credentials = Credentials.parse(message.require("proxy-authorization"))
    return message.via, message.from_, message.to, message.cseq, message.contact, message.uri, credentials


def parsing() -> list[Figure]:
    """Return how long it takes to parse an INVITE to typed values."""
    data = invite()
    times = timeit.repeat(lambda: _read(data), number=_LOOPS, repeat=BUDGET_ROUNDS)
    method = "parse, check, Via From To CSeq Contact Request-URI; best of 9 rounds of 2,000, in process"
    whole = Figure(f"INVITE of {len(data):,} B, with credentials", min(times) / _LOOPS * 1e6, "µs", method)
    times = timeit.repeat(lambda: check(parse(data)), number=_LOOPS, repeat=BUDGET_ROUNDS)
    method = "parse and check: start line, headers, Via, From, To, CSeq, Call-ID, Request-URI; best of 9"
    return [Figure(f"INVITE of {len(data):,} B", min(times) / _LOOPS * 1e6, "µs", method), whole]


def start_up() -> list[Figure]:
    """Return how long `sipdomain serve` takes from exec to its ready line."""
    times = []
    for _ in range(6):
        began = time.monotonic()
        with emulator(["--voice-url", "http://127.0.0.1:9/", "--user", "alice"], core=SERVER_CORE):
            times.append(time.monotonic() - began)
    method = (
        "exec to the ready line, median of 5 after one more; compiled, in the page cache, polled every 20 ms"
    )
    return [Figure("start of serve", statistics.median(times[1:]), "s", method)]
