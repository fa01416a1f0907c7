"""Rules of the REST API: manners, SIP resources, calls."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import (
    ACCESS_LISTS,
    CALLS,
    CREDENTIAL_LISTS,
    DESCRIPTION,
    DOMAINS,
    ERRORS,
    REGISTRATION,
    SENDING,
    SUBACCOUNTS,
    Rule,
)

RULES: Final = (
    Rule("rest-manners", "documented", DESCRIPTION,
         "Resources stand below /2010-04-01/Accounts/{SID}, with .json; POST to a list creates (201) and to an "
         "instance updates (200), DELETE is 204; forms go in, with names in PascalCase, JSON in snake_case comes "
         "out."),
    Rule("rest-login", "documented", ERRORS + "/20003",
         "Basic login, with account SID and auth token or with a key."),
    Rule("rest-unauthorized", "observed", "", "Without it the answer is 401 with 20003 and WWW-Authenticate: Basic "
         'realm="Twilio API".', labels=("RESTED",)),
    Rule("rest-unknown-parameters", "documented", ERRORS + "/20001",
         "A parameter that a resource has not is ignored."),
    Rule("rest-dates", "documented", DESCRIPTION,
         "Dates are as in RFC 2822, with +0000; the Monitor API's in ISO 8601, with Z."),
    Rule("rest-paging", "documented", DESCRIPTION,
         "Lists come in pages of 50, or PageSize up to 1000 (else 20007), with page, page_size, start, end and "
         "relative URIs."),
    Rule("rest-page-token", "documented", ERRORS + "/21481", "A PageToken that is none is 21481."),
    Rule("monitor-paging", "documented", DESCRIPTION,
         "Pages of the Monitor API have meta, with absolute URLs and the key."),
    Rule("rest-errors", "observed", ERRORS, "An error is code, message, more_info and status; 20404 names the path.",
         labels=("RESTED", "DIXA")),
    Rule("rest-headers", "observed", "",
         "Answers have Twilio-Request-Id (RQ…), Twilio-Request-Duration, X-Home-Region and X-API-Domain; errors "
         "X-Twilio-Error-Code.", labels=("RESTED",)),
    Rule("rest-inactive-account", "documented", SUBACCOUNTS + "; " + ERRORS + "/20005",
         "An account that is not active is turned away with 20005."),
    Rule("sip-resources", "documented", DESCRIPTION,
         "Domains, lists, their entries and mappings have the operations, parameters and properties of the "
         "description."),
    Rule("sip-list-keys", "documented", DESCRIPTION,
         "Lists are named by their kind, the mappings below Auth by contents."),
    Rule("mapping-sid", "documented", DESCRIPTION, "A mapping has the SID of its list."),
    Rule("sid-prefixes", "documented", DESCRIPTION, "A SID has two letters of its kind and 32 hexadecimal digits."),
    Rule("password-never-told", "documented", DESCRIPTION, "No answer has a password."),
    Rule("domain-defaults", "observed", DESCRIPTION,
         'A new domain has auth_type "", no URLs, methods POST, and neither registration, Secure Media nor '
         "emergency calls.", labels=("LAB",)),
    Rule("auth-type", "observed", DESCRIPTION,
         'auth_type is "", IP_ACL, CREDENTIAL_LIST or CREDENTIAL_LIST,IP_ACL.', labels=("LAB",)),
    Rule("mappings-of-calls", "observed", DESCRIPTION,
         "The older mappings and those below Auth/Calls are the same; a list that is mapped by one is 21231 by the"
         " other.", labels=("LAB",)),
    Rule("mappings-of-registrations", "observed", DESCRIPTION,
         "Mappings for registrations stand apart; one list may be mapped for both.", labels=("LAB",)),
    Rule("registrations-and-auth-type", "assumed", "not published",
         "A mapping for registrations does not change auth_type."),
    Rule("domain-taken", "observed", ERRORS + "/21232", "A name that is taken is 21232, Domain NAME already exists.",
         labels=("LAB",)),
    Rule("domain-refused", "observed", ERRORS + "/21231",
         "A wrong name is 21231, Invalid Domain Name; a subdomain without its parent 21232.", labels=("DIXA",)),
    Rule("domain-of-subdomains", "documented", ERRORS + "/21233",
         "A domain with subdomains cannot be deleted: 21233."),
    Rule("domain-of-mappings", "assumed", "not published (LAB deleted the mappings first)",
         "A domain is deleted with its mappings."),
    Rule("list-in-use", "documented", ERRORS + "/21236 and 21241",
         "A list that is mapped cannot be deleted: access lists 21236, credential lists 21241."),
    Rule("list-errors", "documented", ERRORS + "/21235, 21238, 21240 and 21243",
         "What is wrong with an access list is 21235, with its address 21238, with a credential list 21240, with its "
         "credential 21243; the text says what."),
    Rule("calls-resource", "documented", CALLS,
         "Calls are listed, by From, To, Status, ParentCallSid and times, and read; times and duration as strings."),
    Rule("call-of-the-past", "documented", ERRORS + "/20009 and 21220",
         "A call is deleted only when it is over (else 20009), and changed only while it is not (else 21220)."),
    Rule("inline-twiml", "documented", ERRORS + "/32018 and 32019",
         "Twiml has at most 4000 characters (32018); with Url as well, Url is used and 32019 noted."),
    Rule("queues", "documented", ERRORS + "/14207; " + DESCRIPTION,
         "Queues are made, read, changed and deleted; at most 5000 calls may wait in one."),
    Rule("subaccounts", "documented", SUBACCOUNTS,
         "Accounts are listed and read; subaccounts are made, suspended and closed."),
    Rule("monitor-alerts", "documented", DESCRIPTION,
         "Alerts have in alert_text, as notifications in message_text, a query string; one fetched alone has request and"
         " answer."),
    Rule("password-strength", "documented", SENDING,
         "A password has 12 characters, a digit, a small and a capital letter."),
    Rule("user-names", "documented", DESCRIPTION, "A user name has at most 32 characters."),
    Rule("user-names-once", "assumed", "not published",
         "A user name is in a list once, and has neither : nor control characters."),
    Rule("domain-names", "documented", DOMAINS,
         "A name has letters, digits and hyphens, ends with sip.twilio.com, and is one account's; subdomains stand"
         " below one's own or one's parent's domain."),
    Rule("most-domains", "documented", ERRORS + "/21230", "An account has at most 100 domains."),
    Rule("most-credentials", "documented", CREDENTIAL_LISTS,
         "An account has at most 100 credential lists (21239), a list 1000 credentials (21242)."),
    Rule("most-mappings", "documented", REGISTRATION, "A domain has at most 100 credential lists."),
    Rule("most-mappings-of-calls", "assumed", "published for registrations alone",
         "The same holds for calls and for access lists."),
    Rule("most-addresses", "documented", ACCESS_LISTS,
         "An account has at most 1000 access lists (21255), a list 100 addresses (21237)."),
    Rule("friendly-names", "documented", DESCRIPTION,
         "The name of a domain or a credential list has at most 64 characters, of an access list or an address "
         "255."),
    Rule("whole-addresses", "documented", DESCRIPTION,
         "An address is written as four numbers; CidrPrefixLength is 32 unless given."),
    Rule("any-prefix", "assumed", "not published", "CidrPrefixLength may be 0 to 32."),
    Rule("prefixes", "documented", ACCESS_LISTS, "CidrPrefixLength makes an address a network."),
    Rule("changes-at-once", "assumed", "not published", "A change of a list or a domain holds from the next request on."),
)  # fmt: skip
