"""A request's way through domain, access list, credentials and URL: pure decisions, each of them recorded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from sipdomain.entries import Decision
from sipdomain.sip.digest import Challenge, Credentials, NonceKeeper, hash_a1, verify
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Flow
from sipdomain.sip.uri import Uri
from sipdomain.twilio.admission.credentials import Challenges, Unusable, most_relevant, of_nonce, read
from sipdomain.twilio.admission.password_guesses import Guesses
from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.fidelity.rules import RULES
from sipdomain.twilio.names.domain_names import REALM, canonical_host, is_proxy_name
from sipdomain.twilio.store import Access, Domain, Store
from sipdomain.twilio.store.access import ipv4_number

_NOBODY: Final = hash_a1("nobody", REALM, "no such user")

Outcome = Literal["passed", "challenged", "refused", "dropped", "noted"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused.

    Attributes:
        symbol: A stable name for scenario files: "bad-credentials".
        status: The SIP status.
        reason: The reason phrase.
        code: The provider's error code, or 0 when it has none for this.
        text: What `X-Twilio-Error` says after the code.
        rule: The rule applied.
        headers: Further header fields of the response.
    """

    symbol: str
    status: int
    reason: str | None
    code: int
    text: str
    rule: str
    headers: tuple[tuple[str, str], ...] = ()


REFUSALS: Final = {
    each.symbol: each
    for each in (
        Refusal("unknown-domain", 404, "Not found", 32002, "SIP Domain not found", "unknown-domain"),
        Refusal("address-as-domain", 403, None, 32002, "SIP Domain not found", "address-as-domain"),
        Refusal(
            "address-not-listed", 403, None, 32201,
            "Authentication failure - source IP Address not in ACL", "acl-403",
        ),
        Refusal(
            "no-authentication", 403, None, 32200,
            "Insufficient permissions - no authentication is configured for the domain", "no-authentication",
        ),
        Refusal(
            "bad-credentials", 403, None, 32202, "Authentication failure - bad user credentials.", "bad-credentials"
        ),
        Refusal("no-voice-url", 404, "Not found", 11100, "No voice URL is configured for the domain", "no-voice-url"),
        Refusal("account-inactive", 403, None, 10003, "Account is not active", "account-suspended"),
        Refusal(
            "secure-transport-required", 488, "Secure SIP transport required", 32209,
            "Secure SIP transport required", "secure-transport",
        ),
        Refusal("secure-media-not-accepted", 488, None, 32207, "Secure media not accepted", "secure-media-refused"),
        Refusal("secure-media-required", 488, None, 32208, "Secure media required", "secure-media-required"),
        Refusal("sips-not-supported", 416, None, 0, "", "sips"),
        Refusal("bad-sdp", 488, None, 32102, "Bad SDP", "bad-sdp"),
        Refusal("empty-body", 488, None, 32103, "Empty body is not allowed in this context", "empty-body"),
        Refusal("unsupported-media-type", 415, None, 0, "", "media-type", (("Accept", "application/sdp"),)),
        Refusal("unsupported-encoding", 415, None, 0, "", "media-type", (("Accept-Encoding", "identity"),)),
        Refusal("answer-not-acceptable", 406, None, 0, "", "media-type"),
        Refusal(
            "transfer-not-offered", 403, None, 13802, "A REFER came, but <Dial> has no referUrl", "refer-without-dial"
        ),
        Refusal("unusable-contact", 400, None, 32105, "Contact header is not usable", "contact-required"),
        Refusal("unsupported-extension", 420, None, 0, "", "require"),
        Refusal("session-too-brief", 422, None, 0, "", "session-timer", (("Min-SE", "120"),)),
        Refusal("unusable-session-timer", 400, None, 0, "", "session-timer"),
        Refusal("too-many-calls", 503, None, 0, "", "call-limit", (("Retry-After", "5"),)),
        Refusal("registration-off", 403, None, 32210, "Register not supported", "register-off"),
        Refusal("no-registration-list", 403, None, 32212, "Registration Authentication problem", "register-list"),
        Refusal(
            "user-mismatch", 403, None, 32106,
            "Authentication Error - authorization name and username do not match", "register-user",
        ),
        Refusal("address-of-record-elsewhere", 404, "Not found", 0, "", "register-address"),
        Refusal("bad-registration", 400, None, 0, "", "register-contacts"),
        Refusal(
            "interval-too-brief", 423, "Interval too brief", 0, "", "register-brief", (("Min-Expires", "600"),)
        ),
        Refusal("register-out-of-order", 500, "CSeq out of order", 0, "", "register-order"),
        Refusal(
            "registering-too-often", 503, None, 32008, "Registration per second limit reached", "register-rate",
            (("Retry-After", "1"),),
        ),
        Refusal(
            "too-many-bindings", 403, None, 32007,
            "Too many endpoints/bindings for the Address-of-record (AOR)", "register-most",
        ),
        Refusal("too-many-registrations", 503, None, 0, "", "register-domain-most", (("Retry-After", "60"),)),
        Refusal("too-many-hops", 483, None, 32006, "Too many hops", "too-many-hops"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request may go on.

    Attributes:
        domain: The domain it is for.
        username: The digest user name, or "" when no credentials were asked for.
    """

    domain: Domain
    username: str = ""


@dataclass(frozen=True, slots=True)
class Challenged:
    """The request must come again with credentials."""

    challenge: Challenge


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is answered with a refusal."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Dropped:
    """The request gets nothing at all."""


Verdict = Admitted | Challenged | Refused | Dropped


@dataclass(slots=True)
class Trail:
    """The decisions taken on one request.

    Attributes:
        request: The request.
        now: The moment.
        decisions: In order.
        domain: Whose domain it is for, once that is known.
    """

    request: Request
    now: float
    decisions: list[Decision] = field(default_factory=list)
    domain: Domain | None = None

    def note(
        self, check: str, outcome: Outcome, rule: str, *, got: str = "", wanted: str = "", reason: str = "",
        code: int = 0, mend: str = "",
    ) -> None:  # fmt: skip
        """Record one comparison. `rule` is the id of a row of the ledger."""
        domain = self.domain
        self.decisions.append(
            Decision(
                at=self.now, call_id=self.request.call_id, method=self.request.method, check=check, outcome=outcome,
                reason=reason, rule=RULES[rule].id, got=got, wanted=wanted, code=code, mend=mend,
                account_sid=domain.account_sid if domain is not None else "",
                domain_sid=domain.sid if domain is not None else "",
            )
        )  # fmt: skip

    def refuse(
        self, check: str, symbol: str, *, got: str, wanted: str, mend: str, rule: str | None = None
    ) -> Refused:
        """Record a refusal and return it. `rule` is the rule applied, when it is not the refusal's usual one."""
        refusal = REFUSALS[symbol]
        self.note(
            check, "refused", rule or refusal.rule, got=got, wanted=wanted, reason=symbol, code=refusal.code, mend=mend
        )  # fmt: skip
        return Refused(refusal)


class Admission:
    """Judges requests by what the store says now."""

    def __init__(
        self,
        store: Store,
        profile: Profile,
        nonces: NonceKeeper,
        opaque: str,
        *,
        default_domain: str | None = None,
    ) -> None:
        self._store = store
        self._profile = profile
        self._nonces = nonces
        self._opaque = opaque
        self._guesses = Guesses()
        self._challenges = Challenges()
        self._default_domain = default_domain

    def locate(self, request: Request) -> Domain | None:
        """Return the domain that the Request-URI's host names, or None; a tel URI names the default domain."""
        return self._default() if request.uri.scheme == "tel" else self.domain_of(request.uri)

    def _default(self) -> Domain | None:
        name, store = self._default_domain, self._store
        return None if name is None else store.domain_named(canonical_host(name, suffix=store.suffix))

    def domain_of(self, uri: Uri) -> Domain | None:
        """Return the domain that a URI's host names, by any of its edges, or None."""
        if not uri.is_sip:
            return None
        domain = self._store.domain_named(canonical_host(uri.host, suffix=self._store.suffix))
        return self._default() if domain is None and is_address(uri.host) else domain

    def drops(self, request: Request, flow: Flow, domain: Domain, now: float) -> list[Decision] | None:
        """Return the decisions of a request from an address that is not listed, else None (rule acl-drop)."""
        access = self._store.call_access(domain)
        if not access.lists_addresses or access.allows(flow.remote.host):
            return None
        trail = Trail(request, now, domain=domain)
        self._note_unlisted(trail, flow, domain, access, "dropped", "acl-drop")
        return trail.decisions

    def admit(self, request: Request, flow: Flow, domain: Domain | None, now: float) -> tuple[Verdict, Trail]:
        """Judge an INVITE outside a dialog that was not dropped."""
        trail = Trail(request, now)
        found = self.find(request, flow, domain, trail)
        if isinstance(found, Refused):
            return found, trail
        domain = found
        access = self._store.call_access(domain)
        refused = self._before_credentials(flow, domain, access, trail)
        if refused is not None:
            return refused, trail
        username = ""
        if access.lists_credentials:
            proof = self.prove(request, flow, access, trail)
            if not isinstance(proof, str):
                return proof, trail
            username = proof
        if not domain.voice_url:
            missing = trail.refuse(
                "voice-url", "no-voice-url", got="", wanted="a voice URL",
                mend=f"set VoiceUrl (voice:) on the domain {domain.domain_name}",
            )  # fmt: skip
            return missing, trail
        trail.note("voice-url", "passed", "ringing-before-webhook", got=domain.voice_url)
        return Admitted(domain, username), trail

    def find(self, request: Request, flow: Flow, domain: Domain | None, trail: Trail) -> Domain | Refused:
        """Return the domain of a request when it is served at all: name, account, transport."""
        if request.uri.scheme == "sips":
            return trail.refuse(
                "scheme", "sips-not-supported", got=str(request.uri), wanted="sip:",
                mend="write sip: with ;transport=tls in place of sips:",
            )  # fmt: skip
        if domain is None:
            return self._unknown(request, trail)
        trail.domain = domain
        by_host = request.uri.is_sip
        trail.note(
            "domain", "passed", "domain-by-request-uri" if by_host else "tel-uri",
            got=request.uri.host if by_host else request.target[:80], wanted=domain.domain_name,
        )  # fmt: skip
        return self._not_served(flow, domain, trail) or domain

    def _unknown(self, request: Request, trail: Trail) -> Refused:
        host = request.uri.host or self._default_domain or ""
        if is_address(host):
            return trail.refuse(
                "domain", "address-as-domain", got=host, wanted="a domain's name",
                mend="put the domain's name in the Request-URI, or start with --default-domain NAME",
            )  # fmt: skip
        create = f"create the domain {host}, or correct the host of the Request-URI"
        proxy = f"{host} is an outbound proxy: keep it as that, and put a domain's name in the Request-URI"
        return trail.refuse(
            "domain", "unknown-domain", got=host, wanted="a domain that exists",
            mend=proxy if is_proxy_name(host, suffix=self._store.suffix) else create,
        )  # fmt: skip

    def _not_served(self, flow: Flow, domain: Domain, trail: Trail) -> Refused | None:
        accounts = self._store.accounts
        status = accounts.standing(domain.account_sid)
        if status != "active":
            account = accounts.fetch(domain.account_sid)
            rule = "account-suspended" if account.status != "active" else "account-parent"
            whose = account.sid if account.status != "active" else account.account_sid
            return trail.refuse(
                "account", "account-inactive", got=status, wanted="active",
                mend=f"set the account {whose} active" if status == "suspended" else "a closed account stays closed",
                rule=rule,
            )  # fmt: skip
        if domain.secure and flow.transport != "tls":
            return trail.refuse(
                "transport", "secure-transport-required", got=flow.transport, wanted="tls",
                mend="send to the domain over TLS, with SRTP, or set Secure to false",
            )  # fmt: skip
        return None

    def _before_credentials(self, flow: Flow, domain: Domain, access: Access, trail: Trail) -> Refused | None:
        if not access.lists_addresses and not access.lists_credentials:
            return trail.refuse(
                "authentication", "no-authentication", got="no list", wanted="an access list or a credential list",
                mend=f"map an IP access control list or a credential list to {domain.domain_name}",
            )  # fmt: skip
        if access.lists_addresses:
            if not access.allows(flow.remote.host):
                self._note_unlisted(trail, flow, domain, access, "refused", "acl-403")
                return Refused(REFUSALS["address-not-listed"])
            trail.note(
                "access-list", "passed", "acl-before-credentials",
                got=flow.remote.host, wanted=access.describe_addresses(),
            )  # fmt: skip
        return None

    @staticmethod
    def _note_unlisted(
        trail: Trail, flow: Flow, domain: Domain, access: Access, outcome: Outcome, rule: str
    ) -> None:
        trail.note(
            "access-list", outcome, rule, got=flow.remote.host, wanted=access.describe_addresses(),
            reason="address-not-listed", code=32201,
            mend=f"add {flow.remote.host} to an access list of {domain.domain_name}",
        )  # fmt: skip

    def prove(self, request: Request, flow: Flow, access: Access, trail: Trail) -> Challenged | Refused | str:
        """Return the proven user name, or the verdict that ends the request's way."""
        found = self._read(request, trail)
        if isinstance(found, Unusable):
            return self._challenge(trail, found)
        ha1 = access.ha1(found.username)
        # The same work for an unknown user, so that the time taken does not distinguish it from a wrong password.
        right = verify(ha1 or _NOBODY, request.method, found)
        host = flow.remote.host
        pause = self._guesses.pause(host, found.username, trail.now)
        if pause:
            return trail.refuse(
                "credentials", "bad-credentials", got=f"{found.username} from {host} after many failures",
                wanted=f"a pause of {pause:.1f} s, in which no credentials of this user and address are looked at",
                mend="correct the password, and wait; this is the emulator's own protection, not the provider's",
            )  # fmt: skip
        if ha1 is None or not right:
            self._guesses.failed(host, found.username, trail.now)
            self._challenges.answered(request)
            what = "a wrong password" if ha1 is not None else "an unknown user name"
            return trail.refuse(
                "credentials", "bad-credentials", got=f"{found.username} with {what}",
                wanted="a user name and password of a mapped credential list",
                mend=f"check the user name {found.username!r} and its password; the realm is {REALM}",
            )  # fmt: skip
        self._guesses.succeeded(host, found.username, trail.now)
        # Only now: a nonce that a stranger overheard must not be used up by wrong responses.
        verdict = self._nonces.check(found.nonce, found.nc, trail.now)
        if verdict != "fresh":
            stale = self._profile.says_stale and verdict == "stale"
            return self._challenge(trail, of_nonce(verdict), stale=stale)
        self._challenges.answered(request)
        if found.uri != request.target:
            trail.note("digest-uri", "noted", "digest-uri", got=found.uri, wanted=request.target)
        trail.note(
            "credentials", "passed", "challenge-407", got=found.username, wanted="a mapped credential list"
        )
        return found.username

    def _read(self, request: Request, trail: Trail) -> Credentials | Unusable:
        found, unusable = read(request, REALM)
        for each in unusable:
            wanted = (
                f"realm {REALM!r}, MD5, qop auth" if each.rule == "challenge-form" else "Digest credentials"
            )
            trail.note("credentials", "noted", each.rule, got=each.got, wanted=wanted)
        return found or most_relevant(unusable)

    def _challenge(self, trail: Trail, why: Unusable, *, stale: bool = False) -> Challenged:
        again = self._challenges.again(trail.request)
        rule = why.rule if why.rule == "nonce-lifetime" else "challenge-407"
        trail.note(
            "credentials", "challenged", rule, got=f"credentials: {why.got}", wanted="Proxy-Authorization",
            reason="challenged-again" if again else "", mend=why.mend if again else "",
        )  # fmt: skip
        return Challenged(replace(self.challenge(trail.now), stale=stale))

    def challenge(self, now: float) -> Challenge:
        """Return a challenge with a new nonce."""
        return Challenge(REALM, self._nonces.issue(now), self._opaque)


def is_address(host: str) -> bool:
    """Return whether the host of a URI is an IP address and no name."""
    return ":" in host or ipv4_number(host) is not None
