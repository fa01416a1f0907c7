"""A phone as a session recording server: an INVITE has a stream for each track, and says whose it is.

Sources: RFC 7866 section 8, RFC 7865.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.negotiation import description_of
from sipdomain.media.outputs import ConnectMedia
from sipdomain.media.sdp import SessionDescription
from sipdomain.phone.session import Session
from sipdomain.sip.message import Request
from sipdomain.sip.multipart import parts

EXTENSION: Final = "siprec"
CONTACT: Final = ";+sip.srs"
MOST_STREAMS: Final = 8
"""How many streams of one session are recorded; an INVITE with more is refused."""
LARGEST: Final = 64 * 1024
"""How many bytes of metadata are read."""
_METADATA: Final = "application/rs-metadata+xml"
_SPACE: Final = "{urn:ietf:params:xml:ns:recording:1}"


@dataclass(frozen=True, slots=True)
class Track:
    """A stream that is recorded.

    Attributes:
        label: Its a=label, or "".
        speaker: The URI of who sends it, as the metadata says, or "".
        session: The name of the media session that hears it.
    """

    label: str
    speaker: str
    session: str


def begins(invite: Request) -> bool:
    """Return whether an INVITE begins a recording session (RFC 7866 section 6.1)."""
    return EXTENSION in (each.lower() for each in invite.headers.list("require"))


def streams(invite: Request) -> int:
    """Return how many streams it has.

    Raises:
        MediaError: It offers none, too many, or cannot be read.
    """
    count = len(description_of(invite).media)
    if not 0 < count <= MOST_STREAMS:
        raise MediaError(f"{count} streams in a recording session; 1 to {MOST_STREAMS} are recorded")
    return count


def answer(
    invite: Request, sessions: Sequence[Session]
) -> tuple[bytes, list[ConnectMedia], tuple[Track, ...]]:
    """Answer an INVITE that begins a recording session, each stream by a media session; return what is recorded, too.

    Raises:
        MediaError: A part is missing or cannot be read, or a stream has nothing that can be recorded.
    """
    offered = description_of(invite)
    speakers = read_speakers(invite)
    answers: list[SessionDescription] = []
    outputs: list[ConnectMedia] = []
    tracks: list[Track] = []
    for stream, session in zip(offered.media, sessions, strict=True):
        session.negotiation.direction = "recvonly"
        answered, connect = session.answer_description(SessionDescription(offered.lines, (stream,)))
        answers.append(answered)
        outputs += connect
        label = next(iter(stream.attributes("label")), "")
        tracks.append(Track(label, speakers.get(label, ""), session.name))
    media = tuple(each.media[0] for each in answers)
    return bytes(SessionDescription(answers[0].lines, media)), outputs, tuple(tracks)


def read_speakers(invite: Request) -> dict[str, str]:
    """Return for each label the URI of the participant who sends that stream.

    Raises:
        MediaError: There is no metadata, or it cannot be read.
    """
    from lxml import etree

    try:
        found = parts(invite.headers.get("content-type") or "", invite.body)
    except RemoteProtocolError as error:
        raise MediaError(str(error)) from None
    data = next((each.data for each in found if each.media_type == _METADATA), b"")
    if not 0 < len(data) <= LARGEST:
        raise MediaError(f"{len(data)} bytes of {_METADATA}; up to {LARGEST} are read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise MediaError(f"metadata that is not XML: {error}") from None
    addresses = {
        each.get("participant_id"): name.get("aor", "")
        for each in root.iterfind(f"{_SPACE}participant")
        for name in each.iterfind(f"{_SPACE}nameID")
    }
    senders = {
        (way.text or "").strip(): addresses.get(each.get("participant_id"), "")
        for each in root.iterfind(f"{_SPACE}participantstreamassoc")
        for way in each.iterfind(f"{_SPACE}send")
    }
    return {
        (each.findtext(f"{_SPACE}label") or "").strip(): senders.get(each.get("stream_id", ""), "")
        for each in root.iterfind(f"{_SPACE}stream")
    }
