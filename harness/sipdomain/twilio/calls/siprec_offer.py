"""What the INVITE to a session recording server brings: two parts, the offer and the metadata of RFC 7865."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sipdomain.media.sdp import SessionDescription
from sipdomain.twilio.engine.callback_queue import iso_timestamp

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE: Final = "urn:ietf:params:xml:ns:recording:1"
PARAMETERS: Final = "urn:sipdomain:siprec:parameters"
"""Of the elements with custom parameters, which no page says the place of (rule siprec-parameters)."""
METADATA: Final = "application/rs-metadata+xml"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Who is recorded.

    Attributes:
        session_id: 16 random bytes that stand for the recorded session.
        call_id: The SIP Call-ID of the recorded call.
        began_at: When its recording began, in Unix seconds.
        parties: The address of who is heard, then of whom the call is with: a SIP or tel URI, or what the call says.
        ids: 16 random bytes for each of the two.
        parameters: Custom parameters.
    """

    session_id: bytes
    call_id: str
    began_at: float
    parties: tuple[str, str]
    ids: tuple[bytes, bytes]
    parameters: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """One stream of a recording session.

    Attributes:
        label: What a=label says of it.
        stream_id: 16 random bytes.
        speaker: Whose voice it has: 0 who is heard, 1 whom the call is with.
    """

    label: str
    stream_id: bytes
    speaker: int


def labelled(offers: Sequence[SessionDescription], labels: Sequence[str]) -> SessionDescription:
    """Return one description of several of a stream each, with a label for each (RFC 4574, RFC 7866 section 7.1.1)."""
    media = tuple(
        type(each.media[0])(
            each.media[0].kind, each.media[0].port, each.media[0].protocol, each.media[0].formats,
            (*each.media[0].lines, ("a", f"label:{label}")),
        )
        for each, label in zip(offers, labels, strict=True)
    )  # fmt: skip
    return SessionDescription(offers[0].lines, media)


def multipart(offer: bytes, metadata: bytes, boundary: str) -> tuple[str, bytes]:
    """Return the Content-Type and the body of an INVITE that begins a recording session (RFC 7866 section 6.1.1)."""
    mark = boundary.encode()
    body = (
        b"--" + mark + b"\r\nContent-Type: application/sdp\r\n\r\n" + offer
        + b"\r\n--" + mark + b"\r\nContent-Type: " + METADATA.encode()
        + b"\r\nContent-Disposition: recording-session\r\n\r\n" + metadata + b"\r\n--" + mark + b"--\r\n"
    )  # fmt: skip
    return f"multipart/mixed;boundary={boundary}", body


def metadata(recorded: Recorded, copies: Sequence[Copy]) -> bytes:
    """Return the complete metadata of a recording session as it begins (RFC 7865 sections 6 and 9)."""
    from lxml import etree

    moment = iso_timestamp(recorded.began_at)
    session, people = _id(recorded.session_id), [_id(each) for each in recorded.ids]
    root = etree.Element(_name("recording"), nsmap={None: NAMESPACE})
    _add(root, "datamode", "complete")
    about = _add(root, "session", session_id=session)
    _add(about, "sipSessionID", recorded.call_id)
    _add(about, "start-time", moment)
    for name, value in recorded.parameters:
        given = etree.SubElement(about, f"{{{PARAMETERS}}}parameter", nsmap={None: PARAMETERS})
        given.set("name", _printable(name))
        given.text = _printable(value)
    for person, address in zip(people, recorded.parties, strict=True):
        _add(_add(root, "participant", participant_id=person), "nameID", aor=_uri(address))
    for each in copies:
        stream = _add(root, "stream", stream_id=_id(each.stream_id), session_id=session)
        _add(stream, "label", each.label)
    _add(_add(root, "sessionrecordingassoc", session_id=session), "associate-time", moment)
    for person in people:
        joined = _add(root, "participantsessionassoc", participant_id=person, session_id=session)
        _add(joined, "associate-time", moment)
    for number, person in enumerate(people):
        ways = _add(root, "participantstreamassoc", participant_id=person)
        for each in copies:
            if each.speaker == number:
                _add(ways, "send", _id(each.stream_id))
        for each in copies:
            if each.speaker != number:
                _add(ways, "recv", _id(each.stream_id))
        _add(ways, "associate-time", moment)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return made


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    from lxml import etree

    made = etree.SubElement(parent, _name(name), attributes)
    made.text = None if text is None else _printable(text)
    return made


def _id(bits: bytes) -> str:
    return b64encode(bits).decode()


def _uri(address: str) -> str:
    return f"tel:{address}" if address.startswith("+") else _printable(address)


def _printable(text: str) -> str:
    """Return a text without what XML cannot say."""
    return "".join(each for each in text if each.isprintable() or each in "\t\n")
