"""Two hundred clients of the REST API at once: nothing acknowledged is lost, nothing dangles, also after a restart."""

from __future__ import annotations

import asyncio
import base64
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.served import ACCOUNT, PASSWORD, TOKEN, Served, served

BASIC = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
CLIENTS = 200
DOMAINS = 5


@dataclass
class Acknowledged:
    """What the answers said is there.

    Attributes:
        lists: Access lists by SID, with the name that was acknowledged last.
        addresses: The addresses of each list, by SID.
        users: User names in the one credential list.
        mapped: Pairs of domain and list.
        statuses: All statuses seen.
    """

    lists: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)
    mapped: set[tuple[str, str]] = field(default_factory=set)
    statuses: set[int] = field(default_factory=set)


class Desk:
    """Asks below the account, and remembers the statuses."""

    def __init__(self, session: aiohttp.ClientSession, base: str, seen: Acknowledged) -> None:
        self._session = session
        self._base = f"{base}/2010-04-01/Accounts/{ACCOUNT}"
        self.seen = seen

    async def ask(self, method: str, path: str, **form: str) -> tuple[int, dict[str, Any]]:
        query = form if method == "GET" else None
        data = form if method == "POST" else None
        async with self._session.request(
            method, f"{self._base}/{path}.json", params=query, data=data
        ) as told:
            self.seen.statuses.add(told.status)
            return told.status, await told.json() if told.status != 204 else {}

    async def all(self, path: str, key: str) -> list[dict[str, Any]]:
        """Return a whole list."""
        _, page = await self.ask("GET", path, PageSize="1000")
        found: list[dict[str, Any]] = page[key]
        return found


async def client(desk: Desk, number: int, domains: list[str], users: str) -> None:
    """Make a list with an address, map it to a domain that others map to as well, and undo some of it."""
    chance, seen = random.Random(number), desk.seen
    _, made = await desk.ask("POST", "SIP/IpAccessControlLists", FriendlyName=f"list {number}")
    sid, domain = made["sid"], chance.choice(domains)
    seen.lists[sid] = f"list {number}"
    here, there = (
        f"SIP/IpAccessControlLists/{sid}",
        f"SIP/Domains/{domain}/Auth/Calls/IpAccessControlListMappings",
    )
    address = f"10.{number // 250}.{number % 250}.7"
    _, added = await desk.ask("POST", f"{here}/IpAddresses", FriendlyName="desk", IpAddress=address)
    seen.addresses[added["sid"]] = address
    status, _ = await desk.ask("POST", there, IpAccessControlListSid=sid)
    if status == 201:
        seen.mapped.add((domain, sid))
    name = f"user{number}"
    status, user = await desk.ask(
        "POST", f"SIP/CredentialLists/{users}/Credentials", Username=name, Password=PASSWORD
    )
    assert status == 201, user
    seen.users.add(name)
    await desk.ask("POST", here, FriendlyName=f"renamed {number}")
    seen.lists[sid] = f"renamed {number}"
    # A list that is mapped stays, whoever asks for its end.
    status, refused = await desk.ask("DELETE", here)
    if (domain, sid) in seen.mapped:
        assert (status, refused["code"]) == (400, 21236)
    else:
        seen.lists.pop(sid)
        seen.addresses.pop(added["sid"])
    if number % 3 == 0:
        status, _ = await desk.ask("DELETE", f"SIP/CredentialLists/{users}/Credentials/{user['sid']}")
        assert status == 204
        seen.users.discard(name)
    if number % 2 == 0 and (domain, sid) in seen.mapped:
        assert (await desk.ask("DELETE", f"{there}/{sid}"))[0] == 204
        seen.mapped.discard((domain, sid))
        assert (await desk.ask("DELETE", here))[0] == 204
        seen.lists.pop(sid)
        seen.addresses.pop(added["sid"])


async def look(emulator: Served, seen: Acknowledged, domains: list[str], users: str) -> None:
    """See that what is there is what was acknowledged, and that every mapping leads to a list."""
    async with session() as opened:
        desk = Desk(opened, emulator.http, Acknowledged())
        lists = await desk.all("SIP/IpAccessControlLists", "ip_access_control_lists")
        assert {each["sid"]: each["friendly_name"] for each in lists} == seen.lists
        addresses: dict[str, str] = {}
        for each in lists:
            found = await desk.all(f"SIP/IpAccessControlLists/{each['sid']}/IpAddresses", "ip_addresses")
            addresses |= {one["sid"]: one["ip_address"] for one in found}
        assert addresses == seen.addresses
        credentials = await desk.all(f"SIP/CredentialLists/{users}/Credentials", "credentials")
        assert {each["username"] for each in credentials} == seen.users
        mapped: set[tuple[str, str]] = set()
        for domain in domains:
            path = f"SIP/Domains/{domain}/Auth/Calls/IpAccessControlListMappings"
            mapped |= {(domain, each["sid"]) for each in await desk.all(path, "contents")}
        assert mapped == seen.mapped
        assert {sid for _, sid in mapped} <= seen.lists.keys()


def session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        headers={"Authorization": f"Basic {BASIC}"},
        connector=aiohttp.TCPConnector(limit=CLIENTS),
        timeout=aiohttp.ClientTimeout(total=40),
    )


async def work(emulator: Served) -> tuple[Acknowledged, list[str], str]:
    """Let two hundred clients work at once."""
    seen = Acknowledged()
    async with session() as opened:
        desk = Desk(opened, emulator.http, seen)
        _, users = await desk.ask("POST", "SIP/CredentialLists", FriendlyName="users")
        made = [
            await desk.ask("POST", "SIP/Domains", DomainName=f"d{number}.sip.twilio.com")
            for number in range(DOMAINS)
        ]
        domains = [domain["sid"] for _, domain in made]
        await asyncio.gather(*(client(desk, number, domains, users["sid"]) for number in range(CLIENTS)))
    return seen, domains, users["sid"]


@pytest.mark.parametrize("kept", [False, True], ids=["in-memory", "on-disk"])
def test_two_hundred_clients_at_once_lose_nothing(tmp_path: Path, kept: bool) -> None:
    flags = ("--no-speech", *(("--state", str(tmp_path / "state.db")) if kept else ()))
    with served(*flags) as emulator:
        seen, domains, users = asyncio.run(work(emulator))
        # 400: a list that is mapped is not deleted; past a hundred lists a domain takes no more.
        assert seen.statuses == {200, 201, 204, 400}
        assert (len(seen.users), len(seen.mapped)) == (133, 100)
        asyncio.run(look(emulator, seen, domains, users))
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert "Traceback" not in emulator.process.stderr.read()
    if kept:
        with served(*flags) as emulator:
            asyncio.run(look(emulator, seen, domains, users))
