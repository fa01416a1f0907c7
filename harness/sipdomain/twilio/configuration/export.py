"""A configuration out of a store: what `sipdomain.twilio.configuration.model` would make it from."""

from __future__ import annotations

from collections.abc import Iterable

from sipdomain.twilio.configuration.model import Configuration, ConnectorEntry, DomainEntry
from sipdomain.twilio.configuration.subscribers import entry_of
from sipdomain.twilio.store import Domain, NamedList, Purpose, Store
from sipdomain.twilio.store.subscribers import CLIENT


def describe(store: Store, account_sid: str) -> Configuration:
    """Return an account's lists and domains as a configuration; of passwords it has the hashes.

    Lists of one name get numbers behind it, as names are what a configuration knows them by. Left out is what a
    configuration cannot say: SIDs, dates, subaccounts, keys, bought phone numbers, caller IDs, queues, and the friendly
    names of addresses and of bins.
    """
    credential_lists = store.credential_lists.of(account_sid)
    access_lists = store.access_lists.of(account_sid)
    names = _distinct([*credential_lists, *access_lists])
    suffix = f".{store.suffix}"

    def lists(domain: Domain, purpose: Purpose) -> list[str]:
        found = [*store.mappings(account_sid, domain.sid, purpose, "CL")]
        if purpose == "calls":
            found += store.mappings(account_sid, domain.sid, purpose, "AL")
        return [names[each.sid] for each in found]

    def entry(domain: Domain) -> DomainEntry:
        registrations = lists(domain, "registrations")
        usual = domain.sip_registration == bool(registrations)
        return DomainEntry(
            calls=lists(domain, "calls"),
            registrations=registrations,
            voice=domain.voice_url,
            voice_method=domain.voice_method,
            fallback=domain.voice_fallback_url,
            fallback_method=domain.voice_fallback_method,
            status=domain.voice_status_callback_url,
            status_method=domain.voice_status_callback_method,
            friendly_name=domain.friendly_name,
            secure=domain.secure,
            sip_registration=None if usual else domain.sip_registration,
        )

    subscribers = {each.address: entry_of(each) for each in store.subscribers.of(account_sid)}

    def short(name: str) -> str:
        label = name.removesuffix(suffix)
        return name if "." in label else label

    return Configuration(
        credential_lists={
            names[each.sid]: {
                user.username: f"ha1:{user.ha1}"
                for user in store.credential_lists.entries_of(account_sid, each.sid)
            }
            for each in credential_lists
        },
        access_lists={
            names[each.sid]: [
                str(address) for address in store.access_lists.entries_of(account_sid, each.sid)
            ]
            for each in access_lists
        },
        bins={each.sid: each.twiml for each in store.bins.of(account_sid)},
        connectors={
            each.unique_name: ConnectorEntry(
                server=each.server, header=each.header, credential=each.credential
            )
            for each in store.connectors.of(account_sid)
        },
        domains={short(each.domain_name): entry(each) for each in store.domains.of(account_sid)},
        numbers={at: each for at, each in subscribers.items() if not at.startswith(CLIENT)},
        clients={at.removeprefix(CLIENT): each for at, each in subscribers.items() if at.startswith(CLIENT)},
    )


def _distinct(lists: Iterable[NamedList]) -> dict[str, str]:
    """Return for each list's SID a name that no other has."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for each in lists:
        name, number = each.friendly_name, 1
        while name in taken:
            number += 1
            name = f"{each.friendly_name} {number}"
        taken.add(name)
        names[each.sid] = name
    return names
