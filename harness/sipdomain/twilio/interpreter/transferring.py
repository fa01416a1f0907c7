"""The activity of a call that is transferred: the phone is to call somebody else, and reports how that goes."""

from __future__ import annotations

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity
from sipdomain.twilio.interpreter.page import Page
from sipdomain.twilio.interpreter.voice import Referral
from sipdomain.twiml.program import Failed, Reason
from sipdomain.twiml.transferring import LastTransfer, Transfer, Transferred


class Transferring(Activity[Transfer]):
    """Has the phone call somebody else."""

    __slots__ = ("_referral",)

    def __init__(self, page: Page, want: Transfer) -> None:
        super().__init__(page, want)
        self._referral: Referral | None = None

    def _begin(self, turn: Turn) -> None:
        referrals = self._page.context.voice.referrals
        if referrals is None:
            self._end(Failed(13801, "<Refer> needs a SIP call leg"), turn)
        else:
            self._referral = referrals.transfer(self._want.to, self, turn)

    def transferred(self, transferred: Transferred, turn: Turn) -> None:
        """Go on: it is over."""
        self._end(transferred, turn)

    def _stop(self, reason: Reason, turn: Turn) -> None:
        del reason, turn
        if self._referral is not None:
            self._page.context.transferred = self._referral.stop()


class RecallingTransfer(Activity[LastTransfer]):
    """Says how far the last transfer came that was interrupted."""

    __slots__ = ()

    def _begin(self, turn: Turn) -> None:
        last = self._page.context.transferred
        self._end(Failed(12400, "nothing was transferred") if last is None else last, turn)
