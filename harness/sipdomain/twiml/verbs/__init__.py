"""The verbs: one file and one line here for each."""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.verbs.hangup import HANGUP
from sipdomain.twiml.verbs.pause import PAUSE
from sipdomain.twiml.verbs.play import PLAY
from sipdomain.twiml.verbs.redirect import REDIRECT
from sipdomain.twiml.verbs.reject import REJECT
from sipdomain.twiml.verbs.say import SAY
from sipdomain.twiml.verbs.verb import Verb

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
