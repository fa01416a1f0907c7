"""Which foreign phones are installed here, and what to install where one is not."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

from sipdomain.errors import SetupError
from sipdomain.runtime.process import find_program
from sipdomain.scenario.peers import baresip, sipp


def lacking(needs: Iterable[str]) -> str:
    """Return what is missing of what a scenario needs, and how to install it; "" when nothing is.

    Args:
        needs: Such as "sipp"; whatever is not a foreign phone is left alone.
    """
    for need in needs:
        if need == "pjsip" and importlib.util.find_spec("pjsua2") is None:
            return "pjsua2 is not installed (pip install 'sipdomain[pjsip]', up to Python 3.12)"
        package = {"sipp": sipp.PACKAGE, "baresip": baresip.PACKAGE}.get(need)
        if package is not None:
            try:
                find_program(need, package=package)
            except SetupError as error:
                return str(error)
    return ""
