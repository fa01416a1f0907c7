"""Rules of alerts, notifications and events."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import Rule

RULES: Final = (
    Rule("alert-of-a-refusal", "assumed", "https://www.twilio.com/docs/api/errors/32202 (that no call is made, and what "
         "the alert names in its place, is not published)",
         "A request refused or dropped with an error code is an alert of the domain's owner; it names the domain."),
    Rule("alert-with-exchange", "documented", "https://www.twilio.com/docs/usage/monitor-alert",
         "An alert about a URL has the request made, with its variables, and the answer."),
    Rule("notifications-are-alerts", "assumed", "https://www.twilio.com/docs/usage/monitor-alert (both have NO SIDs and "
         "the same properties)", "Notifications and alerts are the same records."),
    Rule("call-notifications", "documented", "https://github.com/twilio/twilio-oai", "A call has its own Notifications."),
    Rule("changes-are-events", "documented", "https://www.twilio.com/docs/usage/monitor-events",
         "A change of a domain, a list or an account through the API is an event that says who made it, and from where."),
    Rule("changes-of-parts-are-updates", "assumed", "the types that monitor-events lists have none of their own",
         "A change of a credential, an address or a mapping is an update of its list or domain."),
    Rule("call-events", "documented", "https://www.twilio.com/docs/voice/api/call-event-resource",
         "A call's Events list what its URLs were asked and answered."),
    Rule("user-messages", "documented", "https://www.twilio.com/docs/voice/api/userdefinedmessage-resource",
         "A call in progress takes UserDefinedMessages, and subscriptions to them."),
    Rule("user-messages-of-sip", "assumed", "ours: the service takes them of calls with the Voice SDK alone",
         "Calls with SIP phones take them too: they are events of the call, and go nowhere; no callback is asked."),
    Rule("user-messages-refused", "assumed", "not published",
         "What is not JSON, or has more than 10,000 characters, is 20001; a call that is not in progress 21220."),
)  # fmt: skip
