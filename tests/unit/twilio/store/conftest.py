"""A store with a main account, one of its subaccounts, and a stranger."""

from __future__ import annotations

import random

import pytest

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Limits, Store

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
STRANGER = "AC00000000000000000000000000000003"


@pytest.fixture
def store() -> Store:
    """Limits are small, so that a test can reach them."""
    limits = Limits(
        subaccounts=1,
        domains=3,
        credential_lists=2,
        credentials=3,
        access_lists=2,
        addresses=3,
        mapped_lists=1,
        keys=2,
        numbers=2,
        caller_ids=2,
        queues=2,
    )
    store = Store(Ids(random.Random(1)), limits=limits)
    store.accounts.create(sid=MAIN, auth_token="main-token", now=1.0)
    store.accounts.create(sid=SUB, owner_sid=MAIN, now=1.0)
    store.accounts.create(sid=STRANGER, now=1.0)
    return store
