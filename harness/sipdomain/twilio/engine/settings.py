"""How one emulator is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sipdomain.sip.timers import Timers
from sipdomain.twilio.fidelity.profile import DOCUMENTED, Profile
from sipdomain.twilio.names.sip_servers import SipServer


@dataclass(frozen=True, slots=True)
class Settings:
    """How one emulator is set up.

    Attributes:
        profile: Where sources disagree, which to follow.
        default_domain: The domain for a Request-URI that has an IP address, or None to refuse those.
        advertise: The address that SDP and Contact name; None for the one a request reached, as it is for a request
            over IPv6 when this is an IPv4 address or a name, and the other way round.
        media_host: The local address for RTP; None for the one a request reached, with the same exception.
        wall_offset: Unix time minus the run's clock, in seconds.
        timers: SIP's base timers.
        nonce_lifetime: Seconds.
        time_limit: The longest a call may last once answered, in seconds.
        relay_limit: The longest a ConversationRelay may last, in seconds.
        audio_timeout: After how many seconds without audio from a phone that ought to send a call ends; 0 for never.
        most_calls: Past this many calls at once of a source that is alone, INVITE gets 503; there is a third more in
            all, of which each source has at most three times what is free. An INVITE counts once for each 8,192 bytes.
        most_transactions: How many SIP transactions there may be at once, shared among the sources of requests.
        most_documents: Past this many documents a call ends as a failure.
        token_names: By account SID, where its auth token comes from, in words.
        servers: By host name, the base URL that answers for it.
        peers: By host name in small letters, the phones or PBXs of that name.
    """

    profile: Profile = DOCUMENTED
    default_domain: str | None = None
    advertise: str | None = None
    media_host: str | None = None
    wall_offset: float = 0.0
    timers: Timers = field(default_factory=Timers)
    nonce_lifetime: float = 60.0
    time_limit: float = 14_400.0
    relay_limit: float = 14_400.0
    audio_timeout: float = 300.0
    most_calls: int = 10_000
    most_transactions: int = 100_000
    most_documents: int = 1_000
    token_names: Mapping[str, str] = field(default_factory=dict)
    servers: Mapping[str, str] = field(default_factory=dict)
    peers: Mapping[str, Sequence[SipServer]] = field(default_factory=dict)
