"""What `sipdomain config pbx` prints and which mistakes `sipdomain lint` finds, as the pages show it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from sipdomain.pbx.lint.rules import RULES
from sipdomain.pbx.settings import PLACEHOLDER, Settings
from sipdomain.pbx.vendors import VENDORS
from sipdomain.sip.outputs import Address

SHOWN: Final = ("asterisk", "freeswitch", "kamailio", "linphone", "baresip", "pjsip")
"""The vendors whose files the guide shows; of the others it shows the command."""
SETTINGS: Final = Settings(
    "demo.sip.twilio.com", "alice", PLACEHOLDER, Address("192.0.2.10", 5060), Address("192.0.2.20", 5060)
)
FLAGS: Final = "--domain demo --user alice --edge 192.0.2.10:5060 --listen 192.0.2.20:5060"


def _shown(name: str) -> str:
    """Return the command of a vendor, and each file that it prints."""
    parts = [f"```sh\nsipdomain config pbx {name} {FLAGS}\n```\n"]
    for file, text in VENDORS[name].fill(SETTINGS).items():
        language = {"conf": "ini", "xml": "xml"}.get(file.rpartition(".")[2], "text")
        parts.append(f"`{file}`:\n\n```{language}\n{text}```\n")
    return "\n".join(parts)


def _mistakes() -> str:
    """Return a table of the rules."""
    lines = [
        "| Rule | Level | Files | What happens | What to write | Source |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in RULES.values():
        kinds = ", ".join(each.kinds)
        cells = (f"`{each.name}`", each.level, kinds, *map(_cell, (each.reason, each.mend, each.source)))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


PBX_TABLES: Final[dict[str, Callable[[], str]]] = {
    "mistakes": _mistakes,
    **{f"configuration of {name}": partial(_shown, name) for name in SHOWN},
}
