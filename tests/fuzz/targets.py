"""What is done with the fuzzer's bytes: each target returns, unless something is wrong with us."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from sipdomain.errors import MediaError, RemoteProtocolError, TwimlError
from sipdomain.media.dtmf import DtmfReceiver
from sipdomain.media.offer import answer, offer, read_answer
from sipdomain.media.rtp import is_rtcp, parse as parse_rtp
from sipdomain.media.sdes import OwnKeys
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.address import NameAddress
from sipdomain.sip.codec import check, parse
from sipdomain.sip.cseq import CSeq
from sipdomain.sip.digest import Challenge, Credentials, NonceKeeper, answer_challenge, hash_a1, verify
from sipdomain.sip.framing import StreamFramer
from sipdomain.sip.message import Message
from sipdomain.sip.outputs import Address
from sipdomain.sip.uri import Uri
from sipdomain.sip.via import Via
from sipdomain.twilio.names.dns_zone import Listener, Zone
from sipdomain.twiml.program import Done, Failed, Interrupted
from sipdomain.twiml.reply import read_reply
from sipdomain.twiml.runner import run
from tests.fuzz.conversation import emulator, phone

HERE: Final = Address("127.0.0.1", 4000)
CONTENT_TYPES: Final = (
    None, "text/xml", "text/html; charset=ISO-8859-1", "text/plain; charset=utf-16", "audio/wav", "x/y",
    "text/xml; charset=utf-7", "",
)  # fmt: skip


def codec(data: bytes) -> None:
    """Parse a message; what is good stays the same when it is written and read again."""
    try:
        message = parse(data)
        check(message)
    except RemoteProtocolError:
        return
    written = bytes(message)
    again = parse(written)
    check(again)
    assert bytes(again) == written
    assert _named(again) == _named(message)
    assert again.body == message.body
    with suppress(RemoteProtocolError):
        _ = message.contact


def _named(message: Message) -> list[tuple[str, str]]:
    """Return the header fields but for Content-Length, which is written anew."""
    return [field for field in message.headers if field[0].lower() not in {"content-length", "l"}]


def framing(data: bytes) -> None:
    """Cut a stream into messages; however it is split, they are the same."""
    step, data = (data[0] % 40 + 1, data[1:]) if data else (1, data)
    at_once, error = _framed([data])
    bit_by_bit, other = _framed([data[at : at + step] for at in range(0, len(data), step)])
    assert at_once == bit_by_bit
    assert error == other


def _framed(pieces: list[bytes]) -> tuple[list[bytes], str]:
    framer = StreamFramer()
    found: list[bytes] = []
    for piece in pieces:
        try:
            found += framer.feed(piece)
        except RemoteProtocolError:
            break
    return found, str(framer.error or "")


def texts(data: bytes) -> None:
    """Read a URI, an address, a Via and a CSeq; what is read stays the same when it is written and read again."""
    text = data.decode("utf-8", "surrogateescape")
    for kind in (Uri, NameAddress, Via, CSeq):
        with suppress(RemoteProtocolError):
            value = kind.parse(text)
            assert kind.parse(str(value)) == value
    for several in (NameAddress, Via):
        with suppress(RemoteProtocolError):
            several.parse_many(text)


def digest(data: bytes) -> None:
    """Read a challenge and answer it; read credentials and judge them."""
    text = data.decode("utf-8", "surrogateescape")
    ha1 = hash_a1("alice", "acme", "secret")
    with suppress(RemoteProtocolError):
        challenge = Challenge.parse(text)
        credentials = answer_challenge(
            challenge, method="INVITE", uri="sip:a@b", username="alice", password="secret", cnonce="c"
        )
        assert Credentials.parse(str(credentials)) == credentials
        assert verify(hash_a1("alice", challenge.realm, "secret"), "INVITE", credentials)
    with suppress(RemoteProtocolError):
        credentials = Credentials.parse(text)
        assert not verify(ha1, "INVITE", credentials)
        NonceKeeper(b"k" * 32).check(credentials.nonce, credentials.nc or "", 0.0)


def sdp(data: bytes) -> None:
    """Read a session description, as an offer and as an answer; ours are well-formed."""
    secure, data = (bool(data[0] & 1), data[1:]) if data else (False, data)
    keys = OwnKeys(bytes) if secure else None
    try:
        description = SessionDescription.parse(data)
    except MediaError:
        return
    assert SessionDescription.parse(bytes(description)) == description
    with suppress(MediaError):
        agreed = answer(description, address=HERE, session_id=1, keys=keys)
        again = SessionDescription.parse(bytes(agreed.description))
        assert again == agreed.description
        assert len(again.media) == len(description.media)
        assert [media.port for media in again.media if media.port] == [HERE.port]
        assert (agreed.local_key is not None) is (agreed.remote_key is not None) is secure
    with suppress(MediaError):
        read_answer(offer(address=HERE, session_id=1, keys=keys), description)


def twiml(data: bytes) -> None:
    """Read a reply and carry it out; the first byte chooses the Content-Type, and how it ends."""
    choice, data = (data[0], data[1:]) if data else (1, data)
    content_type = CONTENT_TYPES[choice % len(CONTENT_TYPES)]
    try:
        document = read_reply(content_type, data, "http://127.0.0.1/")
    except TwimlError:
        return
    last = (Done(), Interrupted("hung-up"), Failed(11200, "gone"))[choice // 8 % 3]
    program, wants = run(document, lambda _: None), 0
    with suppress(StopIteration):
        next(program)
        while True:
            wants += 1
            assert wants < 10_000
            program.send(Done() if wants < 20 else last)


def rtp(data: bytes) -> None:
    """Read packets, each after a byte that says how long it is; keys come out in the end."""
    receiver, now = DtmfReceiver(), 0.0
    while data:
        length, packet, data = data[0] % 64, data[1 : data[0] % 64 + 1], data[data[0] % 64 + 1 :]
        now += 0.02
        with suppress(RemoteProtocolError):
            parsed = parse_rtp(packet)
            assert parse_rtp(bytes(parsed)) == parsed
            assert length >= 12
            keys = receiver.take(parsed.timestamp, parsed.payload, marker=parsed.marker, now=now)
            assert len(keys) <= 2
        is_rtcp(packet)
        receiver.idle(now)
    receiver.idle(now + 1.0)
    assert not receiver.waiting


ZONE: Final = Zone(
    "sip.twilio.com",
    {"demo.sip.twilio.com"}.__contains__,
    {"": Listener("127.0.0.1", 5060, 5061), "dublin": Listener("127.0.1.2", 5060)},
)


def dns(data: bytes) -> None:
    """Answer a query; a response answers its question, and fits."""
    from dnslib import DNSRecord

    from sipdomain.runtime.dns.message import reply

    for udp, room in ((True, 4096), (False, 65_535)):
        response = reply(ZONE, data, reached="127.0.0.1", udp=udp)
        if response is None:
            return
        assert len(response) <= room
        assert response[:2] == data[:2]
        assert DNSRecord.parse(response).header.qr == 1


TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "codec": codec,
    "digest": digest,
    "dns": dns,
    "emulator": emulator,
    "framing": framing,
    "phone": phone,
    "rtp": rtp,
    "sdp": sdp,
    "texts": texts,
    "twiml": twiml,
}
"""By name; the corpus of each is in `fixtures/fuzz/` under that name."""
