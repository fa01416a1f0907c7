"""Judges the expectations of a scenario from outside while it plays, each by itself, and goes on whatever is found."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from sipdomain.scenario.compare.outside import OF_THE_APPLICATION, SIGHTS, Sight, field_of, look_of
from sipdomain.scenario.compare.verdict import Outcome, Verdict
from sipdomain.scenario.expect.finding import Finding, Standing
from sipdomain.scenario.expect.judge import Look, judged
from sipdomain.scenario.stage import INSTANT, Stage
from sipdomain.scenario.world import PhoneCall, Script, Until

_UNKNOWN: Final = Sight(hidden="nobody has said yet what of it is seen from outside")
_UNSEEN: Final = 0.5
"""How long what is not seen is given to come, in seconds."""
_IN_FULL: Final = 1.0
"""How long the rest of what is not as expected is waited for, in seconds."""
_ANOTHER_LEG: Final = "the leg is between the target and somebody else"


class Comparison:
    """What was found so far.

    Attributes:
        verdicts: What was said of expectations, oldest first.
        begun: The paths of the steps that began.
    """

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self.begun: set[str] = set()

    def begin(self, path: str) -> None:
        """Take note that a step begins."""
        self.begun.add(path)

    def hide(self, path: str, why: str) -> None:
        """Take note that nothing is seen of what is expected at a place."""
        self.verdicts.append(Verdict(path, "could not tell", why=why))

    def hide_leg(self, path: str) -> None:
        """Take note that a leg is not seen."""
        self.hide(path, _ANOTHER_LEG)

    def judge(
        self, stage: Stage, call: PhoneCall, looks: Sequence[Look], within: float, path: str
    ) -> Script[None]:
        """Judge each expectation of a step by itself, within one time."""
        deadline, before = stage.world.now() + within, len(self.verdicts)
        for look in looks:
            left = max(INSTANT, deadline - stage.world.now())
            yield from self._judge(stage, call, look, left, path)
        is_untold = any(each.outcome == "could not tell" for each in self.verdicts[before:])
        if is_untold and call.method == "INVITE":
            # What is not seen may be what the next step waits for; nothing follows the answer to another request.
            left = max(INSTANT, deadline - stage.world.now())
            yield Until(lambda: not stage.world.is_busy(call.call_id), min(_UNSEEN, left))

    def _judge(self, stage: Stage, call: PhoneCall, look: Look, within: float, path: str) -> Script[None]:
        function, arguments = look_of(look)
        sight = SIGHTS.get(function, _UNKNOWN)
        if not stage.takes_orders(call) and function not in OF_THE_APPLICATION:
            sight = Sight(hidden=_ANOTHER_LEG)
        if sight.hidden:
            self.hide(f"{path}.{field_of(function)}", sight.hidden)
            return
        seen = partial(sight.look, *arguments) if sight.look is not None else look
        unmet = yield from judged(stage, call, [seen], within)
        if unmet and sight.ask is not None:
            self._say_what_rest_knows(path, sight.ask(*arguments), unmet[0].field)
            return
        if unmet and unmet[0].standing is Standing.LOST:
            # What came is known in full once the phone has its last response.
            yield Until(lambda: stage.is_set_up(call), _IN_FULL)
        found = seen() if not unmet or unmet[0].standing is Standing.LOST else unmet[0]
        self.verdicts.append(_verdict(stage, call, sight, found, path, is_unmet=bool(unmet)))

    def _say_what_rest_knows(self, path: str, asked: Finding | str, field: str) -> None:
        if isinstance(asked, str):
            self.hide(f"{path}.{field}", asked)
        else:
            outcome: Outcome = "same" if asked.is_met else "differs"
            self.verdicts.append(Verdict(f"{path}.{field}", outcome, asked.expected, asked.got))


def _verdict(
    stage: Stage, call: PhoneCall, sight: Sight, found: Finding, path: str, *, is_unmet: bool
) -> Verdict:
    came = found.got
    if not is_unmet or found.standing is Standing.SO_FAR:
        is_silent = is_unmet and _is_silent(call)
        # What is met so far when the time is up counts in silence only.
        why = sight.met(stage, call, found) or (found.got if is_unmet and not is_silent else "")
        outcome: Outcome = "could not tell" if why else "same"
        came = "nothing came" if is_silent else came
    else:
        why = sight.unmet(stage, call, found)
        outcome = "could not tell" if why else "differs"
    return Verdict(f"{path}.{found.field}", outcome, found.expected, came, why)


def _is_silent(call: PhoneCall) -> bool:
    """Return whether nothing at all came in answer to a call, which the phone goes on trying for half a minute."""
    return not call.responses and call.state == "trying"
