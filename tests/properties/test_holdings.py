"""Whatever is done to numbers, caller IDs, queues and keys, what is found by name is what a look at all of them finds."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sipdomain.errors import RestError
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Limits, Store
from sipdomain.twilio.store.snapshot import dump, load

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
ACCOUNTS = (MAIN, SUB)
NUMBERS = [f"+1500555000{last}" for last in range(4)]
NAMES = ["support", "Support", "sales"]

accounts = st.sampled_from(ACCOUNTS)
numbers = st.sampled_from(NUMBERS)
names = st.sampled_from(NAMES)


class HoldingsMachine(RuleBasedStateMachine):
    """Random work on a small store with small limits."""

    @initialize()
    def open(self) -> None:
        limits = Limits(keys=2, numbers=2, caller_ids=2, queues=2)
        self.store = Store(Ids(random.Random(1)), limits=limits)
        self.store.accounts.create(sid=MAIN, now=0.0)
        self.store.accounts.create(sid=SUB, owner_sid=MAIN, now=0.0)
        self.store.changes.wanted = True
        self.secrets: dict[str, str] = {}

    def attempt(self, action: Any, *arguments: Any, **named: Any) -> Any:
        """Do something that may be refused; what is refused changes nothing."""
        self.store.changes.take()
        try:
            return action(*arguments, **named)
        except RestError:
            assert self.store.changes.take() == []
            return None

    @rule(account=accounts, number=numbers)
    def buy(self, account: str, number: str) -> None:
        self.attempt(self.store.numbers.buy, account, phone_number=number, now=1.0)

    @rule(account=accounts, to=accounts, data=st.data())
    def move(self, account: str, to: str, data: st.DataObject) -> None:
        if held := self.store.numbers.of(account):
            sid = data.draw(st.sampled_from(held)).sid
            self.attempt(self.store.numbers.update, account, sid, to=to, now=1.0)

    @rule(account=accounts)
    def release_all(self, account: str) -> None:
        self.store.numbers.release_all(account)

    @rule(account=accounts, number=numbers)
    def verify(self, account: str, number: str) -> None:
        self.attempt(self.store.caller_ids.create, account, number, now=1.0)

    @rule(account=accounts, number=numbers)
    def forget(self, account: str, number: str) -> None:
        if found := self.store.caller_ids.numbered(account, number):
            self.store.caller_ids.delete(account, found.sid)

    @rule(account=accounts, name=names)
    def open_queue(self, account: str, name: str) -> None:
        self.attempt(self.store.queues.create, account, name, now=1.0)

    @rule(account=accounts, name=names, other=names)
    def rename_queue(self, account: str, name: str, other: str) -> None:
        if found := self.store.queues.named(account, name):
            self.attempt(self.store.queues.update, account, found.sid, friendly_name=other, now=1.0)

    @rule(account=accounts, name=names)
    def close_queue(self, account: str, name: str) -> None:
        if found := self.store.queues.named(account, name):
            self.store.queues.delete(account, found.sid)

    @rule(account=accounts)
    def make_key(self, account: str) -> None:
        if made := self.attempt(self.store.keys.create, account, now=1.0):
            self.secrets[made.sid] = made.secret

    @rule(account=accounts)
    def take_key_back(self, account: str) -> None:
        for key in self.store.keys.of(account)[:1]:
            self.store.keys.delete(account, key.sid)

    @rule()
    def take_the_last_change_back(self) -> None:
        self.store.undo(self.store.changes.take()[-1:])

    @rule()
    def load_what_was_dumped(self) -> None:
        before = dump(self.store)
        load(self.store, before)
        # To take back one of these alone would leave an account out.
        self.store.changes.take()
        assert dump(self.store) == before

    @invariant()
    def what_is_found_is_what_is_there(self) -> None:
        store = self.store
        for account in ACCOUNTS:
            bought = {each.phone_number: each for each in store.numbers.of(account)}
            verified = {each.phone_number: each for each in store.caller_ids.of(account)}
            queues = {each.friendly_name: each for each in store.queues.of(account)}
            for number in NUMBERS:
                assert store.numbers.owned(account, number) is bought.get(number, verified.get(number))
            for name in NAMES:
                assert store.queues.named(account, name) is queues.get(name)
            assert max(len(bought), len(verified), len(queues), len(store.keys.of(account))) <= 2
            assert len(queues) == len(store.queues.of(account))

    @invariant()
    def a_number_is_one_accounts(self) -> None:
        held = [each.phone_number for each in self.store.numbers]
        assert len(held) == len(set(held))

    @invariant()
    def a_secret_opens_what_is_there_and_nothing_else(self) -> None:
        there = {each.sid for each in self.store.keys}
        for sid, secret in self.secrets.items():
            found = self.store.keys.authenticated(sid, secret)
            assert (found is not None) == (sid in there)


TestHoldings = HoldingsMachine.TestCase
TestHoldings.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
