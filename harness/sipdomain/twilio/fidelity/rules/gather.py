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
         "An input is over after numDigits keys, the finishOnKey (# by default, none when it is empty) or the timeout."),
    Rule("gather-action", "documented", _GATHER + "#action",
         "The action, by default the document's own URL, is asked with Digits, without the finishing key; its answer is "
         "the next document."),
    Rule("gather-nothing", "documented", _GATHER + "#actiononemptyresult",
         "Without any key, the finishing one excepted, the next verb follows; the action is asked all the same when "
         "actionOnEmptyResult is true."),
    Rule("gather-empty-digits", "assumed", "not published", "Digits is empty then."),
    Rule("gather-redirect", "documented", _GATHER + "#action",
         "A redirect that answers the action is followed without Digits."),
    Rule("gather-type-ahead", "assumed", "not published",
         "Keys pressed while nothing gathers are dropped; the first one of a call is noted."),
    Rule("gather-hang-up", "assumed", "not published", "A caller who hangs up ends the input; the action is not asked."),
    Rule("gather-letters", "assumed", "not published: the page names 0-9, * and #", "A to D count as keys of the input."),
    Rule("gather-most-keys", "assumed", "ours: an input must end", "An input without numDigits ends after 256 keys."),
    Rule("gather-speech", "assumed", "ours: words are not recognised yet",
         'input="speech" alone collects nothing, and the next verb follows at once, with a warning.'),
    Rule("gather-warnings", "documented", ERRORS + "/13310 to 13338",
         "A bad attribute of Gather has a warning of its own, and so have a bad voice (13321) or loop (13322) of a Say "
         "inside, and a verb that may not stand there (13320), which is left out."),
    Rule("gather-no-audio", "documented", ERRORS + "/13325",
         "A file inside that is not audio ends the document with 13325."),
)  # fmt: skip
