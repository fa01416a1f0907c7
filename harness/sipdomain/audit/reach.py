"""Whether the target is there: what it does not answer says nothing of its strength."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sipdomain.audit.attacker import NOBODY, Attacker, attacking
from sipdomain.audit.finding import Finding
from sipdomain.audit.wires import Transport
from sipdomain.errors import SetupError

NAME: Final = "reach"
"""By what its findings go, beside the probes."""
_PATIENCE: Final = 3
_GONE: Final = "the server stopped answering"


class Reach:
    """Asks the target by OPTIONS before the first probe, and after each."""

    def __init__(self, attacker: Attacker) -> None:
        """Ask for the first time."""
        self._attacker = attacker
        self.was_there = bool(attacker.ask("OPTIONS", NOBODY).status)
        self.is_gone = False

    def before(self) -> Iterator[Finding]:
        """Say that nobody answers, and by which transports somebody does."""
        if self.was_there:
            return
        target = self._attacker.target
        ways: list[tuple[Transport, str]] = [("TCP", self._by("TCP"))]
        ways += [("TLS", self._by("TLS"))] if target.tls is not None else []
        there = [way for way, said in ways if said == "an answer"]
        mend = f"It takes SIP by {' and '.join(there)}, and most probes ask by UDP: open that for the audit."
        yield Finding(
            NAME,
            "could not tell",
            "info",
            f"Nobody answers OPTIONS by UDP at {target.address}",
            tuple(f"by {way}: {said}" for way, said in ways),
            mend if there else "Check host and port; a server may also be silent to strangers.",
        )

    def after(self, probe: str, found: Sequence[Finding]) -> Iterator[Finding]:
        """Yield what a probe found; nothing of it is clean when the target has stopped answering meanwhile."""
        if self.was_there:
            self.is_gone = not any(self._attacker.ask("OPTIONS", NOBODY).status for _ in range(_PATIENCE))
        if not self.is_gone:
            yield from found
            return
        for each in found:
            is_clean = each.outcome == "clean"
            yield (
                replace(each, outcome="could not tell", what=f"{each.what}: {_GONE}") if is_clean else each
            )
        yield Finding(
            NAME,
            "found",
            "high",
            f"The server stopped answering during `{probe}`",
            (f"OPTIONS by UDP: {_PATIENCE} times no answer, and one before",),
            "Find in its log what ended it, or whom it shut out, and run the audit again.",
        )

    def _by(self, transport: Transport) -> str:
        target = self._attacker.target
        try:
            with attacking(target, transport, at=target.tls if transport == "TLS" else None) as attacker:
                return "an answer" if attacker.ask("OPTIONS", NOBODY).status else "no answer"
        except SetupError as error:
            return str(error)
