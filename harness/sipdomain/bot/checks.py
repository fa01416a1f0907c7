"""What a bot is held to: each check with what to change where it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sipdomain.bot.marks import marks
from sipdomain.bot.protocol import answered, protocol, signature
from sipdomain.bot.seen import Seen
from sipdomain.bot.turns import answers, barge_in, conversation, dead_air, keys, stale, talk_over, words
from sipdomain.bot.verdict import Limits, Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a bot does or does not.

    Attributes:
        what: What it does, to be read after "The bot …".
        judge: Says whether it does, by what was seen.
        mend: What to change where it does not.
    """

    what: str
    judge: Callable[[Seen, Limits], Verdict]
    mend: str


CHECKS: Final[dict[str, Check]] = {
    "answered": Check(
        "is there: each call is answered, and its socket opened", answered,
        "Let the webhook answer with <Connect><Stream> or <Connect><ConversationRelay>, and the server at its url take the "
        "WebSocket with 101 within 5 s; `sipdomain explain` and the alert say what it did instead.",
    ),
    "conversation": Check(
        "talks with the caller until the table of turns is over", conversation,
        "Keep the socket open until the caller has done, and answer each turn; where the bot is to end earlier, give the "
        "table that it expects with --turns.",
    ),
    "answers": Check(
        "answers soon after the caller's words", answers,
        "Find what takes the time: end the caller's turn sooner (endpointing), stream the model's words sentence by "
        "sentence into the voice, keep connections to both open, or say something short at once.",
    ),
    "talk-over": Check(
        "lets the caller end", talk_over,
        "Wait longer before a pause counts as the end of the caller's turn: people pause for half a second within a "
        "sentence. Where it begins all the same, let it stop as for an interruption.",
    ),
    "words": Check(
        "says what the table expects", words,
        "Compare the words of the table with the bot's answer. They are looked for by sound, in the emulator's voice. A "
        "bot with another voice passes by what is recognised of it (the extra `recognition`), and is never failed by that.",
    ),
    "barge-in": Check(
        "falls silent when the caller interrupts it", barge_in,
        "When speech of the caller begins while audio is queued, send `clear` for its streamSid at once, or let "
        'ConversationRelay do it (interruptible="speech"), and do not wait for the transcript.',
    ),
    "stale-audio": Check(
        "says no more of what it was saying when it was interrupted", stale,
        "After `clear`, drop what the voice still renders for the old answer, and cancel the request that makes it: else "
        "it is sent after the clear, and heard.",
    ),
    "dead-air": Check(
        "leaves no silence that it would have to fill", dead_air,
        "Say something while the answer takes long. Behind </Connect>, let the document say goodbye and <Hangup/>: when "
        "the bot has closed its socket, the next verb runs, and a <Pause> there is silence.",
    ),
    "marks": Check(
        "sets a mark behind the audio that it is about", marks,
        "Send `mark` after the last media message of its words: it comes back when all before it was played, so one that "
        "is sent first comes back at once, before the caller has heard anything.",
    ),
    "protocol": Check(
        "keeps to the messages", protocol,
        "Look the code up: https://www.twilio.com/docs/api/errors/CODE; the message that is left out stands in the ladder "
        "(--html, --ladder).",
    ),
    "keys": Check(
        "answers keys", keys,
        'Handle messages with event `dtmf` (of ConversationRelay, type `dtmf`, with dtmfDetection="true").',
    ),
    "signature": Check(
        "refuses a socket that is not signed by the account", signature,
        "Validate X-Twilio-Signature of the handshake over its wss:// URL, as the provider's RequestValidator does with no "
        "parameters, and answer 403: else anybody can talk to the bot, and to what it may do.",
    ),
}  # fmt: skip
"""By name, in the order in which they are shown."""
