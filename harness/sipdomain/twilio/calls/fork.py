"""INVITEs to several places at once: the first 2xx wins, and of refusals the best one counts (RFC 3261 section 16.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sipdomain.entries import Decision
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Response
from sipdomain.twilio.calls.branch import Branch, Invitation
from sipdomain.twilio.calls.targets import Target
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.signalling.user_agent import UserAgent


@dataclass(frozen=True, slots=True)
class Answer:
    """The 2xx that won.

    Attributes:
        target: Who answered.
        response: The 2xx, which is acknowledged.
        dialog: What it made.
    """

    target: Target
    response: Response
    dialog: Dialog


class Caller(Protocol):
    """Who wants one of several phones to answer."""

    def rang(self, turn: Turn) -> None:
        """A phone rings; said again for others."""

    def early_audio(self, target: Target, response: Response, turn: Turn) -> None:
        """Hear what a phone plays before it answers, as a provisional response of it describes."""

    def answered(self, answer: Answer, turn: Turn) -> None:
        """Go on with who answered; the others are cancelled."""

    def refused(self, status: int, turn: Turn) -> None:
        """Go on without an answer; no phone rings any more.

        Args:
            status: The best of the final responses, 408 and 503 for none.
            turn: Now, and where outputs go.
        """

    def unsent(self, why: str, turn: Turn) -> None:
        """Note that an INVITE cannot be sent, which counts as 503."""


class Fork:
    """All branches of one call. Exactly one of `answered` and `refused` comes of it, and neither after `cancel`.

    Attributes:
        refusal: The best of the final responses so far, if there is one.
    """

    __slots__ = ("_agent", "_best", "_caller", "_engine", "_invitation", "_over", "_waiting", "refusal")

    def __init__(self, engine: Engine, agent: UserAgent, caller: Caller) -> None:
        self._engine = engine
        self._agent = agent
        self._caller = caller
        self._waiting: list[Branch] = []
        self._best = 0
        self.refusal: Response | None = None
        self._over = False

    def start(self, targets: Iterable[Target], invitation: Invitation, turn: Turn) -> None:
        """Send an INVITE to each of the places, of which there has to be one at least."""
        self._waiting = [Branch(self._engine, self._agent, self, each, invitation) for each in targets]
        self._invitation = invitation
        for branch in list(self._waiting):
            branch.start(turn)

    def cancel(self, turn: Turn) -> None:
        """Give up: no phone rings on, and one that answers all the same is hung up on."""
        self._over = True
        for branch in self._waiting:
            branch.cancel(turn)

    # --- what comes of the branches ----------------------------------------------------------------------

    def rang(self, turn: Turn) -> None:
        """A phone rings."""
        if not self._over:
            self._caller.rang(turn)

    def early_audio(self, branch: Branch, response: Response, turn: Turn) -> None:
        """A phone plays something before it answers."""
        if not self._over:
            self._caller.early_audio(branch.target, response, turn)

    def answered(self, branch: Branch, response: Response, dialog: Dialog, turn: Turn) -> None:
        """A phone answered: it wins, or it came too late."""
        self._waiting.remove(branch)
        if self._over:
            branch.hang_up(dialog, turn)
            return
        self.cancel(turn)
        self._caller.answered(Answer(branch.target, response, dialog), turn)

    def failed(self, branch: Branch, status: int, turn: Turn) -> None:
        """A branch is at its end, and goes on elsewhere; or so is the fork, when no other is left, or with a 6xx."""
        self._waiting.remove(branch)
        following = branch.target.following
        if following is not None and not self._over and branch.found_nobody(status):
            self._go_on_to(following, branch, status, turn)
            return
        best, self._best = self._best, better(self._best, status)
        if self._best != best:
            self.refusal = branch.refusal
        if self._over or (self._waiting and status < 600):
            return
        self.cancel(turn)
        self._caller.refused(self._best, turn)

    def _go_on_to(self, target: Target, branch: Branch, status: int, turn: Turn) -> None:
        """Send the same INVITE to the next server of the name, with a branch parameter of its own."""
        turn.out.append(
            Decision(
                at=turn.now, call_id=self._invitation.call_id, method="INVITE", check="server", outcome="noted",
                rule="outbound-failover", got=f"{status} of {branch.target.flow.remote}, next {target.flow.remote}",
            )
        )  # fmt: skip
        other = Branch(self._engine, self._agent, self, target, self._invitation)
        self._waiting.append(other)
        other.start(turn)

    def unsent(self, why: str, turn: Turn) -> None:
        """An INVITE cannot be sent."""
        self._caller.unsent(why, turn)


def better(one: int, other: int) -> int:
    """Return the better of two final responses, 0 for none yet: a 6xx, else the lowest class, else the first one.

    Source: RFC 3261 section 16.7 step 6.
    """
    if not one or (one < 600 and other >= 600):
        return other
    return other if one < 600 and other // 100 < one // 100 else one
