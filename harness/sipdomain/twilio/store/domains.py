"""SIP domains: whose name it is, what stands under it, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final, Unpack, cast

from sipdomain.twilio.names.domain_names import parent_name
from sipdomain.twilio.names.sids import Ids, is_sid
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.accounts import Accounts
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Domain, DomainSettings
from sipdomain.twilio.store.table import Table

DOMAIN: Final = Kind(
    name="domain",
    model=Domain,
    prefix="SD",
    most="domains",
    full=(21230, "An account has at most {most} SIP domains"),
    once=lambda each: (each.domain_name.lower(),),
    # What it stands under, be it the suffix.
    group=lambda each: each.domain_name.lower().partition(".")[2],
)


class Domains(Table[Domain]):
    """All domains, by account and by name.

    Source: https://www.twilio.com/docs/voice/api/sip-domain-resource and .../sending-sip
    """

    def __init__(
        self,
        ids: Ids,
        limits: Limits,
        accounts: Accounts,
        suffix: str,
        deleted: Callable[[str], None],
        changes: Changes,
    ) -> None:
        """Start empty.

        Args:
            ids: Makes SIDs.
            limits: How much may be stored.
            accounts: Who is whose parent.
            suffix: What every name ends with.
            deleted: Called with the SID of a domain that was deleted.
            changes: Where changes are noted.
        """
        super().__init__(DOMAIN, ids, limits, changes)
        self._accounts = accounts
        self._suffix = suffix
        self._deleted = deleted

    def create(
        self, account_sid: str, domain_name: str, *, now: float, **settings: Unpack[DomainSettings]
    ) -> Domain:
        """Reserve a name.

        Args:
            account_sid: The owner.
            domain_name: The whole host name.
            now: Unix seconds.
            settings: As in `Domain`.

        Raises:
            RestError: 21231 a wrong name or setting, 21232 the name is taken or its parent is not ours,
                21230 too many domains, 21205 a wrong URL, 21209 a wrong method.
        """
        self._check_name(account_sid, domain_name)
        return self.make(account_sid, now=now, domain_name=domain_name, **_checked(settings))

    def _check_name(self, account_sid: str, name: str, *, leaving: Domain | None = None) -> None:
        """Refuse a name that cannot be had; `leaving` is the domain that gives its own name up for it."""
        checks.domain_name(name, suffix=self._suffix)
        first = name.partition(".")[0]
        # Every account's own SID is reserved as a domain name; that only its owner may take it is assumed.
        reserved = is_sid("AC", first.upper()) and first.lower() != account_sid.lower()
        parent = parent_name(name, suffix=self._suffix)
        if self.named(name) is not None or (reserved and parent is None):
            raise checks.refused(checks.DOMAIN_NAME, f"Domain {name} already exists.")
        if parent is None:
            return
        above = self.named(parent)
        if above is None or above is leaving:
            raise checks.refused(
                checks.DOMAIN_NAME, "Cannot create subdomain because the parent domain does not exist"
            )
        if above.account_sid not in (account_sid, self._accounts.fetch(account_sid).account_sid):
            raise checks.refused(
                checks.DOMAIN_NAME,
                "Cannot create subdomain because the parent domain belongs to another account",
            )

    def _refuse_with_subdomains(self, domain: Domain) -> None:
        if self.among(domain.domain_name.lower()):
            raise checks.refused(21233, f"Domain {domain.domain_name} still has subdomains")

    def named(self, host: str) -> Domain | None:
        """Return the domain of that exact name, in any case, or None."""
        return self.known_by(host.lower())

    def update(
        self,
        account_sid: str,
        sid: str,
        *,
        now: float,
        domain_name: str | None = None,
        **settings: Unpack[DomainSettings],
    ) -> Domain:
        """Change a domain; what is absent stays.

        Raises:
            RestError: 20404 no such domain, 21233 a domain with subdomains keeps its name (assumed); else as
                in `create`.
        """
        found = self.fetch(account_sid, sid)
        name = found.domain_name if domain_name is None else domain_name
        if name.lower() != found.domain_name.lower():
            self._refuse_with_subdomains(found)
            self._check_name(account_sid, name, leaving=found)
        return self.change(found, now=now, domain_name=name, **_checked(settings))

    def delete(self, owner: Hashable, sid: str) -> None:
        """Give a name back; the domain's mappings go with it (assumed), its lists stay.

        Raises:
            RestError: 20404 no such domain, 21233 it still has subdomains.
        """
        found = self.fetch(owner, sid)
        self._refuse_with_subdomains(found)
        self.take_out(found)
        self._deleted(sid)


_URLS = {
    "voice_url": "VoiceUrl",
    "voice_fallback_url": "VoiceFallbackUrl",
    "voice_status_callback_url": "VoiceStatusCallbackUrl",
}
_METHODS = {
    "voice_method": "VoiceMethod",
    "voice_fallback_method": "VoiceFallbackMethod",
    "voice_status_callback_method": "VoiceStatusCallbackMethod",
}
_SIDS = {"byoc_trunk_sid": ("BY", "ByocTrunkSid"), "emergency_caller_sid": ("PN", "EmergencyCallerSid")}


def _checked(settings: DomainSettings) -> DomainSettings:
    """Return the settings as they are kept."""
    kept: dict[str, object] = dict(settings)
    for key, value in settings.items():
        text = value if isinstance(value, str) else None
        if key in _URLS:
            kept[key] = checks.url(text, name=_URLS[key])
        elif key in _METHODS:
            kept[key] = checks.method(text or "POST", name=_METHODS[key])
        elif key in _SIDS:
            prefix, name = _SIDS[key]
            kept[key] = checks.sid(text, prefix=prefix, name=name)
        elif key == "friendly_name":
            kept[key] = checks.friendly_name(text, most=64, code=checks.DOMAIN) if text else None
    return cast("DomainSettings", kept)
