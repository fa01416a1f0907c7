"""All kinds of records that are kept; those that accounts have stand each after those that it refers to."""

from __future__ import annotations

from typing import Any, Final

from sipdomain.twilio.store.access_lists import ACCESS_LIST, ADDRESS
from sipdomain.twilio.store.accounts import ACCOUNT
from sipdomain.twilio.store.applications import APPLICATION
from sipdomain.twilio.store.bins import BIN
from sipdomain.twilio.store.call_records import CALL
from sipdomain.twilio.store.caller_ids import CALLER_ID
from sipdomain.twilio.store.connectors import CONNECTOR
from sipdomain.twilio.store.credential_lists import CREDENTIAL, CREDENTIAL_LIST
from sipdomain.twilio.store.domains import DOMAIN
from sipdomain.twilio.store.history import PastKind
from sipdomain.twilio.store.keys import KEY
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.logs import ALERT, EVENT
from sipdomain.twilio.store.mappings import MAPPING
from sipdomain.twilio.store.numbers import NUMBER
from sipdomain.twilio.store.queues import QUEUE
from sipdomain.twilio.store.recordings import RECORDING
from sipdomain.twilio.store.subscribers import SUBSCRIBER
from sipdomain.twilio.store.trunks import (
    BYOC_TRUNK,
    CONNECTION_POLICY,
    CONNECTION_TARGET,
    IP_RECORD,
    SOURCE_IP_MAPPING,
)

PAST_KINDS: Final[tuple[PastKind[Any], ...]] = (CALL, ALERT, EVENT, RECORDING)
"""What comes, ends, and is kept in a state file; not part of a snapshot."""

Kinds = tuple[Kind[Any], ...]

KINDS: Final[Kinds] = (
    ACCOUNT,
    DOMAIN,
    CREDENTIAL_LIST,
    CREDENTIAL,
    ACCESS_LIST,
    ADDRESS,
    MAPPING,
    KEY,
    NUMBER,
    CALLER_ID,
    QUEUE,
    IP_RECORD,
    SOURCE_IP_MAPPING,
    CONNECTION_POLICY,
    CONNECTION_TARGET,
    BYOC_TRUNK,
    APPLICATION,
    BIN,
    CONNECTOR,
    SUBSCRIBER,
)
