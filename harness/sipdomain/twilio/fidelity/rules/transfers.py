"""Rules of transfers: what the service asks of a phone, and what it reports of it."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_TO_US: Final = "https://www.twilio.com/docs/voice/api/refer-to-twilio"
_REFER: Final = TWIML + "/refer"

RULES: Final = (
    Rule("refer-out", "documented", _REFER,
         "Refer sends REFER to the caller's phone, with the URI of Sip, headers included, as Refer-To; NOTIFY is awaited."),
    Rule("refer-action", "documented", _REFER + "#action",
         "The action gets ReferCallStatus, ReferSipResponseCode and NotifySipResponseCode: in-progress, 202, 200 after a "
         "transfer; busy, 202, 486; failed, 405 where it was refused; canceled, 202, 180 when the caller hung up first."),
    Rule("refer-without-news", "documented", _REFER + "#action",
         "When it was accepted and no NOTIFY came, ReferCallStatus and NotifySipResponseCode are left out."),
    Rule("refer-wait", "assumed", "not published: how long", "After 180 s without news the document goes on."),
    Rule("refer-failures", "assumed", "not published: which status is which word",
         "486 and 600 are busy, every other failure is failed; a Sip that is not a URI is failed, and nothing is sent."),
    Rule("refer-then", "documented", "https://www.twilio.com/docs/voice/api/sip-twiml",
         "Without action the next verb follows, and after the last one the call is hung up."),
    Rule("refer-leg", "documented", ERRORS + "/13801", "Refer on a leg that does not speak SIP is 13801."),
    Rule("refer-in", "documented", _TO_US,
         "A phone in a Dial of Sip, Number or Client that has referUrl may ask by REFER that its call be moved: it gets "
         "202, and referUrl is asked with ReferTransferTarget, what stands in Refer-To, headers included."),
    Rule("refer-in-goes-on", "documented", _TO_US,
         "The other one of the two goes on with what referUrl answers, be it the caller or who was called."),
    Rule("refer-in-transferor", "documented", _TO_US,
         "Who asked for it gets a NOTIFY, and is hung up, as soon as referUrl is asked; that answerOnBridge puts this off "
         "until the new one answers is not emulated."),
    Rule("refer-in-news", "assumed", "RFC 3515 section 2.4.4: the statuses are not published",
         "The NOTIFYs are of 100 and, when referUrl is asked, 200, which ends the subscription."),
    Rule("refer-in-action", "assumed", "not published",
         "Moved by who was called, the action of Dial is not asked; moved by the caller it is, as after a redirect by the "
         "REST API."),
    Rule("refer-in-length", "documented", _TO_US, "Refer-To has 256 characters at most."),
    Rule("refer-in-length-status", "assumed", "not published: the status", "A longer one is refused with 400."),
    Rule("refer-notify", "standard", "RFC 3515 section 2.4, RFC 6665 section 4.1.3",
         "NOTIFY about a transfer under way is answered 200, another one 481."),
)  # fmt: skip
