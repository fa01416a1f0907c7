"""Captures: pcapng files for each scenario, SIP, HTTP and RTP, for Wireshark, tshark and sngrep, written by scapy."""

from __future__ import annotations

import re
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple, Self

from sipdomain.mask import masking
from sipdomain.report.capture import Segment, segments
from sipdomain.report.files.report import Report
from sipdomain.report.frames import ACK, PSH, SYN, Place, tcp_frame, udp_frame
from sipdomain.report.kept import MOST_TRAFFIC
from sipdomain.report.secured import decrypted, encrypted
from sipdomain.runtime.media.tap import MOST_BYTES, NO_TRAFFIC, Traffic
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME: Final = 80
_LONGEST_COMMENT: Final = 10_000
"""In characters: an option of pcapng has room for 65,535 bytes."""
_LONGEST_SEGMENT: Final = 60_000
"""What fits in one IP packet, in bytes; longer messages take several."""
_ETHERNET: Final = 1
_SECRETS: Final = struct.pack("<I", 10)
"""The type of a block of keys (draft-ietf-opsawg-pcapng section 4.7)."""
_BLOCK: Final = struct.Struct("<IIIIIII")
_LENGTH: Final = struct.Struct("<I")
_ZEROS: Final = bytes(4)
_TLS_KEYS: Final = 0x544C534B
_RENDERED: Final = "in virtual time: RTP is rendered from what was played, and there is no RTCP"


class Frame(NamedTuple):
    """A packet of a capture.

    Attributes:
        at: The moment, in seconds of the run's clock.
        data: Its bytes.
        comment: What a reader should know of it, or "".
    """

    at: float
    data: bytes
    comment: str = ""


class _Commented(bytes):
    """A packet with what scapy looks for in its own ones.

    Attributes:
        comments: In UTF-8.
    """

    comments: list[bytes]

    def __new__(cls, data: bytes, comments: Iterable[str]) -> Self:
        made = super().__new__(cls, data)
        made.comments = [each[:_LONGEST_COMMENT].encode() for each in comments]
        return made


def captures(results: Sequence[Result], wrong: Sequence[WrongFile] = ()) -> dict[str, bytes]:
    """Return for each scenario that was played the name of its file, and the capture; a second with keys where it has TLS.

    Args:
        results: How the scenarios went.
        wrong: Files that could not be read; nothing of them was sent.
    """
    del wrong
    found: dict[str, bytes] = {}
    for result in results:
        if not result.entries:
            continue
        name = stem = _name(result)
        number = 2
        while f"{name}.pcapng" in found or f"{name}-with-keys.pcapng" in found:
            name, number = f"{stem}-{number}", number + 1
        sent = list(segments(result.entries, masking(result.secrets)))
        found[f"{name}.pcapng"] = capture(decrypted(sent), result.title, result.traffic)
        if any(each.transport == "tls" for each in sent):
            records, keys = encrypted(sent)
            found[f"{name}-with-keys.pcapng"] = capture(records, result.title, result.traffic, keys)
    return found


def _name(result: Result) -> str:
    stem = Path(result.file).name.removesuffix(".yaml").removesuffix(".scenario") or "scenario"
    return _UNSAFE.sub("-", stem).strip(".-")[:_LONGEST_NAME] or "scenario"


def capture(found: Iterable[Segment], title: str, traffic: Traffic = NO_TRAFFIC, keys: bytes = b"") -> bytes:
    """Return segments and audio as a pcapng file; TCP gets the handshake that it must have had.

    Args:
        found: In order of time.
        title: Stands in the comment of the first packet.
        traffic: The packets of audio, in order of time.
        keys: The lines of an NSS key log, for a block of their own.
    """
    # A third of a second for who writes no capture.
    from scapy.utils import RawPcapNgWriter

    comments = [title, *(() if traffic.packets else _remarks(traffic))]
    # The writer takes a name only.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.pcapng"
        with RawPcapNgWriter(str(path)) as writer:
            writer.linktype = _ETHERNET
            writer.write_header(None)
            if keys:
                body = struct.pack("<II", _TLS_KEYS, len(keys)) + keys
                writer.f.write(writer.build_block(_SECRETS, body))
            blocks: list[bytes] = []
            for frame in sorted((*_frames(found), *_audio(traffic)), key=attrgetter("at")):
                if frame.comment:
                    comments.append(frame.comment)
                if comments:
                    writer.f.write(b"".join(blocks))
                    blocks.clear()
                    writer.write_packet(_Commented(frame.data, comments), sec=frame.at)
                    comments.clear()
                else:
                    # Nearly all are of audio, and scapy takes seven times as long for a block.
                    blocks.append(_block(frame.at, frame.data))
            writer.f.write(b"".join(blocks))
        return path.read_bytes()


def _block(at: float, data: bytes) -> bytes:
    """Return an enhanced packet block without options (draft-ietf-opsawg-pcapng section 4.3)."""
    ticks, size = int(at * 1_000_000), len(data)
    padding = -size % 4
    length = 32 + size + padding
    head = _BLOCK.pack(6, length, 0, ticks >> 32, ticks & 0xFFFF_FFFF, size, size)
    return b"".join((head, data, _ZEROS[:padding], _LENGTH.pack(length)))


def _remarks(traffic: Traffic) -> Iterator[str]:
    if traffic.is_rendered and traffic.packets:
        yield _RENDERED
    if traffic.left_out:
        room = f"{MOST_BYTES >> 20} MB of one scenario and {MOST_TRAFFIC >> 20} MB of a run are kept"
        yield f"{traffic.left_out} packets of RTP are left out: {room}"


def _audio(traffic: Traffic) -> Iterator[Frame]:
    remark = "; ".join(_remarks(traffic))
    heads: dict[tuple[Place, Place, int], bytes] = {}
    for at, source, target, data in traffic.packets:
        six = ":" in source.host
        # A phone may have named an address that cannot be reached from ours.
        if six != (":" in target.host):
            continue
        key = source, target, len(data)
        if six:
            frame = udp_frame(source, target, data)
        elif key in heads:
            frame = heads[key] + data
        else:
            # Without a checksum all heads of one length are the same.
            frame = udp_frame(source, target, data)
            heads[key] = frame[: len(frame) - len(data)]
        yield Frame(at, frame, remark)
        remark = ""


def _frames(found: Iterable[Segment]) -> Iterator[Frame]:
    streams: dict[tuple[Place, Place], int] = {}
    for each in found:
        if each.transport == "udp":
            for part in _parts(each.data):
                yield Frame(each.at, udp_frame(each.source, each.target, part), each.comment)
            continue
        there, back = (each.source, each.target), (each.target, each.source)
        if there not in streams:
            streams[there] = streams[back] = 1
            yield Frame(each.at, tcp_frame(*there, b"", SYN, 0, 0))
            yield Frame(each.at, tcp_frame(*back, b"", SYN | ACK, 0, 1))
            yield Frame(each.at, tcp_frame(*there, b"", ACK, 1, 1))
        for part in _parts(each.data):
            data = tcp_frame(*there, part, PSH | ACK, streams[there], streams[back])
            yield Frame(each.at, data, each.comment)
            streams[there] += len(part)


def _parts(data: bytes) -> list[bytes]:
    return [data[start : start + _LONGEST_SEGMENT] for start in range(0, len(data), _LONGEST_SEGMENT)] or [
        b""
    ]


REPORT: Final = Report(
    help="Write captures of each scenario (SIP, RTP, HTTP) into this folder, for Wireshark, sngrep; needs the extra pcap.",
    write=captures,
    in_folder=True,
    usual="pcap",
    needs=("scapy", "pcap"),
)
