"""What phones and routers send beside SIP, to a running `sipdomain serve`: each is said once, and hinders nothing."""

from __future__ import annotations

import socket

from tests.integration.served import served
from tests.patience import PATIENCE

OPTIONS = (
    "OPTIONS sip:demo.sip.twilio.com SIP/2.0\r\nVia: SIP/2.0/{transport} {here};branch=z9hG4bK-{number};rport\r\n"
    "Max-Forwards: 70\r\nFrom: <sip:a@{here}>;tag=1\r\nTo: <sip:demo.sip.twilio.com>\r\nCall-ID: options-{number}\r\n"
    "CSeq: 1 OPTIONS\r\nContact: <sip:a@{here}>\r\nContent-Length: 0\r\n\r\n"
)
BINDING_REQUEST = bytes.fromhex("000100002112a442") + b"twelve bytes"


def options(opened: socket.socket, number: int, transport: str = "TCP") -> bytes:
    here = "{}:{}".format(*opened.getsockname())
    return OPTIONS.format(transport=transport, here=here, number=number).encode()


def test_keep_alives_and_peers_that_speak_something_else_are_said_once_and_hinder_nothing() -> None:
    with served("--no-speech", "--voice-url", "http://127.0.0.1:9/voice") as emulator:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            udp.settimeout(PATIENCE)
            for datagram in (b"jaK", b"jaK", b"\r\n\0", b"keep-alive\r\n", BINDING_REQUEST, b"\0\0\0\0"):
                udp.sendto(datagram, emulator.sip)
            udp.sendto(options(udp, 1, "UDP"), emulator.sip)
            assert udp.recv(4096).startswith(b"SIP/2.0 200")
        with socket.create_connection(emulator.sip, timeout=PATIENCE) as tcp:
            for number, between in enumerate((b"\0", b"\r\n\0", b"\r\n", b"\0\0\0\0\r\n"), 2):
                tcp.sendall(between)
                tcp.sendall(options(tcp, number))
                assert tcp.recv(4096).startswith(b"SIP/2.0 200")
        with socket.create_connection(emulator.sip, timeout=PATIENCE) as lf_only:
            lf_only.sendall(options(lf_only, 9).replace(b"\r\n", b"\n"))
            assert lf_only.recv(4096).startswith(
                b"SIP/2.0 400 Bad Request - the lines of a message on a stream do not all end with CR LF\r\n"
            )
            assert lf_only.recv(4096) == b""
        with socket.create_connection(emulator.sip, timeout=PATIENCE) as tls:
            tls.sendall(b"\x16")
            assert tls.recv(4096) == b""
        stream = emulator.process.stderr
        assert stream is not None
        assert emulator.stop() == 0
        notes = stream.read()
    assert notes.count("taken for a keep-alive") == 1
    assert (
        notes.count("b'jaK' is not a SIP message: taken for a keep-alive, like all that follow from there")
        == 1
    )
    assert "OPTIONS refused: broken-message" in notes
    assert "end every line with CR LF, as RFC 3261 section 7 has it" in notes
    assert "let it use the TLS port (5061, `--tls`), or transport=tcp" in notes
