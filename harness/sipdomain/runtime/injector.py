"""Faults that are switched on and off while an emulator runs."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sipdomain.errors import SetupError
from sipdomain.faults import Fault
from sipdomain.runtime.bad_line import BadLine
from sipdomain.runtime.bad_web import BadWeb

if TYPE_CHECKING:
    from sipdomain.runtime.fault_lines import FaultSet


class RtpLine(Protocol):
    """What carries audio.

    Attributes:
        faults: What befalls packets, in this order.
        rng: What chance is drawn from.
    """

    faults: tuple[Fault, ...]
    rng: random.Random


@dataclass(slots=True)
class Injector:
    """What can go wrong on purpose.

    Attributes:
        lines: Returns what carries SIP.
        web: What asks webhooks.
        rtp: What carries audio, or None where that is not ours.
        seed: What chance was drawn from last.
    """

    lines: Callable[[], Sequence[BadLine]]
    web: BadWeb
    rtp: RtpLine | None = None
    seed: int | None = None

    def inject(self, texts: Sequence[str], seed: int | None = None) -> None:
        """Let these befall too, besides those that there are; chance is drawn anew.

        Args:
            texts: Faults as lines.
            seed: What chance is drawn from; by default as before, or any.

        Raises:
            SetupError: One is wrong, or they are too many; then nothing changes.
        """
        # Those who inject nothing do not pay for the import.
        from sipdomain.runtime.fault_lines import parsed

        found = parsed([*self._now().lines(), *texts])
        if seed is None:
            seed = self.seed if self.seed is not None else random.SystemRandom().randrange(1_000_000)
        if found.rtp and self.rtp is None:
            raise SetupError("there is no audio here that faults could befall")
        self.seed = seed
        if self.rtp is not None:
            self.rtp.faults, self.rtp.rng = found.rtp, random.Random(f"rtp {seed}")
        for number, line in enumerate(self.lines()):
            line.faults, line.rng = found.line, random.Random(f"line {number} {seed}")
        self.web.faults, self.web.rng = found.web, random.Random(f"web {seed}")

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        for line in self.lines():
            line.faults = ()
        self.web.faults = ()
        if self.rtp is not None:
            self.rtp.faults = ()

    def shown(self) -> dict[str, Any]:
        """Return the seed, and the faults as lines."""
        return {"seed": self.seed, "faults": self._now().lines()}

    def answer(self, method: str, value: Any) -> dict[str, Any]:
        """Show (GET), add to (POST) or take away (DELETE) the faults, and return what there is then.

        Args:
            method: The HTTP method.
            value: For POST: {"faults": ["sip drop 30% from phone"], "seed": 1}.

        Raises:
            SetupError: The value describes none; then nothing changes.
        """
        if method == "DELETE":
            self.clear()
        elif method == "POST":
            texts, seed = _given(value)
            self.inject(texts, seed)
        return self.shown()

    def _now(self) -> FaultSet:
        from sipdomain.runtime.fault_lines import FaultSet

        line = next(iter(self.lines()), None)
        rtp = self.rtp.faults if self.rtp is not None else ()
        return FaultSet(line.faults if line is not None else (), self.web.faults, rtp)


def _given(value: Any) -> tuple[list[str], int | None]:
    """Return the lines and the seed of a request.

    Raises:
        SetupError: It has none.
    """
    if not isinstance(value, dict) or set(value) - {"faults", "seed"} or not value.get("faults"):
        raise SetupError('write {"faults": ["sip drop 30% from phone"], "seed": 1}, the seed as you like')
    texts, seed = value["faults"], value.get("seed")
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise SetupError("faults must be a list of lines, such as `sip drop 30% from phone`")
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        raise SetupError(f"seed must be a whole number (got {seed!r})")
    return texts, seed
