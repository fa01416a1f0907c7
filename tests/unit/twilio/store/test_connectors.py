"""SIPREC connectors: what they hold, and what is refused."""

from __future__ import annotations

import random
import re

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.configuration.export import describe
from sipdomain.twilio.configuration.model import ConfigurationError, apply, parse
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store

ACCOUNT = "AC00000000000000000000000000000001"
SERVER = "sip:srs@127.0.0.1:5080"


def store() -> Store:
    made = Store(Ids(random.Random(1)))
    made.accounts.create(sid=ACCOUNT, auth_token="0" * 32, now=0.0)
    return made


def test_a_connector_of_a_configuration_is_found_by_its_name_and_described_again() -> None:
    entry = {"server": f"{SERVER};secure=true;edge=dublin", "header": "X-Api-Key", "credential": "key-42"}
    kept = store()
    apply(parse({"connectors": {"archive": entry}}), kept, ACCOUNT, now=0.0)
    found = kept.connectors.named(ACCOUNT, "archive")
    assert found is not None
    assert (found.server, found.header, found.credential) == (entry["server"], "X-Api-Key", "key-42")
    assert kept.connectors.named(ACCOUNT, "attic") is None
    assert describe(kept, ACCOUNT).connectors["archive"].model_dump() == entry


@pytest.mark.parametrize(
    ("name", "entry", "reason"),
    [
        ("two words", {"server": SERVER}, "is no name of a connector"),
        ("a", {"server": "srs@127.0.0.1"}, "not a SIP URI"),
        ("a", {"server": "tel:+15551234567"}, "URI"),
        ("a", {"server": f"{SERVER};edge=paris"}, "there is no edge 'paris'; it is one of ashburn"),
        ("a", {"server": SERVER, "header": "X-Api-Key"}, "a header and its credential go together"),
        ("a", {"server": SERVER, "header": "Via", "credential": "x"}, "'Via' is no header field"),
        ("a", {"server": SERVER, "header": "X-A", "credential": "x\r\nX-B: y"}, "one line"),
    ],
)
def test_a_connector_that_cannot_be_used_is_refused_with_its_place(
    name: str, entry: dict[str, str], reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(reason)) as refused:
        apply(parse({"connectors": {name: entry}}), store(), ACCOUNT, now=0.0)
    assert refused.value.path == ("connectors", name)


def test_a_name_is_there_once() -> None:
    kept = store()
    kept.connectors.create(ACCOUNT, "archive", SERVER, now=0.0)
    with pytest.raises(RestError, match="or it is taken"):
        kept.connectors.create(ACCOUNT, "archive", SERVER, now=0.0)
