"""What the checks of TLS say of a PBX that does other things than the right one and the wrong one."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from sipdomain.errors import SetupError
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.examination import examine
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.situations import SITUATIONS
from sipdomain.qa.verdict import Verdict
from sipdomain.runtime.tls.lure import Handshake
from tests.unit.qa.played import HANDSHAKES, PASSWORD, result_of_the_phone, right


def _verdict(name: str, *handshakes: Handshake) -> Verdict:
    return CHECKS[name].verdict(replace(right()["tls"], handshakes=handshakes))


def test_a_pbx_that_refuses_the_right_certificate_too_is_not_said_to_look_at_them() -> None:
    found = _verdict(
        "tls-certificates", *(replace(each, data=b"", error="unknown ca") for each in HANDSHAKES)
    )

    assert found.outcome == "could not tell"
    assert found.said == "no request came by TLS with the right certificate: unknown ca"


def test_a_pbx_that_stopped_to_call_is_not_said_to_refuse() -> None:
    found = _verdict("tls-certificates", *HANDSHAKES[:2])

    assert found.outcome == "could not tell"
    assert found.said == "no connection came while the certificate was: expired, untrusted"


def test_each_certificate_that_was_taken_is_named() -> None:
    taken = replace(HANDSHAKES[2], error="", version="TLSv1.3", data=b"INVITE")

    found = _verdict("tls-certificates", *HANDSHAKES[:2], taken, HANDSHAKES[3])

    assert found.said == "it went on though the certificate expired an hour ago"


def test_a_pbx_that_was_given_an_address_has_no_name_to_ask_for() -> None:
    found = _verdict("tls-name", replace(HANDSHAKES[0], asked=""))

    assert (found.outcome, found.said) == (
        "could not tell",
        "it asked for no name: it was given an address to call",
    )


@pytest.mark.parametrize("name", ["tls-name", "tls-version", "tls-certificates"])
def test_where_no_connection_came_nothing_can_be_told(name: str) -> None:
    assert _verdict(name).outcome == "could not tell"


def test_the_phone_that_is_built_in_calls_no_other_server_by_tls() -> None:
    result = result_of_the_phone(CHECKS["tls-name"])

    assert (result.verdict.outcome, result.verdict.said) == (
        "not run",
        "the driver phone cannot call by TLS",
    )


def test_a_phone_that_calls_a_secure_domain_by_tls_with_srtp_passes() -> None:
    wishes = Wishes("phone", "", "demo", "alice", PASSWORD, secure=True)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False, substrate="sim")
    with closing(bench.world):
        (stage,) = examine(bench, {SITUATIONS["call"]: [CHECKS["media-profile"], CHECKS["route-set"]]})

    assert [each.verdict.outcome for each in stage.results] == ["passed", "passed"]
    assert stage.results[0].verdict.said == "the offer is of RTP/SAVP, with a key by SDES"


def test_a_driver_without_tls_cannot_call_a_secure_domain() -> None:
    wishes = Wishes("sipp", "", "demo", "alice", PASSWORD, secure=True)

    with pytest.raises(SetupError) as refused:
        make_bench(wishes, tell=lambda _: None, skipped=lambda: False)

    assert str(refused.value) == "the driver sipp cannot call by TLS, as a secure domain wants it"
