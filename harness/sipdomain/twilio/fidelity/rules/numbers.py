"""Rules of phone numbers and clients: they are simulated, and what each does is said by the numbering plan."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import CALLS, Rule

_OURS: Final = "ours: no telephone network and no Voice SDK is behind the emulator"

RULES: Final = (
    Rule("number-simulated", "assumed", _OURS,
         "A phone number or a client that is called does what the numbering plan says: it rings, answers, speaks, presses "
         "keys, hangs up; its call has no SIP, and no webhook parameters of SIP but SipResponseCode."),
    Rule("number-not-answered", "assumed", _OURS,
         "A number that is busy ends its call as busy with 486, one that fails as failed with 503, one that nobody has as "
         "failed with 404, unless the plan has another code; none of them rings."),
    Rule("number-unknown", "assumed", _OURS,
         "A number that is not in the plan fails as one that nobody has, 404, with the warning 21214, or 13224 by <Dial>; "
         "a client as one that is not registered, 480, with 32009."),
    Rule("number-phone", "assumed", _OURS,
         "A number or a client that is a phone is called by SIP; its call has the number's address all the same."),
    Rule("dial-number", "documented", "https://www.twilio.com/docs/voice/twiml/number",
         "A <Number> is called in E.164 form or as written in North America (else 13223); it sees callerId, or the "
         "caller's own number, which has to be one that the account has bought or verified: 13214."),
    Rule("dial-client", "documented", "https://www.twilio.com/docs/voice/twiml/client",
         "A <Client> is called by the text of its <Identity>, or by its own; it sees callerId, or the "
         "caller, whatever that is."),
    Rule("dial-client-parameters", "assumed", _OURS,
         "The <Parameter>s of a <Client> are for its application, and go nowhere."),
    Rule("number-emergency", "documented",
         "https://www.twilio.com/docs/voice/tutorials/emergency-calling-for-programmable-voice",
         "A number of emergency services is called only where the SIP domain has EmergencyCallingEnabled."),
    Rule("number-emergency-simulated", "assumed", _OURS,
         "Without it such a call fails with 13224; with it, a voice says that the call is simulated, unless the plan has "
         "the number. The REST API calls none."),
    Rule("number-record", "documented", "https://www.twilio.com/docs/voice/api/call-resource#call-properties",
         "A call's to_formatted and from_formatted show numbers as people write them; phone_number_sid is that of the "
         "number which an outgoing call shows."),
    Rule("outbound-caller", "documented", CALLS + " (From); https://www.twilio.com/docs/api/errors/21210",
         "A phone number is called by a number that the account has bought or verified (21210), a client by such a number "
         "or by a client; anybody else is 21212."),
)  # fmt: skip
