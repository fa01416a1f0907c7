"""Carriers of an account's own: where their calls come from and go to. Stored and checked; no call goes over a trunk.

Sources: https://www.twilio.com/docs/voice/bring-your-own-carrier-byoc/api and the pages below it. Codes and what happens
to records that others refer to are assumed: the provider publishes neither.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final, Unpack

from sipdomain.errors import RemoteProtocolError, RestError
from sipdomain.sip.uri import Uri
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.domains import Domains
from sipdomain.twilio.store.kind import Kind, R, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.table import Table
from sipdomain.twilio.store.trunk_model import (
    ByocTrunk,
    ConnectionPolicy,
    ConnectionTarget,
    IpRecord,
    SourceIpMapping,
    TargetSettings,
)

INVALID: Final = 20422
IN_USE: Final = 20409
_LONGEST_NAME: Final = 255
_LARGEST: Final = 65_535
_LONGEST_URI: Final = 255


IP_RECORD: Final = Kind(
    name="ip-record", model=IpRecord, prefix="IL", most="trunk_records", full=kept("IP records")
)
SOURCE_IP_MAPPING: Final = Kind(
    name="source-ip-mapping",
    model=SourceIpMapping,
    prefix="IB",
    most="trunk_records",
    full=kept("source IP mappings"),
    refers=lambda each: (("ip-record", each.ip_record_sid), ("domain", each.sip_domain_sid)),
)
CONNECTION_POLICY: Final = Kind(
    name="connection-policy",
    model=ConnectionPolicy,
    prefix="NY",
    most="trunk_records",
    full=kept("connection policies"),
)
CONNECTION_TARGET: Final = Kind(
    name="connection-target",
    model=ConnectionTarget,
    prefix="NE",
    most="targets",
    full=kept("targets"),
    owner=attrgetter("policy_sid"),
    refers=lambda each: (("connection-policy", each.policy_sid),),
)
BYOC_TRUNK: Final = Kind(
    name="byoc-trunk",
    model=ByocTrunk,
    prefix="BY",
    most="trunk_records",
    full=kept("BYOC trunks"),
    refers=lambda each: (
        ("connection-policy", each.connection_policy_sid),
        ("domain", each.from_domain_sid),
    ),
)


class Trunks:
    """Everything about trunks of all accounts.

    Attributes:
        ip_records: Where carriers send from.
        source_ip_mappings: To which domains that goes.
        policies: Connection policies.
        targets: Their targets, by policy.
        byoc_trunks: The trunks.
    """

    def __init__(self, ids: Ids, limits: Limits, domains: Domains, changes: Changes) -> None:
        self._domains = domains
        self.ip_records = Table(IP_RECORD, ids, limits, changes)
        self.source_ip_mappings = Table(SOURCE_IP_MAPPING, ids, limits, changes)
        self.policies = Table(CONNECTION_POLICY, ids, limits, changes)
        self.targets = Table(CONNECTION_TARGET, ids, limits, changes)
        self.byoc_trunks = Table(BYOC_TRUNK, ids, limits, changes)

    # --- IP records and their mappings -------------------------------------------------------------------

    def add_ip_record(
        self,
        account_sid: str,
        ip_address: str,
        *,
        cidr_prefix_length: int = 32,
        friendly_name: str = "",
        now: float,
    ) -> IpRecord:
        """Keep an address or a network; raises RestError 20422 for a wrong one."""
        return self.ip_records.make(
            account_sid, now=now, ip_address=checks.ip_address(ip_address, code=INVALID),
            cidr_prefix_length=checks.cidr_prefix_length(cidr_prefix_length, code=INVALID),
            friendly_name=_name(friendly_name),
        )  # fmt: skip

    def rename_ip_record(
        self, account_sid: str, sid: str, friendly_name: str | None, *, now: float
    ) -> IpRecord:
        """Give a record another name; raises RestError 20404 or 20422."""
        return _renamed(self.ip_records, account_sid, sid, friendly_name, now)

    def remove_ip_record(self, account_sid: str, sid: str) -> None:
        """Delete a record; raises RestError 20404, or 20409 while it is mapped."""
        found = self.ip_records.fetch(account_sid, sid)
        if any(each.ip_record_sid == sid for each in self.source_ip_mappings.of(account_sid)):
            raise RestError(409, IN_USE, f"{sid} is still mapped to a SIP domain")
        self.ip_records.take_out(found)

    def map_source(
        self, account_sid: str, ip_record_sid: str, sip_domain_sid: str, *, now: float
    ) -> SourceIpMapping:
        """Let calls from an IP record go to a domain; raises RestError 20422 when one of them is not there."""
        self._check("IpRecordSid", self.ip_records.find(account_sid, ip_record_sid), ip_record_sid)
        domain = self._domain(account_sid, "SipDomainSid", sip_domain_sid)
        return self.source_ip_mappings.make(
            account_sid, now=now, ip_record_sid=ip_record_sid, sip_domain_sid=domain
        )

    def remap_source(self, account_sid: str, sid: str, sip_domain_sid: str, *, now: float) -> SourceIpMapping:
        """Let them go to another domain; raises RestError 20404 or 20422."""
        found = self.source_ip_mappings.fetch(account_sid, sid)
        domain = self._domain(account_sid, "SipDomainSid", sip_domain_sid)
        return self.source_ip_mappings.change(found, now=now, sip_domain_sid=domain)

    # --- connection policies and targets -----------------------------------------------------------------

    def add_policy(self, account_sid: str, friendly_name: str, *, now: float) -> ConnectionPolicy:
        """Make a policy without targets; raises RestError 20422 for a wrong name."""
        return self.policies.make(account_sid, now=now, friendly_name=_name(friendly_name))

    def rename_policy(
        self, account_sid: str, sid: str, friendly_name: str | None, *, now: float
    ) -> ConnectionPolicy:
        """Give a policy another name; raises RestError 20404 or 20422."""
        return _renamed(self.policies, account_sid, sid, friendly_name, now)

    def remove_policy(self, account_sid: str, sid: str) -> None:
        """Delete a policy with its targets; raises RestError 20404, or 20409 while a trunk has it."""
        found = self.policies.fetch(account_sid, sid)
        if any(each.connection_policy_sid == sid for each in self.byoc_trunks.of(account_sid)):
            raise RestError(409, IN_USE, f"{sid} is still the connection policy of a BYOC trunk")
        for target in self.targets.of(sid):
            self.targets.take_out(target)
        self.policies.take_out(found)

    def add_target(
        self, account_sid: str, policy_sid: str, *, now: float, **settings: Unpack[TargetSettings]
    ) -> ConnectionTarget:
        """Add a place to a policy; raises RestError 20404 no such policy, 20422 a wrong setting."""
        self.policies.fetch(account_sid, policy_sid)
        return self.targets.make(account_sid, now=now, policy_sid=policy_sid, **_checked_target(settings))

    def target(self, account_sid: str, policy_sid: str, sid: str) -> ConnectionTarget:
        """Return a target, or raise RestError 20404."""
        self.policies.fetch(account_sid, policy_sid)
        return self.targets.fetch(policy_sid, sid)

    def change_target(
        self, account_sid: str, policy_sid: str, sid: str, *, now: float, **settings: Unpack[TargetSettings]
    ) -> ConnectionTarget:
        """Change a target; what is absent stays. Raises RestError 20404 or 20422."""
        found = self.target(account_sid, policy_sid, sid)
        return self.targets.change(found, now=now, **_checked_target(settings))

    # --- trunks ------------------------------------------------------------------------------------------

    def add_trunk(self, account_sid: str, *, now: float, **settings: Any) -> ByocTrunk:
        """Make a trunk; raises RestError 20422 for a wrong setting, or a policy or domain that is not there."""
        return self.byoc_trunks.make(account_sid, now=now, **self._checked_trunk(account_sid, settings))

    def change_trunk(self, account_sid: str, sid: str, *, now: float, **settings: Any) -> ByocTrunk:
        """Change a trunk; what is absent stays. Raises RestError 20404 or 20422."""
        found = self.byoc_trunks.fetch(account_sid, sid)
        return self.byoc_trunks.change(found, now=now, **self._checked_trunk(account_sid, settings))

    def _checked_trunk(self, account_sid: str, settings: dict[str, Any]) -> dict[str, Any]:
        kept = checks.webhooks(settings, url_code=INVALID, method_code=INVALID)
        if "friendly_name" in kept:
            kept["friendly_name"] = _name(kept["friendly_name"])
        if policy := kept.get("connection_policy_sid"):
            self._check("ConnectionPolicySid", self.policies.find(account_sid, policy), policy)
        if domain := kept.get("from_domain_sid"):
            self._domain(account_sid, "FromDomainSid", domain)
        # An empty reference takes it away.
        return {key: None if key.endswith("_sid") and not value else value for key, value in kept.items()}

    def _domain(self, account_sid: str, name: str, sid: str) -> str:
        self._check(name, self._domains.find(account_sid, sid), sid)
        return sid

    @staticmethod
    def _check(name: str, found: object, sid: str) -> None:
        if found is None:
            raise checks.refused(INVALID, f"{name} is not one of this account (got {sid[:60]!r})")

    def forget_domain(self, sid: str) -> None:
        """Take away what leads to a domain that is gone."""
        for mapping in [each for each in self.source_ip_mappings if each.sip_domain_sid == sid]:
            self.source_ip_mappings.take_out(mapping)
        for trunk in [each for each in self.byoc_trunks if each.from_domain_sid == sid]:
            self.byoc_trunks.change(trunk, now=trunk.updated_at, from_domain_sid=None)


def _name(text: str | None) -> str | None:
    return checks.friendly_name(text, most=_LONGEST_NAME, code=INVALID) if text else None


def _renamed(table: Table[R], account_sid: str, sid: str, name: str | None, now: float) -> R:
    found = table.fetch(account_sid, sid)
    return found if name is None else table.change(found, now=now, friendly_name=_name(name))


def _checked_target(settings: TargetSettings) -> dict[str, Any]:
    """Return a target's settings as they are kept."""
    kept: dict[str, Any] = dict(settings)
    if "target" in kept:
        kept["target"] = _sip_uri(kept["target"])
    if "friendly_name" in kept:
        kept["friendly_name"] = _name(kept["friendly_name"])
    for key, name, least in (("priority", "Priority", 0), ("weight", "Weight", 1)):
        if not least <= kept.get(key, least) <= _LARGEST:
            raise checks.refused(INVALID, f"{name} must be from {least} to {_LARGEST} (got {kept[key]})")
    return kept


def _sip_uri(text: str) -> str:
    try:
        uri = Uri.parse(text)
        fine = uri.scheme.lower() == "sip" and bool(uri.host) and len(text) <= _LONGEST_URI
    except RemoteProtocolError:
        fine = False
    if not fine:
        raise checks.refused(INVALID, f"Target must be a SIP URI that begins with sip: (got {text[:80]!r})")
    return text
