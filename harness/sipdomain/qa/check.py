"""A check: what a PBX shall do, why, in which situation that is seen, and how it is mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.qa.seen import Seen
from sipdomain.qa.verdict import Verdict, unclear

Level = Literal["must", "should", "may"]
LEVELS: Final[tuple[Level, ...]] = ("must", "should", "may")
Judge = Callable[[Seen], Verdict]
LONGEST_NAME: Final = 24
"""How many characters the name of a check has at most, so that lists of them stay in columns."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a PBX does or does not.

    Attributes:
        name: What it is called.
        level: "must": else the call or the secret is lost; "should": else it works until the network or the far end
            moves; "may": good manners.
        what: What the PBX does, to be read after "The PBX …".
        source: Where that is said.
        situation: In which situation it is seen, by name.
        judge: Says whether it does, by what was seen.
        mend: How it is mended, whatever the PBX.
        needs: What has to be there to be looked at: a call of the PBX, one that was answered, or nothing.
        vendors: The mend in the words of a vendor, by name as `config pbx` has it.
        rules: The mistakes of `sipdomain lint` that lead to it, by name.
        optional: Whether it only counts for a PBX that does such a thing at all.
    """

    name: str
    level: Level
    what: str
    source: str
    situation: str
    judge: Judge
    mend: str
    needs: Literal["call", "answer", "nothing"] = "call"
    vendors: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    optional: bool = False

    def verdict(self, seen: Seen) -> Verdict:
        """Return what it says of what was seen; what it cannot look at it cannot tell."""
        if self.needs != "nothing" and not seen.calls:
            unread = f"; {seen.unreadable[0]}" if seen.unreadable else ""
            return unclear(f"no call of the PBX came{unread}")
        if self.needs == "answer" and not seen.answered:
            refused = [each for call in seen.calls for each in call.responses("INVITE", least=200)]
            status = f" it got {refused[-1].status}" if refused else ""
            return unclear(
                f"no call of the PBX came as far as an answer:{status or ' it got no final response'}",
                *refused[-1:],
            )
        try:
            return self.judge(seen)
        except RemoteProtocolError as error:
            return unclear(f"a message of the PBX cannot be read: {error}")
        except MediaError as error:
            return unclear(str(error))


def in_columns(level: str, name: str) -> str:
    """Return level and name of a check, with which a line of text begins."""
    return f"{level:<6} {name:<{LONGEST_NAME}}"
