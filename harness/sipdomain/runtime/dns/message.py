"""DNS messages as bytes: a query in, a response out, or nothing (RFC 1035, RFC 6891); the zone says what is in it."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any, Final

from sipdomain.twilio.names.dns_zone import (
    NEGATIVE_TTL,
    AddressRecord,
    Answer,
    AuthorityRecord,
    NameServerRecord,
    PointerRecord,
    Record,
    ServiceRecord,
    Zone,
)

if TYPE_CHECKING:
    from dnslib import DNSRecord

HEADER: Final = 12
PLAIN: Final = 512
"""What every client can take over UDP."""
LARGEST: Final = 1232
"""The most that is sent over UDP, whatever the client says, so that nothing is fragmented."""
_FORMERR, _NOTIMP, _REFUSED, _BADVERS = 1, 4, 5, 16
_IN, _ANY_CLASS, _OPT = 1, 255, 41
_LONGEST_LABEL, _LONGEST_NAME = 63, 255
_ODD: Final = re.compile(rb"[^!-~]|[.\\]")


def reply(zone: Zone, data: bytes, *, reached: str, udp: bool) -> bytes | None:
    """Answer one message.

    Args:
        zone: The records.
        data: The message.
        reached: Our IP address that it reached.
        udp: Whether the response must fit into a datagram.

    Returns:
        The response; None for what is not a query at all, so that two servers never answer each other.
    """
    if len(data) < HEADER or data[2] & 0x80:
        return None
    if data[2] >> 3 & 0x0F:
        return _bare(data, _NOTIMP)
    query = _read(data)
    if query is None:
        return _bare(data, _FORMERR)
    options = [each for each in query.ar if each.rtype == _OPT]
    response = query.reply(ra=0, aa=0)
    if options and options[0].edns_ver != 0:
        _add_options(response, _BADVERS)
        return bytes(response.pack())
    answer = Answer("REFUSED")
    if query.q.qclass in {_IN, _ANY_CLASS}:
        answer = zone.answer(_text(query.q.qname.label), _kind(query.q.qtype), reached=reached)
    _fill(response, answer, zone.ttl)
    if options:
        _add_options(response, 0)
    return _packed(response, _room(options) if udp else 65_535)


def _read(data: bytes) -> DNSRecord | None:
    """Parse a query with one question and at most one OPT record."""
    from dnslib import DNSError, DNSRecord
    from dnslib.label import DNSLabelError

    try:
        query = DNSRecord.parse(data)
        fine = (
            len(query.questions) == 1
            and _is_a_name(query.q.qname.label)
            and sum(each.rtype == _OPT for each in query.ar) <= 1
        )
    except (DNSError, DNSLabelError, ValueError, LookupError, TypeError, struct.error, RecursionError):
        return None
    return query if fine else None


def _is_a_name(labels: tuple[bytes, ...]) -> bool:
    """Whether a name keeps to its bounds (RFC 1035 section 2.3.4); the parser takes reserved label types for lengths."""
    return (
        max(map(len, labels), default=0) <= _LONGEST_LABEL
        and sum(map(len, labels)) + len(labels) < _LONGEST_NAME
    )


def _bare(data: bytes, code: int) -> bytes:
    """Return a response of a header alone: the query's id, opcode and wish for recursion, and a code."""
    return data[:2] + struct.pack("!BB8x", 0x80 | data[2] & 0x79, code)


def _text(labels: tuple[bytes, ...]) -> str:
    r"""Return a name in text; an octet that no host name has is escaped, a dot within a label too ("\046")."""
    return ".".join(
        _ODD.sub(lambda octet: b"\\%03d" % octet[0][0], bytes(label)).decode("ascii") for label in labels
    )


def _kind(number: int) -> str:
    from dnslib import QTYPE

    return str(QTYPE.get(number))


def _fill(response: DNSRecord, answer: Answer, ttl: int) -> None:
    from dnslib import RCODE

    response.header.rcode = getattr(RCODE, answer.status)
    response.header.aa = int(answer.status != "REFUSED")
    for record in answer.records:
        response.add_answer(_encode(record, ttl))
    if answer.authority is not None:
        response.add_auth(_encode(answer.authority, ttl))
    for record in answer.additional:
        response.add_ar(_encode(record, ttl))


def _encode(record: Record, ttl: int) -> Any:
    """Return a record as dnslib has it."""
    import dnslib

    data: Any
    match record:
        case AddressRecord(address=address):
            data = dnslib.A(str(address)) if address.version == 4 else dnslib.AAAA(tuple(address.packed))
        case ServiceRecord():
            data = dnslib.SRV(record.priority, record.weight, record.port, record.target)
        case PointerRecord():
            data = dnslib.NAPTR(
                record.order, record.preference, b"s", record.service.encode(), b"", record.replacement
            )
        case NameServerRecord():
            data = dnslib.NS(record.name)
        case AuthorityRecord():
            times = (1, 3600, 600, 86_400, NEGATIVE_TTL)
            data = dnslib.SOA(record.name, f"hostmaster.{record.name}", times)
    kind = type(data).__name__
    kept = NEGATIVE_TTL if isinstance(record, AuthorityRecord) else ttl
    return dnslib.RR(record.name, getattr(dnslib.QTYPE, kind), ttl=kept, rdata=data)


def _add_options(response: DNSRecord, code: int) -> None:
    """Add an OPT record, with the upper bits of a code that is too large for the header."""
    from dnslib import EDNS0

    response.header.rcode = code & 0x0F
    response.add_ar(EDNS0(udp_len=LARGEST, ext_rcode=code >> 4))


def _room(options: list[Any]) -> int:
    return min(max(PLAIN, options[0].edns_len), LARGEST) if options else PLAIN


def _packed(response: DNSRecord, room: int) -> bytes:
    """Return the bytes; what does not fit goes: first the additional records, then all, marked as truncated."""
    data = bytes(response.pack())
    if len(data) <= room:
        return data
    response.ar = [each for each in response.ar if each.rtype == _OPT]
    data = bytes(response.pack())
    if len(data) > room:
        response.rr, response.header.tc = [], 1
        data = bytes(response.pack())
    return data
