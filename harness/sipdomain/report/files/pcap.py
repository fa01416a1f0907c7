"""Captures: a pcapng file for each scenario, for Wireshark, tshark and sngrep, written by scapy."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sipdomain.mask import masking
from sipdomain.report.capture import Place, Segment, segments
from sipdomain.report.files.report import Report
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
_NO_MAC: Final = "00:00:00:00:00:00"
_LONGEST_NAME: Final = 80
_LONGEST_SEGMENT: Final = 60_000
"""What fits in one IP packet, in bytes; longer messages take several."""


def captures(results: Sequence[Result], wrong: Sequence[WrongFile] = ()) -> dict[str, bytes]:
    """Return for each scenario that was played the name of its file, and the capture.

    Args:
        results: How the scenarios went.
        wrong: Files that could not be read; nothing of them was sent.
    """
    del wrong
    found: dict[str, bytes] = {}
    for result in results:
        if not result.entries:
            continue
        name = _name(result)
        number = 2
        while (file := f"{name}.pcapng") in found:
            name, number = f"{_name(result)}-{number}", number + 1
        found[file] = capture(segments(result.entries, masking(result.secrets)), result.title)
    return found


def _name(result: Result) -> str:
    stem = Path(result.file).name.removesuffix(".yaml").removesuffix(".scenario") or "scenario"
    return _UNSAFE.sub("-", stem).strip(".-")[:_LONGEST_NAME] or "scenario"


def capture(found: Iterable[Segment], title: str) -> bytes:
    """Return segments as a pcapng file; TCP gets the handshake that it must have had.

    Args:
        found: In order of time.
        title: Stands in the comment of the first packet.
    """
    # A third of a second for who writes no capture.
    from scapy.utils import PcapNgWriter

    comment = title
    # The writer takes a name only.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.pcapng"
        with PcapNgWriter(str(path)) as writer:
            for packet, said in _packets(found):
                packet.comments = [each.encode() for each in (comment, said) if each]
                comment = ""
                writer.write(packet)
        return path.read_bytes()


def _packets(found: Iterable[Segment]) -> Iterator[tuple[Any, str]]:
    from scapy.layers.inet import TCP, UDP
    from scapy.packet import Raw

    streams: dict[tuple[Place, Place], int] = {}
    for each in found:
        if each.transport == "udp":
            for part in _parts(each.data):
                ports = UDP(sport=each.source[1], dport=each.target[1])
                yield _ip(each.source, each.target, each.at) / ports / Raw(part), each.comment
            continue
        there, back = (each.source, each.target), (each.target, each.source)
        if there not in streams:
            streams[there] = streams[back] = 1
            for (source, target), flags, seq, ack in (
                (there, "S", 0, 0),
                (back, "SA", 0, 1),
                (there, "A", 1, 1),
            ):
                ports = TCP(sport=source[1], dport=target[1], flags=flags, seq=seq, ack=ack)
                yield _ip(source, target, each.at) / ports, ""
        for part in _parts(each.data):
            ports = TCP(
                sport=each.source[1], dport=each.target[1], flags="PA", seq=streams[there], ack=streams[back]
            )
            yield _ip(each.source, each.target, each.at) / ports / Raw(part), each.comment
            streams[there] = (streams[there] + len(part)) % 2**32


def _parts(data: bytes) -> list[bytes]:
    return [data[start : start + _LONGEST_SEGMENT] for start in range(0, len(data), _LONGEST_SEGMENT)] or [
        b""
    ]


def _ip(source: Place, target: Place, at: float) -> Any:
    from scapy.layers.inet import IP
    from scapy.layers.inet6 import IPv6
    from scapy.layers.l2 import Ether

    # One kind of frame for both: a file of bare packets cannot hold IPv4 and IPv6.
    frame: Any = Ether(src=_NO_MAC, dst=_NO_MAC)
    made = frame / (IPv6 if ":" in source[0] else IP)(src=source[0], dst=target[0])
    made.time = at
    return made


REPORT: Final = Report(
    help="Write a capture of each scenario into this folder, for Wireshark or sngrep; needs the extra pcap.",
    write=captures,
    in_folder=True,
    needs=("scapy", "pcap"),
)
