"""A PBX that stays between calls and finds the domain by DNS: Kamailio, whose resolv.conf names our DNS."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from sipdomain.pbx.settings import Settings
from sipdomain.pbx.vendors import VENDORS
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.drivers.driver import Act, Order
from sipdomain.qa.examination import examine, situations_of
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.runtime.process import Process
from sipdomain.sip.outputs import Address
from tests.integration.cage import needs_root
from tests.integration.planted import PASSWORD, sipp, written
from tests.integration.served import free_ports

KEEPS = "children=2\ntcp_children"
MODULES = 'loadmodule "uac.so"'
ANSWERS = '    if (t_check_status("407") && uac_auth()) {'
FAILS_OVER = (KEEPS, f"use_dns_cache=on\nuse_dns_failover=on\nuse_dst_blocklist=on\n{KEEPS}")
REMEMBERS = (MODULES, f'{MODULES}\nloadmodule "tmx.so"\nmodparam("tm", "blst_503", 1)')
WHO_ASKED = (ANSWERS, f'{ANSWERS}\n        $du = "sip:" + $T_rpl($si) + ":" + $T_rpl($sp);')
KEEPS_ANSWERS = (KEEPS, f"use_dns_cache=on\nuse_dns_failover=off\ndns_cache_min_ttl=60\n{KEEPS}")


class Kamailio:
    """A Kamailio that stays, and a SIPp behind it for each call."""

    name = "kamailio"
    acts: frozenset[Act] = frozenset({"call by name"})
    by_hand = False
    starts_anew = False

    def __init__(self, folder: Path, changes: Iterable[tuple[str, str]]) -> None:
        self._folder, self._changes = folder, tuple(changes)
        self._listen = Address(f"127.0.4.{os.getpid() % 250 + 1}", free_ports(1)[0])
        self._proxy: Process | None = None
        self._callers: list[Process] = []
        self._calls = 0

    def begin(self, order: Order) -> None:
        """Start it, where it does not run yet, and let SIPp call it."""
        assert order.dns is not None
        self._proxy = self._proxy or self._started(order, order.dns)
        self._calls += 1
        folder = self._folder / str(self._calls)
        folder.mkdir()
        number = 100 + os.getpid() % 150
        self._callers += sipp("alice", target=self._listen, plain=True)(order, folder, number)

    def _started(self, order: Order, dns: Address) -> Process:
        settings = Settings(order.domain, order.user, order.password, order.target, self._listen)
        by_name = (f"sip:{order.target};transport=udp", f"sip:{order.domain}")
        text = VENDORS["kamailio"].fill(settings)["kamailio.cfg"]
        (self._folder / "kamailio.cfg").write_text(written(text, [by_name, *self._changes]))
        (self._folder / "resolv.conf").write_text(f"nameserver {dns.host}\n")
        own = f"mount --bind {self._folder}/resolv.conf /etc/resolv.conf"
        start = f"exec kamailio -DD -E -f {self._folder}/kamailio.cfg -Y {self._folder}"
        return Process(["unshare", "--mount", "sh", "-c", f"{own} && {start}"], folder=self._folder)

    def do(self, act: Act) -> None:
        """Do nothing."""

    def trouble(self) -> str:
        """Return nothing: who does not call is missed."""
        return ""

    def end(self) -> None:
        """End the callers."""
        for each in self._callers:
            each.close()
        self._callers.clear()

    def close(self) -> None:
        """End all of it."""
        self.end()
        if self._proxy is not None:
            self._proxy.close()


def _verdicts(folder: Path, changes: Iterable[tuple[str, str]], *names: str) -> dict[str, tuple[str, str]]:
    needs_root()
    dns = Address(f"127.53.{os.getpid() // 256 % 256}.{os.getpid() % 256}", 53)
    wishes = Wishes("", "true", "demo", "alice", PASSWORD, dns=dns)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False)
    with closing(bench.world), closing(Kamailio(folder, changes)) as driver:
        bench.driver = driver
        stages = list(examine(bench, situations_of(CHECKS[name] for name in names)))
    return {
        each.check.name: (each.verdict.outcome, each.verdict.said.partition(" s ")[2] or each.verdict.said)
        for stage in stages
        for each in stage.results
    }


def test_kamailio_follows_dns_and_leaves_an_edge_alone_where_it_is_told_to(tmp_path: Path) -> None:
    changes = (FAILS_OVER, REMEMBERS, WHO_ASKED)

    found = _verdicts(
        tmp_path, changes, "same-edge", "srv-records", "dns-ttl", "next-edge-unavailable", "retry-after"
    )

    assert {name: outcome for name, (outcome, _) in found.items()} == dict.fromkeys(found, "passed"), found
    assert len(found) == 5


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (KEEPS_ANSWERS, {"dns-ttl": "before, answers hold for 5 s, and the INVITE went to umatilla"}),
        (
            KEEPS_ANSWERS,
            {
                "next-edge-unavailable": "after the 503 of ashburn no INVITE came to umatilla",
                "retry-after": "after ashburn said Retry-After: 30 the next call went to it",
            },
        ),
        (
            FAILS_OVER,
            {"same-edge": "the 407 came from ashburn, and the INVITE with credentials went to umatilla"},
        ),
    ],
)
def test_each_mistake_of_kamailio_is_found(
    tmp_path: Path, changes: tuple[str, str], found: dict[str, str]
) -> None:
    assert _verdicts(tmp_path, [changes], *found) == {name: ("failed", said) for name, said in found.items()}
