"""Rules of registration."""

from __future__ import annotations

from typing import Final

from harness.twilio.rules.rule import REGISTRATION, Rule

RULES: Final = (
    Rule("register-off", "assumed", "https://www.twilio.com/docs/api/errors/32210 (the status is not published)",
         "REGISTER to a domain without sip_registration gets 403 with 32210."),
    Rule("register-list", "assumed", "https://www.twilio.com/docs/api/errors/32212 (the status is not published)",
         "REGISTER to a domain without a credential list for registrations gets 403 with 32212."),
    Rule("register-own-list", "documented", REGISTRATION,
         "REGISTER is judged by the credential lists mapped for registrations, INVITE by those mapped for calls."),
    Rule("register-no-acl", "assumed", "access lists are mapped under Auth/Calls, and there is no place for them "
         "under Auth/Registrations", "REGISTER is not judged by the access lists for calls.", ("observed",)),
    Rule("register-407", "observed", "", "REGISTER is challenged with 407, not 401, in the same form as INVITE.",
         labels=("LAB",)),
    Rule("register-user", "assumed", "https://www.twilio.com/docs/api/errors/32106 (the status is not published)",
         "A digest user name other than the user in To and From gets 403 with 32106."),
    Rule("register-address", "standard", "RFC 3261 section 10.3 step 5",
         "An address of record of another domain than the Request-URI's gets 404."),
    Rule("register-brief", "documented", REGISTRATION,
         "An expiry below 600 seconds gets 423 Interval too brief.", labels=("LAB",)),
    Rule("register-min-expires", "standard", "RFC 3261 section 10.3 step 7",
         "A 423 says the shortest expiry, in Min-Expires: 600."),
    Rule("register-long", "observed", REGISTRATION, "An expiry above 3600 seconds becomes 3600.", labels=("LAB",)),
    Rule("register-usual", "assumed",
         "RFC 3261 section 10.3 (the registrar's own choice; the service's is not published)",
         "A Contact without an expiry is registered for 3600 seconds."),
    Rule("register-remove", "observed", "", "Expires: 0 removes a binding.", labels=("LAB",)),
    Rule("register-remove-all", "standard", "RFC 3261 sections 10.2.1.1 and 10.2.2",
         "Contact: * with Expires: 0 removes all bindings; an expiry in the Contact comes before Expires."),
    Rule("register-contacts", "standard", "RFC 3261 section 10.3 steps 6 and 7",
         "Contacts that cannot be read, or * in bad company, get 400, and nothing changes."),
    Rule("register-answer", "observed", "",
         "The 200 lists all bindings in one Contact, each with the seconds it has left, the newest first; Server: "
         "Twilio.", labels=("SIPS",)),
    Rule("register-order", "standard", "RFC 3261 section 10.3 step 7",
         "A CSeq that does not grow within a Call-ID gets 500, and nothing changes."),
    Rule("register-instance", "observed", "",
         "Another Contact, or another +sip.instance, is another binding; old ones stay until they expire.",
         labels=("LAB", "SIPS")),
    Rule("register-expiry", "standard", "RFC 3261 section 10.3",
         "A binding that is not refreshed ends when its time is over."),
    Rule("register-most", "documented", REGISTRATION + "; https://www.twilio.com/docs/api/errors/32007",
         "An address of record has at most ten bindings; the eleventh is refused with 32007."),
    Rule("register-most-status", "assumed",
         "https://www.twilio.com/docs/api/errors/32007 (the status is not published)",
         "The eleventh binding gets 403."),
    Rule("register-rate", "documented", REGISTRATION + "; https://www.twilio.com/docs/api/errors/32008",
         "The sixth REGISTER of an address of record within a second is refused with 32008."),
    Rule("register-rate-status", "assumed",
         "https://www.twilio.com/docs/api/errors/32008 (the status is not published)",
         "That REGISTER gets 503 with Retry-After."),
    Rule("register-rate-counts", "assumed", "not published", "Only REGISTERs with proven credentials count."),
    Rule("register-domain-most", "documented", REGISTRATION + " (older text)",
         "A domain has at most 10,000 bindings."),
    Rule("register-domain-most-status", "assumed", "not published", "One binding more gets 503 with Retry-After."),
    Rule("register-edges", "documented", REGISTRATION,
         "A phone may register by any edge; the bindings are shared."),
)  # fmt: skip
