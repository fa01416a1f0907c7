"""SIP over TLS in a capture: decrypted, for who cannot use keys; and encrypted anew, with the keys that open it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sipdomain.report.capture import Segment
from sipdomain.report.frames import Place

MOST_CONNECTIONS: Final = 200
"""How many connections of a capture are encrypted; what is sent by others is left out of the file with keys."""
_DECRYPTED: Final = "TLS, shown decrypted as UDP"
_ENCRYPTED: Final = "TLS, encrypted anew for this file, by a handshake of its own: the keys are in the file"
_USUAL_PORT: Final = 5061


def decrypted(found: Iterable[Segment]) -> Iterator[Segment]:
    """Yield what went by TLS as if it had gone by UDP, and everything else as it is."""
    for each in found:
        yield replace(each, transport="udp", comment=_DECRYPTED) if each.transport == "tls" else each


def encrypted(found: Iterable[Segment]) -> tuple[list[Segment], bytes]:
    """Return what went by TLS as records of TLS in TCP, everything else as it is; and the keys.

    The records are made by a handshake of their own: those of the call would show, once decrypted, the secrets that a
    capture hides, and its keys are nobody's business.

    Returns:
        The segments, and the lines of an NSS key log.
    """
    # Certificates cost their imports.
    from sipdomain.runtime.tls.records import Records

    with TemporaryDirectory() as folder:
        log = Path(folder) / "keys"
        records = Records(log, MOST_CONNECTIONS)
        servers: dict[frozenset[Place], int] = {}
        made: list[Segment] = []
        for each in found:
            if each.transport != "tls":
                made.append(each)
                continue
            port = servers.setdefault(frozenset((each.source, each.target)), each.target[1])
            flights = [
                Segment(each.at, "tcp", source, target, data)
                for source, target, data in records.flights(each.source, each.target, each.data)
            ]
            made += [*flights[:-1], *(replace(last, comment=_comment(port)) for last in flights[-1:])]
        return made, log.read_bytes() if log.exists() else b""


def _comment(port: int) -> str:
    return _ENCRYPTED if port == _USUAL_PORT else f"{_ENCRYPTED}; tshark -d tls.port=={port},sip"
