"""PJSIP, which is told beforehand what to do in its call."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.qa.drivers.driver import KEYS, Act, Order
from sipdomain.qa.drivers.program import ProgramDriver
from sipdomain.runtime.process import Process
from sipdomain.runtime.worlds.lone_phone import address_towards
from sipdomain.scenario.peers import pjsip

_BEFOREHAND: Final = frozenset({"register", "call by name", "call by TLS"})
"""What is no act within a call."""
_DNS_PORT: Final = 53


class PjsipDriver(ProgramDriver):
    """A PJSIP for each call, or registration."""

    name = "pjsip"
    acts: frozenset[Act] = frozenset(
        {"hang up", "press keys", "hold", "resume", "transfer", "register", "call by name", "call by TLS"}
    )

    def start(self, order: Order, folder: Path) -> Process:
        """Start it.

        Raises:
            SetupError: Its Python binding is not installed, or it shall ask DNS at another port than 53.
        """
        if importlib.util.find_spec("pjsua2") is None:
            raise SetupError("pjsua2 is not installed (pip install 'sipdomain[pjsip]', up to Python 3.12)")
        acts = [KEYS if each == "press keys" else each for each in order.acts if each not in _BEFOREHAND]
        dns = order.dns if "call by name" in order.acts else None
        if dns is not None and dns.port != _DNS_PORT:
            raise SetupError(
                f"PJSIP asks DNS at port {_DNS_PORT} alone: say such as --dns 127.0.0.2:{_DNS_PORT}"
            )
        # A URI without a transport is called over UDP.
        suffix = "" if dns is None or order.transport == "udp" else f";transport={order.transport}"
        plan = {
            "proxy": "" if dns is not None else str(order.target), "nameserver": "" if dns is None else dns.host,
            "to": f"sip:{order.extension}@{order.domain}{suffix}", "user": order.user,
            "domain": order.domain, "password": order.password, "local": address_towards(order.target).host,
            "transport": order.transport, "acts": acts, "register": "register" in order.acts,
            "codecs": ["PCMU", "PCMA"], "large_by_tcp": order.transport != "tls",
            "authority": str(order.authority) if order.transport == "tls" else "", "secure": order.secure,
            "limit": order.within,
        }  # fmt: skip
        return pjsip.start(plan, folder)
