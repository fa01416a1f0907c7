"""Rules of transports: UDP, TCP and TLS, and the two families of addresses."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import INTERFACE, Rule

RULES: Final = (
    Rule("secure-transport", "observed", "",
         "A secure domain reached without TLS answers 488 Secure SIP transport required with 32209.",
         labels=("ELI",)),
    Rule("tls-port", "documented", INTERFACE,
         "SIP over TLS is taken on the port after that of UDP and TCP, 5061 beside 5060, for every domain: no setting of a "
         "domain switches it on or off."),
    Rule("tls-least", "documented", INTERFACE + "; https://www.twilio.com/docs/api/errors/32222",
         "TLS before 1.2 is refused in the handshake; with 1.2 the provider's ECDHE-RSA and RSA suites are taken."),
    Rule("tls-1-3", "assumed", INTERFACE + " (names 1.2 only)",
         "TLS 1.3 is taken too."),
    Rule("tls-outbound", "assumed",
         "the service checks whom it calls; a phone on a laptop has no certificate to show",
         "A phone that is called over TLS need not prove who it is."),
    Rule("tls-names", "assumed", "RFC 5922 section 7 (the service's certificates are for the same names)",
         "One certificate is for every domain, edge and proxy; another of the provider's asked for by SNI gets its"
         " own."),
    Rule("published-addresses", "documented", "https://www.twilio.com/docs/sip-trunking/ip-addresses",
         "Each edge signals from a /30 of its own; media comes from 168.86.128.0/18, ports 10000 to 60000."),
    Rule("sips", "documented", INTERFACE, "A Request-URI with the scheme sips is not taken, over TLS either."),
    Rule("sips-status", "standard", "RFC 3261 section 8.2.2.1", "What is not taken for its scheme gets 416."),
    Rule("same-connection", "standard", "RFC 3261 section 18.2.2; RFC 5923 section 9",
         "Over TCP and TLS answers, and requests within the call, go back on the connection that the call came by, which "
         "stays open meanwhile."),
    Rule("length-on-stream", "standard", "RFC 3261 section 18.3",
         "A message on a stream without a Content-Length gets 400."),
    Rule("audio-family", "assumed", "RFC 3264 section 6; the service has IPv4 addresses only",
         "Audio is received in the address family that the offer names; without an address of it the offer gets "
         "488."),
    Rule("over-ipv6", "assumed", "the service has IPv4 addresses only; RFC 3261 section 19.1.1, RFC 4566 section 5.7",
         "A call over IPv6 is answered over IPv6, with bracketed hosts in Contact and IN IP6 in the description."),
    Rule("acl-ipv4", "documented", "https://www.twilio.com/docs/voice/api/sip-ipaddress-resource",
         "An access list has IPv4 addresses only: no caller over IPv6 is in one."),
)  # fmt: skip
