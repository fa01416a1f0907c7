"""What a webhook server's certificate may have wrong, seen in real handshakes."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from sipdomain.runtime.http.client import LiveHttpClient
from sipdomain.twilio.webhooks.http import FailureKind, HttpFailure, HttpRequest, HttpResponse, HttpResult
from tests.unit.runtime.raw_server import OK, ask

TRUSTED = trustme.CA()
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def usual() -> trustme.LeafCert:
    return TRUSTED.issue_cert("127.0.0.1")


def of_another_name() -> trustme.LeafCert:
    return TRUSTED.issue_cert("app.example")


def expired() -> trustme.LeafCert:
    return TRUSTED.issue_cert("127.0.0.1", not_before=YESTERDAY - timedelta(days=1), not_after=YESTERDAY)


def of_a_stranger() -> trustme.LeafCert:
    return trustme.CA().issue_cert("127.0.0.1")


async def _ask(certificate: trustme.LeafCert) -> HttpResult:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK)
            await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    # What a failed handshake leaves in the server's log is not what is tested here.
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    client = LiveHttpClient()
    try:
        port = listening.sockets[0].getsockname()[1]
        return await ask(client, HttpRequest("GET", f"https://127.0.0.1:{port}/"))
    finally:
        await client.close()
        listening.close()


@pytest.mark.rule("certificate-codes")
@pytest.mark.parametrize(
    ("certificate", "kind"),
    [
        (usual, None),
        (of_another_name, "tls-name"),
        (expired, "tls-expired"),
        (of_a_stranger, "tls-authority"),
    ],
)
def test_a_certificate_is_refused_for_its_own_reason(
    certificate: Callable[[], trustme.LeafCert],
    kind: FailureKind | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    TRUSTED.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    found = asyncio.run(_ask(certificate()))
    if kind is None:
        assert isinstance(found, HttpResponse)
    else:
        assert isinstance(found, HttpFailure)
        assert found.kind == kind
