"""Rules of <Gather>: which keys count, when an input is over, and who is asked then."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_GATHER: Final = TWIML + "/gather"

RULES: Final = (
    Rule("gather-answers", "documented", "https://www.twilio.com/docs/voice/api/sip-twiml",
         "A leading Gather answers the call."),
    Rule("gather-barge-in", "documented", _GATHER + "#nested-verbs",
         "A key stops what plays inside a Gather, and is the first one of its input."),
    Rule("gather-timeout", "documented", _GATHER + "#timeout",
         "The timeout begins when what plays inside is over, or with the first key, and anew with each further key."),
    Rule("gather-over", "documented", _GATHER + "#attributes",
         "An input is over after numDigits keys, the finishOnKey (# by default, none when it is empty) or the "
         "timeout."),
    Rule("gather-action", "documented", _GATHER + "#action",
         "The action, by default the document's own URL, is asked with Digits, without the finishing key; its "
         "answer is "
         "the next document."),
    Rule("gather-nothing", "documented", _GATHER + "#actiononemptyresult",
         "Without any key, the finishing one excepted, the next verb follows; the action is asked all the same when "
         "actionOnEmptyResult is true."),
    Rule("gather-empty-digits", "assumed", "not published", "Digits is empty then."),
    Rule("gather-redirect", "documented", _GATHER + "#action",
         "A redirect that answers the action is followed without Digits."),
    Rule("gather-type-ahead", "assumed", "not published",
         "Keys pressed while nothing gathers are dropped; the first one of a call is noted."),
    Rule("gather-hang-up", "assumed", "not published",
         "A caller who hangs up ends the input; the action is not asked."),
    Rule("gather-letters", "assumed", "not published: the page names 0-9, * and #",
         "A to D count as keys of the input."),
    Rule("gather-most-keys", "assumed", "ours: an input must end", "An input without numDigits ends after 256 keys."),
    Rule("gather-speech", "documented", _GATHER + "#action",
         "After speech the action is asked with SpeechResult and Confidence, which is from 0.0 to 1.0, in place "
         "of Digits."),
    Rule("gather-speech-first", "documented", _GATHER + "#input",
         "With dtmf speech what is detected first wins: after the first word keys do not count, and after the "
         "first key words."),
    Rule("gather-speech-begins", "assumed", "not published for words: a key does so",
         "The first word stops what plays inside, and the timeout, as a key does."),
    Rule("gather-speech-timeout", "documented", _GATHER + "#speechtimeout",
         "Speech is over after speechTimeout seconds of silence, by default as many as timeout; auto: at the "
         "first pause."),
    Rule("gather-speech-auto", "assumed", "ours: how long a pause is, no page says",
         "The first pause is 0.8 s long."),
    Rule("gather-speech-longest", "documented", _GATHER + "#input",
         "Speech of 60 s is over, though nobody paused."),
    Rule("gather-speech-partial", "documented", _GATHER + "#partialresultcallback",
         "partialResultCallback is asked with UnstableSpeechResult as words come; its answer is no TwiML, and "
         "nothing waits "
         "for it."),
    Rule("gather-speech-partial-fields", "assumed", "fields that applications read; the page names the first alone",
         "That request has StableSpeechResult, which is empty, and Stability, too, and one is sent after each "
         "word that is known, "
         "or each second of a sound."),
    Rule("gather-speech-profanity", "documented", _GATHER + "#profanityfilter",
         "Of a profanity the first letter stays, with stars for the rest, unless profanityFilter is false."),
    Rule("gather-speech-profanities", "assumed", "ours: no list is published",
         "Fifteen stems of English words are profanities."),
    Rule("gather-speech-hints", "documented", _GATHER + "#hints",
         "hints has 500 phrases of 100 characters at most (13330)."),
    Rule("gather-speech-model", "documented", ERRORS + "/13335",
         "speechTimeout auto beside a speechModel is warned of (13335)."),
    Rule("gather-speech-model-timeout", "assumed", "not published", "The timeout holds in its place then."),
    Rule("gather-speech-pair", "documented", ERRORS + "/13342",
         "A speechModel that does not know the language fails the Gather, with 13342."),
    Rule("gather-speech-pairs", "assumed", "ours: no table of pairs is published",
         "Such a Gather collects nothing, and the next verb follows; deepgram_nova-2 is taken not to know ten "
         "languages."),
    Rule("gather-speech-nothing", "assumed", "not published",
         "A sound without a word is no input, and the timeout begins anew, three times at most; a speaker whom "
         "no recogniser "
         "understands is alerted of by 13340."),
    Rule("gather-speech-words", "assumed", "ours: the live service recognises sounds",
         "What our own phones and simulated numbers say is known word for word, Confidence 0.99; other callers "
         "are recognised."),
    Rule("gather-warnings", "documented", ERRORS + "/13310 to 13338",
         "A bad attribute of Gather has a warning of its own, and so have a bad voice (13321) or loop (13322) "
         "of a Say "
         "inside, and a verb that may not stand there (13320), which is left out."),
    Rule("gather-no-audio", "documented", ERRORS + "/13325",
         "A file inside that is not audio ends the document with 13325."),
)  # fmt: skip
