"""Frames out of a file of pcap or pcapng, by scapy's raw readers; files of strangers, cut off or broken, are expected.

Of the libraries that read both forms scapy is the one that is kept, and its raw readers are as fast as dpkt's (2.5 µs a
frame). Its layers take a hundred times as long as ours, and are left alone.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

from sipdomain.errors import SetupError
from sipdomain.trace.frames import RawFrame

MOST_BYTES: Final = 256 * 1024 * 1024
"""How much of a file is read; the rest is left out."""
MOST_FRAMES: Final = 2_000_000
"""How many frames are read; the rest is left out."""
MAGIC: Final = (
    b"\x0a\x0d\x0d\x0a", b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1",
)  # fmt: skip
"""How files of pcapng and pcap begin."""
_SECRETS: Final = 10
_ENDS: Final = "the file ends within frame {}, or behind it"


class CaptureFile:
    """A file of frames.

    Attributes:
        cut_off: Why there may be more frames than were read, or "".
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Args:
            path: Where it is.

        Raises:
            SetupError: It cannot be read, or is of another form.
        """
        self.cut_off = ""
        try:
            with path.open("rb") as file:
                self._data = file.read(MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            raise SetupError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
        if not self._data.startswith(MAGIC):
            raise SetupError(f"{path} is not a capture: it begins neither as pcap nor as pcapng")
        if len(self._data) > MOST_BYTES:
            self._data = self._data[:MOST_BYTES]
            self.cut_off = f"only the first {MOST_BYTES >> 20} MB are read"

    def frames(self) -> Iterator[RawFrame]:
        """Yield the frames, up to the first that is broken."""
        from scapy.utils import RawPcapReader

        logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
        number = 0
        file = io.BytesIO(self._data)
        try:
            reader: Any = RawPcapReader(file)
            if hasattr(reader, "blocktypes"):
                # Keys are for who decrypts, and scapy's TLS takes a second to load.
                reader.blocktypes.pop(_SECRETS, None)
            for number, (data, found) in enumerate(reader, 1):
                if number > MOST_FRAMES:
                    self.cut_off = f"only the first {MOST_FRAMES:,} frames are read"
                    return
                link = found.linktype if hasattr(found, "linktype") else reader.linktype
                yield RawFrame(
                    number, _moment(found, 1e-9 if getattr(reader, "nano", False) else 1e-6), link, data
                )
                if getattr(found, "caplen", 0) > len(data) and file.tell() == len(self._data):
                    self.cut_off = _ENDS.format(number)
            if not self.cut_off and hasattr(reader, "blocktypes") and not self._ends_with_a_block():
                self.cut_off = _ENDS.format(number)
        except GeneratorExit:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stranger's file does to a library, the rest is read
            self.cut_off = f"the file is broken after frame {number}: {error}"

    def _ends_with_a_block(self) -> bool:
        """Return whether a file of pcapng ends where its last block does."""
        order: Literal["little", "big"] = "little" if self._data[8:12] == b"\x4d\x3c\x2b\x1a" else "big"
        place = 0
        while place + 12 <= len(self._data):
            length = int.from_bytes(self._data[place + 4 : place + 8], order)
            if length < 12:
                return False
            place += length
        return place == len(self._data)


def _moment(found: Any, fraction: float) -> float:
    """Return a frame's moment; the two forms of file have it in two forms."""
    if hasattr(found, "tshigh"):
        return float((found.tshigh or 0) << 32 | (found.tslow or 0)) / (found.tsresol or 1_000_000)
    return float(found.sec) + float(found.usec) * fraction
