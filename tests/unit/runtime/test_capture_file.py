"""Files of pcap and pcapng, whole, cut off and broken."""

from __future__ import annotations

from pathlib import Path
from struct import pack

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.files.capture_file import CaptureFile
from sipdomain.trace.frames import RawFrame

PCAP = pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1) + pack("<IIII", 5, 250_000, 4, 4) + b"abcd"
NANO = pack(">IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 65_535, 101) + pack(">IIII", 5, 250_000_000, 4, 4) + b"abcd"
SECTION = pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
INTERFACE = pack("<IIHHII", 1, 20, 113, 0, 65_535, 20)
KEYS = pack("<IIII", 10, 24, 0x544C534B, 4) + b"keys" + pack("<I", 24)
PACKET = pack("<IIIIIII", 6, 36, 0, 0, 5_250_000, 4, 4) + b"abcd" + pack("<I", 36)


def read(path: Path, data: bytes) -> tuple[list[RawFrame], str]:
    file = path / "file.pcap"
    file.write_bytes(data)
    found = CaptureFile(file)
    return list(found.frames()), found.cut_off


@pytest.mark.parametrize(
    ("data", "link"),
    [(PCAP, 1), (NANO, 101), (SECTION + INTERFACE + PACKET, 113), (SECTION + INTERFACE + KEYS + PACKET, 113)],
    ids=["pcap", "big-endian in nanoseconds", "pcapng", "pcapng with keys"],
)
def test_a_frame_is_read(tmp_path: Path, data: bytes, link: int) -> None:
    assert read(tmp_path, data) == ([RawFrame(1, 5.25, link, b"abcd")], "")


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (PCAP + PCAP[24:-2], 2),
        (SECTION + INTERFACE + PACKET + PACKET[:-6], 1),
        (SECTION + INTERFACE + PACKET + pack("<II", 6, 2**32 - 4) + b"abcd", 1),
        (SECTION + INTERFACE + PACKET + pack("<II", 6, 4) + bytes(40), 1),
    ],
    ids=["pcap", "pcapng", "a block of 4 GB", "a block that is too short"],
)
def test_a_file_that_is_cut_off_or_broken_is_read_so_far_and_says_so(
    tmp_path: Path, data: bytes, count: int
) -> None:
    frames, cut_off = read(tmp_path, data)
    assert [each.number for each in frames] == list(range(1, count + 1))
    assert cut_off


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"is not a capture: it begins neither as pcap nor as pcapng$"):
        read(tmp_path, b"hello, world")
    with pytest.raises(SetupError, match=r"none\.pcap cannot be read: No such file or directory$"):
        CaptureFile(tmp_path / "none.pcap")


@pytest.mark.parametrize("place", range(0, len(SECTION + INTERFACE + PACKET), 3))
def test_a_byte_that_is_changed_breaks_nothing(tmp_path: Path, place: int) -> None:
    data = bytearray(SECTION + INTERFACE + PACKET + PACKET)
    data[place] ^= 0xFF
    try:
        frames, _ = read(tmp_path, bytes(data))
    except SetupError:
        assert place < 4
    else:
        assert len(frames) <= 2
