"""A day of calls in virtual time, and how much is kept in mind at its end.

Run by hand for as many calls as wanted: `python -m tests.properties.day --calls 20000`.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from typing import Final, NamedTuple

from sipdomain.journal import Journal
from sipdomain.phone import Phone, PhoneSettings
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.pump import Pump, Web
from sipdomain.runtime.sim.exchange import SimExchange
from sipdomain.runtime.sim.http import SimHttpClient
from sipdomain.runtime.sim.media import SimMedia
from sipdomain.runtime.sim.network import SimClock, SimNetwork
from sipdomain.sip.outputs import Address
from sipdomain.twilio.configuration import model as config
from sipdomain.twilio.configuration.model import Configuration
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.webhooks.http import HttpRequest, HttpResponse

SIP: Final = Address("127.0.0.1", 5060)
PHONE: Final = Address("127.0.0.10", 5070)
ACCOUNT: Final = "AC00000000000000000000000000000001"
APART: Final = 4.3
"""Seconds between two calls: 20,000 make a day."""
DOCUMENTS: Final = {
    "hangup": "<Hangup/>",
    "reject": "<Reject/>",
    "say": "<Say>Welcome</Say>",
    "gone": "<Redirect>/nowhere</Redirect>",
}
DOMAINS: Final = (*DOCUMENTS, "nowhere")
CREDENTIALS: Final = {"staff": {"alice": "Correct-Horse-42"}}


class Sizes(NamedTuple):
    """How much is kept.

    Attributes:
        entries: Entries of the journal.
        records: Calls that the REST API can still tell of.
        remembered: Calls that the phone can still tell of.
        forgotten: Calls that the emulator let go.
        at_work: What waits for something in emulator, phone and clock, two minutes after the last call.
        objects: Python's own count of all containers there are, caches included.
    """

    entries: int
    records: int
    remembered: int
    forgotten: int
    at_work: int
    objects: int


class Day:
    """An emulator and a phone, with caps of choice."""

    def __init__(self, *, entries: int, records: int) -> None:
        self.clock = SimClock()
        self.journal = Journal(capacity=entries)
        self.records = CallStore(records)
        ids, network = Ids(random.Random(1)), SimNetwork(self.clock)
        store, library, exchange = Store(ids), PromptLibrary(speech=False), SimExchange()
        store.accounts.create(now=0.0, sid=ACCOUNT, auth_token="0123456789abcdef0123456789abcdef")
        domains = {name: {"calls": ["staff"], "voice": f"/{name}", "status": "/status"} for name in DOCUMENTS}
        given = Configuration.model_validate({"credential_lists": CREDENTIALS, "domains": domains})
        config.apply(given, store, ACCOUNT, now=0.0, base_url="http://app.test")
        self.emulator = Emulator(store, self.records, ids, rng=random.Random(2))
        http = SimHttpClient(self.clock, {"app.test": answer})
        media = SimMedia(self.clock, library, exchange)
        web = Web(http, self.emulator.fetched)
        cloud = Pump(self.emulator, "cloud", clock=self.clock, journal=self.journal, media=media, web=web)
        media.bind(cloud.media)
        network.attach(SIP, cloud)
        settings = PhoneSettings(
            name="pbx", user="alice", domain="say.sip.twilio.com", username="alice",
            password=CREDENTIALS["staff"]["alice"], local=PHONE, proxy=SIP, transport="udp",
        )  # fmt: skip
        self.phone = Phone(settings, rng=random.Random(3))
        ear = SimMedia(self.clock, library, exchange)
        self.pump = Pump(self.phone, "pbx", clock=self.clock, journal=self.journal, media=ear)
        ear.bind(self.pump.media)
        network.attach(PHONE, self.pump)

    def play(self, calls: int) -> Sizes:
        """Place that many calls, one after another, wait until all timers are over, and look."""
        for number in range(calls):
            domain = DOMAINS[number % len(DOMAINS)]
            self.dial(f"sip:100@{domain}.sip.twilio.com")
            self.wait(APART)
        self.wait(120.0)
        gc.collect()
        return Sizes(
            len(self.journal), len(self.records), len(self.phone.calls), self.records.forgotten,
            sum(self.emulator.census) + sum(self.phone.census) + self.clock.pending, len(gc.get_objects()),
        )  # fmt: skip

    def dial(self, to: str) -> None:
        """Place a call."""
        _, outputs = self.phone.dial(self.clock.now(), to)
        self.pump.feed(lambda: outputs)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        until = self.clock.now() + seconds
        while self.clock.step(until):
            pass


def answer(request: HttpRequest) -> HttpResponse:
    """Be the webhook application."""
    verbs = DOCUMENTS.get(request.url.rpartition("/")[2])
    if verbs is None:
        return HttpResponse(404)
    return HttpResponse(200, (("Content-Type", "text/xml"),), f"<Response>{verbs}</Response>".encode())


def main() -> int:
    """Play a day and print its sizes after each quarter; 1 when more is kept than may be."""
    parser = argparse.ArgumentParser(prog="python -m tests.properties.day", description=__doc__)
    parser.add_argument("--calls", type=int, default=20_000)
    options = parser.parse_args()
    journal, records = Journal().capacity, CallStore().capacity
    day, began_at = Day(entries=journal, records=records), time.monotonic()
    print("  calls", *(f"{name:>10}" for name in Sizes._fields))
    for quarter in range(1, 5):
        sizes = day.play(options.calls // 4)
        print(f"{quarter * (options.calls // 4):7}", *(f"{size:10}" for size in sizes))
        if sizes.entries > journal or sizes.records > records or sizes.at_work:
            return 1
    print(f"in {time.monotonic() - began_at:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
