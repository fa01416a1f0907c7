"""Rules of ConversationRelay: its attributes, the handshake, the messages, what is said and heard, and how it ends."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_NOUN: Final = TWIML + "/connect/conversationrelay"
_MESSAGES: Final = "https://www.twilio.com/docs/voice/conversationrelay/websocket-messages"
_KIT: Final = "https://pypi.org/project/twilio-agent-connect/"

RULES: Final = (
    Rule("relay-connect", "documented", _NOUN,
         "Connect of a ConversationRelay answers, asks the url for a WebSocket, and lasts until the server sends end, the "
         "caller hangs up, or it fails."),
    Rule("relay-attributes", "documented", ERRORS + "/64101",
         "An attribute with a value that is not valid is error 64101."),
    Rule("relay-refused", "assumed", "documented: 64101; not what follows",
         "With an attribute that is not valid no socket is opened: the session has failed, with ErrorCode 64101."),
    Rule("relay-unsuitable", "documented", _NOUN,
         "A provider, voice, model or language that do not go together is error 64106: the server gets an error, and the "
         "session ends."),
    Rule("relay-voices", "assumed", "the names of voices are documented for each provider; the pattern is ours",
         "A voice is known by the form of its name: en-US-Journey-O is Google's, Joanna-Neural Amazon's, 20 letters and "
         "digits ElevenLabs'; a model of nova or flux is Deepgram's."),
    Rule("relay-languages", "documented", _NOUN,
         "A Language gives the voice of a language, and does not choose it; speech is in the token's lang, else that of "
         "the last language message, else ttsLanguage, else language."),
    Rule("relay-multi", "documented", _NOUN,
         "multi needs ElevenLabs to speak, and Deepgram's nova-2-general or nova-3-general to hear; a prompt then has "
         "the primary tag alone."),
    Rule("relay-multi-language", "assumed", "ours: one language is understood", "With multi the caller speaks English."),
    Rule("relay-flux", "documented", _NOUN, "partialPrompts and eotThreshold need a model of Deepgram's flux."),
    Rule("relay-query", "documented", _KIT, "The url may have a query, which is sent."),
    Rule("relay-signature", "assumed", "as the kit twilio-agent-connect 2.5 checks it; others check the whole URL",
         "X-Twilio-Signature of the handshake is over the wss: URL without its query, and its pairs as parameters."),
    Rule("relay-handshake", "assumed", "not published", "The handshake has the User-Agent of media streams."),
    Rule("relay-setup", "documented", _MESSAGES,
         "setup comes first: sessionId (VX), accountSid, parentCallSid, callSid, from, to, forwardedFrom, callType, "
         "callerName, direction, callStatus in capitals, customParameters."),
    Rule("relay-call", "assumed", "documented by an example of the telephone network alone",
         "callType of a call by SIP is SIP; callStatus is RINGING in the first document of a call that came in, later "
         "IN-PROGRESS."),
    Rule("relay-prompt", "documented", _MESSAGES,
         "What the caller said is a prompt, with last true when the caller has finished."),
    Rule("relay-pause", "assumed", "documented: auto, or 600 to 5000 ms",
         "speechTimeout auto takes 0.8 seconds of silence for the end."),
    Rule("relay-profanity", "assumed", "documented: profanityFilter; not what it does",
         "A profanity loses all letters but the first, as in a Gather; without profanityFilter it stays."),
    Rule("relay-partials", "documented", _NOUN, "With partialPrompts, what was said so far is a prompt with last false."),
    Rule("relay-dtmf", "documented", _MESSAGES, "With dtmfDetection each key of the caller is a dtmf message."),
    Rule("relay-interrupt", "documented", _MESSAGES,
         "Words or keys of the caller stop what is said, as interruptible allows; interrupt has the text that was heard "
         "until then, and the milliseconds."),
    Rule("relay-interrupt-words", "assumed", "ours: a word is heard when its last sound left",
         "utteranceUntilInterrupt ends with the last word that was heard in full, and begins with the talk cycle."),
    Rule("relay-interrupt-queue", "assumed", "not published",
         "An interruption drops all that came and was not said yet; tokens that come later are said."),
    Rule("relay-sensitivity", "assumed", "documented: high, medium, low; not what they mean",
         "High interrupts at the beginning of a sound, medium after a word, low after two."),
    Rule("relay-backchannel", "assumed", "documented: such words do not interrupt; no list is published",
         "With ignoreBackchannel mhm, uh-huh, okay and the like interrupt nothing."),
    Rule("relay-reports", "documented", _NOUN,
         "What the caller says or presses while something is said, and does not interrupt it, is reported only as "
         "reportInputDuringAgentSpeech says; none when left out."),
    Rule("relay-reports-end", "assumed", "not published", "Words that go on after the last of what is said are reported."),
    Rule("relay-greeting", "documented", _NOUN,
         "welcomeGreeting is said first, and interrupted as welcomeGreetingInterruptible allows; the server gets nothing "
         "for it."),
    Rule("relay-tokens", "documented", _MESSAGES,
         "The tokens of text messages are put together as they are, until one has last true."),
    Rule("relay-sentences", "assumed", "documented: speech begins before last",
         "A sentence is said once its end and a blank came; what has no end waits for last, or for 1,000 characters."),
    Rule("relay-markup", "assumed", "documented: SSML may be inside", "Speech markup inside a token is left out."),
    Rule("relay-preemptible", "documented", _MESSAGES,
         "What is preemptible gives way to the text or play that comes next; else that waits."),
    Rule("relay-play", "documented", _MESSAGES,
         "play plays the file of source loop times, once when left out, 0 a thousand times."),
    Rule("relay-play-failed", "assumed", "not published",
         "A file that cannot be had is left out: an error message and the alert of the request; the session goes on."),
    Rule("relay-digits", "documented", _MESSAGES, "sendDigits presses 0-9, # and *; w waits half a second."),
    Rule("relay-digits-at-once", "assumed", "not published", "Keys are pressed at once, beside what is said."),
    Rule("relay-language", "documented", _MESSAGES,
         "language changes ttsLanguage, transcriptionLanguage or both; one has to be there."),
    Rule("relay-end", "documented", _MESSAGES,
         "end ends the session: the action is asked with SessionStatus ended and the HandoffData."),
    Rule("relay-end-cuts", "assumed", "not published", "What is being said at end is cut off."),
    Rule("relay-events", "observed", "",
         "events asks for info messages: agentSpeaking and clientSpeaking on and off with ts in milliseconds, tokensPlayed "
         "with the text.", labels=("RELAYS",)),
    Rule("relay-events-when", "assumed", "not published",
         "tokensPlayed comes after each sentence, and at an interruption with what was heard of it; clientSpeaking is off "
         "after the pause."),
    Rule("relay-invalid", "documented", _MESSAGES,
         "A message that is not valid is left out: an error message with its text, warning 64107; the session goes on."),
    Rule("relay-invalid-fields", "assumed", "not published",
         "Further fields, and null for one that may be left out, are ignored; interruptible may be a word as in TwiML."),
    Rule("relay-malformed", "documented", _MESSAGES,
         'Ten messages in a row that are not valid close the socket with 1007 "Too many consecutive malformed messages", '
         "error 64105."),
    Rule("relay-queue", "assumed", "ours: memory is bounded",
         "65,536 characters and 1,000 sentences wait to be said; a message that brings more is left out, as if invalid."),
    Rule("relay-speech-failed", "documented", ERRORS + "/64111",
         "Words that cannot be spoken are left out: warning 64111; the session goes on."),
    Rule("relay-cannot-connect", "documented", ERRORS + "/64102", "A WebSocket that cannot be opened is error 64102."),
    Rule("relay-socket-ended", "documented", ERRORS + "/64105", "A WebSocket that ends before the session is error 64105."),
    Rule("relay-closed", "assumed", "not published",
         "A server that closes the socket without end, with whatever code, has let the session fail."),
    Rule("relay-lost", "documented", _NOUN,
         "After a failure the action is asked with SessionStatus failed, ErrorCode and ErrorMessage: of a lost socket "
         '39001, "Network connection to WebSocket server failed".'),
    Rule("relay-never-open", "assumed", "not published", "Of a socket that could not be opened they are the same."),
    Rule("relay-failed", "documented", _MESSAGES,
         "Nothing is connected again: the action may begin another ConversationRelay; without one the call ends "
         "as failed."),
    Rule("relay-failed-status", "assumed", "documented: the call ends as failed; not by which word of CallStatus",
         "The CallStatus of a call that ends by this is failed, though it was answered."),
    Rule("relay-completed", "documented", _NOUN,
         "When the caller hangs up, the action is asked with SessionStatus completed."),
    Rule("relay-duration", "documented", _NOUN, "The action gets SessionId and SessionDuration, in whole seconds."),
    Rule("relay-again", "assumed", "documented after a failure", "After end, too, another ConversationRelay may follow."),
    Rule("relay-limit", "documented", ERRORS + "/64104", "A session that lasts too long ends with error 64104."),
    Rule("relay-concurrency", "documented", ERRORS + "/64109",
         "A session past the number that an account may have at once is error 64109."),
    Rule("relay-concurrency-fails", "assumed", "documented: 64109; neither the number nor what follows",
         "There are as many sessions as are begun, unless the behaviour no_relay refuses one: then no socket is opened, "
         "and the session has failed, with ErrorCode 64109."),
    Rule("relay-limit-time", "assumed", "not published", "That is after four hours, as for a call."),
    Rule("relay-no-audio", "documented", ERRORS + "/64108",
         "A session in which no audio of the caller comes has error 64108."),
    Rule("relay-no-audio-ends", "assumed", "not published", "It comes when the call is ended for want of audio."),
    Rule("relay-deaf", "assumed", "ours: a recogniser may be missing",
         "A caller who cannot be understood is an error message and error 32655, once; the session goes on."),
    Rule("relay-close-code", "assumed", "not published", "The close frame has the code 1000."),
)  # fmt: skip
