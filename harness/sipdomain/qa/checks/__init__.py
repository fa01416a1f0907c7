"""The checks: one file and one line here for each, in the order in which reports show them."""

from __future__ import annotations

from typing import Final

from sipdomain.qa.check import Check
from sipdomain.qa.checks import (
    ack_refusals,
    ack_target,
    answers_bye,
    challenge,
    codecs,
    contact,
    digest,
    early_offer,
    identifiers,
    keys,
    large_requests,
    long_call,
    max_forwards,
    md5,
    media_profile,
    methods,
    outbound_proxy,
    own_headers,
    own_media_address,
    own_media_port,
    payload_numbers,
    qualifies,
    realm,
    refusals,
    refused_credentials,
    registers,
    request_uri,
    route_set,
    rport,
    second_invite,
    sends_bye,
    silence,
    sips,
)

CHECKS: Final[dict[str, Check]] = {
    each.name: each
    for each in (
        request_uri.CHECK,
        outbound_proxy.CHECK,
        sips.CHECK,
        contact.CHECK,
        max_forwards.CHECK,
        identifiers.CHECK,
        rport.CHECK,
        large_requests.CHECK,
        ack_refusals.CHECK,
        challenge.CHECK,
        realm.CHECK,
        digest.CHECK,
        md5.CHECK,
        second_invite.CHECK,
        refused_credentials.CHECK,
        route_set.CHECK,
        ack_target.CHECK,
        refusals.CHECK,
        early_offer.CHECK,
        codecs.CHECK,
        keys.CHECK,
        own_media_port.CHECK,
        own_media_address.CHECK,
        payload_numbers.CHECK,
        silence.CHECK,
        media_profile.CHECK,
        methods.CHECK,
        answers_bye.CHECK,
        long_call.CHECK,
        sends_bye.CHECK,
        registers.CHECK,
        qualifies.CHECK,
        own_headers.CHECK,
    )
}
"""By name."""
