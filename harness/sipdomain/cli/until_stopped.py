"""Runs the emulator of `sipdomain serve` until a signal stops it."""

from __future__ import annotations

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from sipdomain.cli.welcome import explain, explain_proxy, ready_line
from sipdomain.journal import Journal
from sipdomain.runtime.collector import collect_at_rest, collect_in_portions
from sipdomain.runtime.open_files import allow_open_files
from sipdomain.runtime.service import Service
from sipdomain.runtime.service_options import ServiceOptions
from sipdomain.twilio.store import Account, Domain, Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.logs import Logs


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An emulator that is ready to open.

    Attributes:
        options: How it listens.
        store: What is configured.
        calls: The calls of an earlier run, where a state file has them.
        logs: Its alerts and events, likewise.
        account: The main account.
        domains: The domains that are announced.
        given: The domain that the flags made, or None.
        user: That domain's user, or "".
        secret: What is printed as the user's password.
        ladders: Whether the ladder of each call is printed.
        authority: The file that a program needs that trusts the proxy's certificates.
    """

    options: ServiceOptions
    store: Store
    calls: CallStore
    logs: Logs
    account: Account
    domains: list[Domain]
    given: Domain | None
    user: str
    secret: str
    ladders: bool
    authority: Path


async def until_stopped(prepared: Prepared) -> None:
    """Open the emulator, say on stdout that it is ready, and close it after SIGTERM, SIGINT or SIGHUP.

    Raises:
        SetupError: It cannot be opened.
    """
    allow_open_files()
    journal = Journal()
    options, account = prepared.options, prepared.account
    service = Service(options, prepared.store, prepared.calls, journal, logs=prepared.logs)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # `nohup` has SIGHUP ignored: then the emulator stays when its terminal goes.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    await service.open()
    collect_in_portions()
    print(ready_line(service, account.sid, options.settings.profile.name), flush=True)
    background = (
        loop.create_task(_watch(journal, ladders=prepared.ladders), name="watch"),
        loop.create_task(collect_at_rest(lambda: service.is_at_rest), name="collector"),
    )
    await service.warm_up()
    explain(
        prepared.store, account, prepared.domains, prepared.given, prepared.user, prepared.secret, service,
        options.settings.default_domain,
    )  # fmt: skip
    if service.proxy_address is not None:
        explain_proxy(service.proxy_address, prepared.authority)
    await service.make_certificate()
    await stop.wait()
    await service.close()
    for task in background:
        task.cancel()


async def _watch(journal: Journal, *, ladders: bool) -> None:
    from sipdomain.cli.watch import Watch

    await Watch(journal, sys.stderr, ladders=ladders).run()
