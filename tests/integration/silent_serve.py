"""`python -m tests.integration.silent_serve`: a `serve` with all its listeners, and a client for each; prints what came.

It is run in a cage, with a proxy in its environment that nothing of ours may ask.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import sys
from pathlib import Path
from select import select

import numpy as np
from dnslib import DNSRecord
from twilio.rest import Client

from sipdomain.media.g711 import decode
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from tests.integration.served import ACCOUNT, TOKEN, Served, served, webhooks
from tests.integration.test_serve import BODY, INVITE, OPTIONS
from tests.patience import PATIENCE

AUTHORITY = Path.home() / ".local/state/sipdomain/ca"


def main() -> None:
    """Use everything once."""
    replies = {"/voice": {"say": "Hello"}, "/status": {"status": 204, "body": ""}}
    with (
        webhooks(replies) as (app, recorder),
        served(
            "--voice-url", f"{app}/voice", "--status-url", f"{app}/status", "--allow", "127.0.0.1",
            "--dns", "127.0.0.1:0", "--proxy", "127.0.0.1:0", "--edges", "--state", "state.db", by_a_shell=True,
        ) as emulator,
    ):  # fmt: skip
        print("call", call(emulator), sorted({each.path for each in recorder.requests()}))
        print("explain", explain(emulator))
        print("dns", dns(emulator))
        print("proxy", proxy(emulator))
        print("tls", tls(emulator))
        print("ended", emulator.stop())


def call(emulator: Served) -> str:
    """Call, listen until the cloud hangs up, and say how loud it was."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp,
    ):
        for each in (udp, rtp):
            each.bind(("127.0.0.1", 0))
            each.settimeout(PATIENCE)
        port = udp.getsockname()[1]
        body = BODY.replace("40000", str(rtp.getsockname()[1]))
        invite = INVITE.format(port=port, length=len(body), body=body)
        # Whatever names a phone may send, its packets say where it is.
        for place in (
            f"UDP 127.0.0.1:{port}",
            f"a@127.0.0.1:{port}",
            "a@127.0.0.1",
            "- 1 1 IN IP4 127.0.0.1",
        ):
            invite = invite.replace(place, place.replace("127.0.0.1", "phone.example"))
        udp.sendto(invite.replace(f"Length: {len(body)}", f"Length: {len(body) + 4}").encode(), emulator.sip)
        loudest, is_over = 0, False
        while not is_over:
            # Where the voice loads slowly there is more silence before it than a socket keeps: what comes is read at once.
            ready, _, _ = select([udp, rtp], [], [], PATIENCE)
            if not ready:
                return "not hung up on"
            if rtp in ready:
                loudest = max(loudest, int(np.abs(decode(rtp.recv(2048)[12:], "PCMU").astype(int)).max()))
                continue
            message = parse(udp.recv(65_535))
            if isinstance(message, Response) and message.status == 200:
                ack = (
                    OPTIONS.format(transport="UDP", port=port)
                    .replace("OPTIONS", "ACK")
                    .replace("options-UDP", "invite-1")
                )
                tag = str(message.headers.get("to"))
                udp.sendto(
                    ack.replace("<sip:demo.sip.twilio.com>\r\nCall-ID", f"{tag}\r\nCall-ID").encode(),
                    emulator.sip,
                )
            is_over = isinstance(message, Request) and message.method == "BYE"
        return "heard" if loudest > 2000 else f"silent: {loudest}"


def explain(emulator: Served) -> str:
    """Ask by the command line."""
    command = [sys.executable, "-m", "sipdomain", "explain", "invite-1", "--http", emulator.http]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    return f"{done.returncode}{done.stderr}"


def dns(emulator: Served) -> str:
    """Ask the emulator's DNS for a domain."""
    found = re.search(r"dns=([\d.]+):(\d+)", emulator.ready)
    assert found is not None
    answer = DNSRecord.question("demo.sip.twilio.com", "A").send(found[1], int(found[2]), timeout=PATIENCE)
    return str(DNSRecord.parse(answer).a.rdata)


def proxy(emulator: Served) -> str:
    """Ask the REST API by the provider's SDK, which finds it by its environment."""
    found = re.search(r" proxy=(\S+)", emulator.ready)
    assert found is not None
    os.environ |= {"https_proxy": found[1], "REQUESTS_CA_BUNDLE": str(AUTHORITY / "ca.pem")}
    return str([each.domain_name for each in Client(ACCOUNT, TOKEN).sip.domains.list()])


def tls(emulator: Served) -> str:
    """Shake hands by TLS."""
    context = ssl.create_default_context(cafile=str(AUTHORITY / "ca.pem"))
    with (
        socket.create_connection(emulator.tls, timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname="demo.sip.twilio.com") as secure,
    ):
        return str(secure.version())


if __name__ == "__main__":
    main()
