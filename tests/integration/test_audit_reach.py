"""`sipdomain audit` of servers that are not there, or not to the end."""

from __future__ import annotations

import pytest

from tests.integration.test_audit import DOMAIN, IMPATIENT, audit
from tests.integration.weak_servers import WeakServer
from tests.integration.weak_ways import serving

EARLY = ("anonymous", "access", "replay", "enumeration", "nonces")


def test_where_nobody_answers_by_udp_it_says_so_first_and_by_what_somebody_does() -> None:
    nobody = audit("127.0.0.1:9", *IMPATIENT, "--only", "anonymous")
    assert nobody.output.startswith(
        "? reach        Nobody answers OPTIONS by UDP at 127.0.0.1:9: could not tell\n"
        "    by TCP: no way to 127.0.0.1:9: Connection refused\n"
        "    fix: Check host and port; a server may also be silent to strangers.\n"
    )
    with serving(WeakServer(deaf_to="UDP")) as address:
        by_tcp = audit(address, *IMPATIENT, "--only", "anonymous")
    assert "    by TCP: an answer\n    fix: It takes SIP by TCP, and most probes" in by_tcp.output
    assert [each.exit_code for each in (nobody, by_tcp)] == [3, 3]


@pytest.mark.parametrize("requests", [2, 4, 9, 20])
def test_who_dies_half_way_is_named_and_never_clean_from_then_on(requests: int) -> None:
    options = (*DOMAIN, *IMPATIENT, "--password", "Correct-Horse-42")
    with serving(WeakServer(chokes_at=requests)) as address:
        result = audit(address, *options, *(f"--only={each}" for each in EARLY))
    lines = [line for line in result.output.splitlines() if line[:1] in "✓✗?-" and line]
    (gone,) = [number for number, line in enumerate(lines) if "The server stopped answering during `" in line]
    during = lines[gone].split("`")[1]
    assert not [line for line in lines if line.startswith("✓") and line.split()[1] == during]
    after = EARLY[EARLY.index(during) + 1 :]
    assert [line.split()[:2] for line in lines[gone + 1 :]] == [["-", each] for each in after]
    assert result.exit_code == 1


def test_the_claims_of_an_access_list_end_when_nobody_is_there_any_more() -> None:
    server = WeakServer(chokes_at=9)
    with serving(server) as address:
        result = audit(address, *DOMAIN, *IMPATIENT, "--only", "access")
    assert (
        "INVITE without credentials: 407 Proxy Authentication Required\n    1 of 4 claims: no answer"
        in result.output
    )
