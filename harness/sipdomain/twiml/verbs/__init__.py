"""The verbs and nouns: one file and one line here for each."""

from __future__ import annotations

from typing import Final

from sipdomain.twiml.verbs.client import CLIENT, IDENTITY, PARAMETER
from sipdomain.twiml.verbs.conference import CONFERENCE
from sipdomain.twiml.verbs.connect import CONNECT, NOT_CONNECTED
from sipdomain.twiml.verbs.dial import DIAL
from sipdomain.twiml.verbs.echo import ECHO
from sipdomain.twiml.verbs.enqueue import ENQUEUE, TASK
from sipdomain.twiml.verbs.gather import GATHER
from sipdomain.twiml.verbs.hangup import HANGUP
from sipdomain.twiml.verbs.leave import LEAVE
from sipdomain.twiml.verbs.number import NUMBER
from sipdomain.twiml.verbs.pause import PAUSE
from sipdomain.twiml.verbs.play import PLAY
from sipdomain.twiml.verbs.queue import QUEUE
from sipdomain.twiml.verbs.record import RECORD
from sipdomain.twiml.verbs.redirect import REDIRECT
from sipdomain.twiml.verbs.refer import REFER
from sipdomain.twiml.verbs.reject import REJECT
from sipdomain.twiml.verbs.relay import LANGUAGE_NOUN, RELAY
from sipdomain.twiml.verbs.say import SAY, SSML
from sipdomain.twiml.verbs.sip import SIP
from sipdomain.twiml.verbs.start import BACKGROUND, START
from sipdomain.twiml.verbs.stop import STOP
from sipdomain.twiml.verbs.verb import Noun, Verb

VERBS: Final[dict[str, Verb]] = {
    "Connect": CONNECT,
    "Dial": DIAL,
    "Echo": ECHO,
    "Enqueue": ENQUEUE,
    "Gather": GATHER,
    "Hangup": HANGUP,
    "Leave": LEAVE,
    "Pause": PAUSE,
    "Play": PLAY,
    "Record": RECORD,
    "Redirect": REDIRECT,
    "Refer": REFER,
    "Reject": REJECT,
    "Say": SAY,
    "Start": START,
    "Stop": STOP,
}
NOUNS: Final[dict[str, Noun]] = {
    **SSML, **BACKGROUND, **NOT_CONNECTED, "Client": CLIENT, "Conference": CONFERENCE,
    "ConversationRelay": RELAY,
    "Identity": IDENTITY, "Language": LANGUAGE_NOUN, "Number": NUMBER, "Parameter": PARAMETER, "Queue": QUEUE,
    "Sip": SIP, "Task": TASK,
}  # fmt: skip
"""What stands inside verbs, and cannot stand alone."""

NOT_EMULATED: Final = frozenset(
    {
        "Pay",
        "Prompt",
        "Queue",
        "Sms",
    }
)
"""Real TwiML that is not carried out: reaching one ends the document with error 13750, never in silence."""
