"""The server with wrong certificates, and clients that look at them or do not: of our own, PJSIP, baresip."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest

from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.runtime.tls.contexts import trusting
from sipdomain.runtime.tls.lure import SHOWN, Handshake, Lure
from tests.integration.served import until
from tests.integration.test_qa import qa, rows

DOMAIN = "demo.sip.twilio.com"


def _blind() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _has(lure: Lure, connections: int) -> bool:
    return len(lure.found) == connections


def _seen(context: Callable[[Lure], ssl.SSLContext]) -> list[Handshake]:
    """Return what is seen of a client that connects while each certificate is shown, and sends a line."""
    with closing(Lure("127.0.0.1", DOMAIN, authority_of_this_run())) as lure:
        for number, shown in enumerate(SHOWN, 1):
            lure.show(shown)
            with (
                suppress(ssl.SSLError),
                socket.create_connection(lure.address) as raw,
                context(lure).wrap_socket(raw, server_hostname=DOMAIN) as connection,
            ):
                connection.sendall(b"OPTIONS")
            until(partial(_has, lure, number))
        return list(lure.found)


def test_a_client_that_looks_at_certificates_takes_the_right_one_alone() -> None:
    found = _seen(lambda lure: trusting(lure.authority))

    assert [(each.shown, each.data) for each in found] == [
        ("right", b"OPTIONS"), ("other name", b""), ("expired", b""), ("untrusted", b"")
    ]  # fmt: skip
    assert found[0].version in {"TLSv1.2", "TLSv1.3"}
    assert {each.asked for each in found} == {DOMAIN}


def test_a_client_that_looks_at_nothing_takes_all() -> None:
    found = _seen(lambda _: _blind())

    assert [(each.shown, each.data) for each in found] == [(shown, b"OPTIONS") for shown in SHOWN]


def test_a_client_of_old_tls_alone_is_told_from_others() -> None:
    def old(_: Lure) -> ssl.SSLContext:
        context = _blind()
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
            context.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        return context

    assert {each.error for each in _seen(old)} == {"unsupported protocol"}


def test_pjsip_refuses_wrong_certificates_and_baresip_is_seen_to_take_some(tmp_path: Path) -> None:
    pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")
    card = tmp_path / "card.json"
    found = {}
    for driver in ("pjsip", "baresip"):
        qa("--driver", driver, "--only", "tls-certificates", "--only", "tls-version", "--json", str(card))
        found[driver] = [rows(card)[name]["outcome"] for name in ("tls-certificates", "tls-version")]

    assert found == {"pjsip": ["passed", "passed"], "baresip": ["failed", "passed"]}


def test_pjsip_and_baresip_call_a_secure_domain(tmp_path: Path) -> None:
    pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")
    card = tmp_path / "card.json"
    names = ("media-profile", "route-set", "payload-numbers", "symmetric-rtp")
    only = [text for name in names for text in ("--only", name)]
    for driver in ("pjsip", "baresip"):
        assert qa("--driver", driver, "--secure", *only, "--json", str(card)).exit_code == 0
        assert {rows(card)[name]["outcome"] for name in names} == {"passed"}
        assert json.loads(card.read_text())["grade"] == "?"
