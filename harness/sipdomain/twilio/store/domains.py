"""SIP domains: whose name it is, what stands under it, and where it leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Unpack, cast

from sipdomain.twilio.names.domain_names import parent_name
from sipdomain.twilio.names.sids import Ids, is_sid
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.accounts import Accounts
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.model import Domain, DomainSettings, Limits
from sipdomain.twilio.store.table import Table


class Domains:
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
        self._ids = ids
        self._limits = limits
        self._accounts = accounts
        self._suffix = suffix
        self._deleted = deleted
        self._domains: Table[Domain] = Table("domain", changes)
        self._by_name: dict[str, Domain] = {}
        self._subdomains: Counter[str] = Counter()

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
        checked = _checked(settings)
        if self._domains.count(account_sid) >= self._limits.domains:
            raise checks.refused(21230, f"An account has at most {self._limits.domains} SIP domains")
        domain = Domain(
            sid=self._ids.new("SD"),
            number=self._domains.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            domain_name=domain_name,
            **checked,
        )
        self._keep(domain)
        return domain

    def _check_name(self, account_sid: str, name: str, *, leaving: Domain | None = None) -> None:
        """Refuse a name that cannot be had; `leaving` is the domain that gives its own name up for it."""
        checks.domain_name(name, suffix=self._suffix)
        first = name.partition(".")[0]
        # Every account's own SID is reserved as a domain name; that only its owner may take it is assumed.
        reserved = is_sid("AC", first.upper()) and first.lower() != account_sid.lower()
        parent = parent_name(name, suffix=self._suffix)
        if name.lower() in self._by_name or (reserved and parent is None):
            raise checks.refused(checks.DOMAIN_NAME, f"Domain {name} already exists.")
        if parent is None:
            return
        above = self._by_name.get(parent.lower())
        if above is None or above is leaving:
            raise checks.refused(
                checks.DOMAIN_NAME, "Cannot create subdomain because the parent domain does not exist"
            )
        if above.account_sid not in (account_sid, self._accounts.fetch(account_sid).account_sid):
            raise checks.refused(
                checks.DOMAIN_NAME,
                "Cannot create subdomain because the parent domain belongs to another account",
            )

    def __iter__(self) -> Iterator[Domain]:
        """Return all domains."""
        return iter(self._domains)

    def put(self, domain: Domain) -> None:
        """Keep a domain as it is, in place of one with its SID."""
        before = self._domains.find(domain.account_sid, domain.sid)
        if before is not None:
            self._let_go(before)
        self._keep(domain)

    def remove(self, domain: Domain) -> None:
        """Take a domain out; its mappings are the caller's affair."""
        self._let_go(self._domains.fetch(domain.account_sid, domain.sid))
        self._domains.remove(domain.account_sid, domain.sid)

    def _keep(self, domain: Domain) -> None:
        self._domains.put(domain.account_sid, domain)
        self._by_name[domain.domain_name.lower()] = domain
        parent = parent_name(domain.domain_name, suffix=self._suffix)
        if parent is not None:
            self._subdomains[parent.lower()] += 1

    def _let_go(self, domain: Domain) -> None:
        del self._by_name[domain.domain_name.lower()]
        parent = parent_name(domain.domain_name, suffix=self._suffix)
        if parent is not None:
            self._subdomains[parent.lower()] -= 1
            if not self._subdomains[parent.lower()]:
                del self._subdomains[parent.lower()]

    def _refuse_with_subdomains(self, domain: Domain) -> None:
        if self._subdomains[domain.domain_name.lower()]:
            raise checks.refused(21233, f"Domain {domain.domain_name} still has subdomains")

    def named(self, host: str) -> Domain | None:
        """Return the domain of that exact name, in any case, or None."""
        return self._by_name.get(host.lower())

    def find(self, account_sid: str, sid: str) -> Domain | None:
        """Return a domain, or None."""
        return self._domains.find(account_sid, sid)

    def fetch(self, account_sid: str, sid: str) -> Domain:
        """Return a domain, or raise RestError 20404."""
        return self._domains.fetch(account_sid, sid)

    def of(self, account_sid: str) -> list[Domain]:
        """Return an account's domains, oldest first."""
        return self._domains.of(account_sid)

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
        found = self._domains.fetch(account_sid, sid)
        name = found.domain_name if domain_name is None else domain_name
        if name.lower() != found.domain_name.lower():
            self._refuse_with_subdomains(found)
            self._check_name(account_sid, name, leaving=found)
        changed = replace(found, domain_name=name, updated_at=now, **_checked(settings))
        self._let_go(found)
        self._keep(changed)
        return changed

    def delete(self, account_sid: str, sid: str) -> None:
        """Give a name back; the domain's mappings go with it (assumed), its lists stay.

        Raises:
            RestError: 20404 no such domain, 21233 it still has subdomains.
        """
        found = self._domains.fetch(account_sid, sid)
        self._refuse_with_subdomains(found)
        self._let_go(found)
        self._domains.remove(account_sid, sid)
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
