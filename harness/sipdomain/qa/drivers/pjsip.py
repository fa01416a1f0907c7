"""PJSIP, which is told beforehand what to do in its call."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from sipdomain.errors import SetupError
from sipdomain.qa.drivers.driver import KEYS, Act, Order
from sipdomain.qa.drivers.program import ProgramDriver
from sipdomain.runtime.process import Process
from sipdomain.runtime.worlds.lone_phone import address_towards
from sipdomain.scenario.peers import pjsip


class PjsipDriver(ProgramDriver):
    """A PJSIP for each call, or registration."""

    name = "pjsip"
    acts: frozenset[Act] = frozenset({"hang up", "press keys", "hold", "resume", "register"})

    def start(self, order: Order, folder: Path) -> Process:
        """Start it.

        Raises:
            SetupError: Its Python binding is not installed.
        """
        if importlib.util.find_spec("pjsua2") is None:
            raise SetupError("pjsua2 is not installed (pip install 'sipdomain[pjsip]', up to Python 3.12)")
        acts = [KEYS if each == "press keys" else each for each in order.acts if each != "register"]
        plan = {
            "proxy": str(order.target), "to": f"sip:{order.extension}@{order.domain}", "user": order.user,
            "domain": order.domain, "password": order.password, "local": address_towards(order.target).host,
            "transport": order.transport, "acts": acts, "register": "register" in order.acts,
            "codecs": ["PCMU", "PCMA"], "large_by_tcp": True,
            "limit": order.within,
        }  # fmt: skip
        return pjsip.start(plan, folder)
