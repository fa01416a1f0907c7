"""The verbs: one file and one line here for each."""

from __future__ import annotations

from typing import Final

from harness.twiml.verbs.hangup import HANGUP
from harness.twiml.verbs.pause import PAUSE
from harness.twiml.verbs.play import PLAY
from harness.twiml.verbs.redirect import REDIRECT
from harness.twiml.verbs.reject import REJECT
from harness.twiml.verbs.say import SAY
from harness.twiml.verbs.verb import Verb

VERBS: Final[dict[str, Verb]] = {
    "Hangup": HANGUP,
    "Pause": PAUSE,
    "Play": PLAY,
    "Redirect": REDIRECT,
    "Reject": REJECT,
    "Say": SAY,
}

NOT_EMULATED: Final = frozenset(
    {
        "Connect",
        "Dial",
        "Echo",
        "Enqueue",
        "Gather",
        "Leave",
        "Pay",
        "Prompt",
        "Queue",
        "Record",
        "Refer",
        "Sms",
        "Start",
        "Stop",
    }
)
"""Real TwiML that is not carried out: reaching one ends the document with error 13750, never in silence."""
