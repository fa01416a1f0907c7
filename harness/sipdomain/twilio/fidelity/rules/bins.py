"""Rules of TwiML bins: where they are, how parameters are put into them, and what is refused when one is saved."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import Rule

_BINS: Final = "https://www.twilio.com/docs/serverless/twiml-bins"
_TEMPLATES: Final = (
    "https://support.twilio.com/hc/en-us/articles/230878368-How-to-use-templates-with-TwiML-Bins"
)
_E164: Final = "https://www.twilio.com/blog/2017/02/building-more-powerful-voice-applications-with-enhanced-twiml-bins-templates.html"

RULES: Final = (
    Rule("bin-url", "documented", _BINS,
         "A bin is asked for its document at https://handler.twilio.com/twiml/EH…, by GET or POST."),
    Rule("bin-parameters", "documented", _TEMPLATES,
         "{{Name}} is the request's parameter Name, of the URL's query or of the form."),
    Rule("bin-sections", "documented", _TEMPLATES,
         "{{#Name}}…{{/Name}} is there when the request has Name, once for each value of a list Name[], which is {{.}}."),
    Rule("bin-e164", "documented", _E164, "{{#e164}}…{{/e164}} is the telephone number in a SIP URI."),
    Rule("bin-no-number", "assumed", "not published", "Where no number is the user of the URI, e164 gives nothing."),
    Rule("bin-mustache", "assumed", "mustache(5), which the pages name",
         "An absent parameter is nothing; a value's &, <, > and quotes are escaped, but not within {{{Name}}} and "
         "{{&Name}}; {{^Name}} is there when the parameter is not; {{! … }} is a comment."),
    Rule("bin-refused", "assumed", "the codes' titles: https://www.twilio.com/docs/api/errors/11310 and 11320",
         "A bin whose brackets are not closed is not saved (11320), nor one with a tag that is not a name, or with "
         "sections that do not match (11310)."),
    Rule("bin-size", "assumed", "ours: as of any document", "A bin of more than 64 kB is not saved (11750)."),
    Rule("bin-unknown", "assumed", "not published", "The URL of a bin that is not there fails with 11200, by a 404."),
)  # fmt: skip
