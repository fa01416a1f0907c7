"""A configuration file, right and wrong."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.runtime.files.config_file import ConfigurationFile
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store

ROOT = Path(__file__).parents[4]


def applied(path: Path) -> Store:
    store = Store(Ids(random.Random(1)))
    account = store.accounts.create(now=0.0)
    ConfigurationFile.read(path).apply(store, account.sid, now=0.0)
    return store


def test_the_example_makes_a_domain_that_alice_may_use() -> None:
    store = applied(ROOT / "fixtures/accounts/demo.yaml")

    demo = store.domain_named("demo.sip.twilio.com")
    assert demo is not None
    assert (demo.voice_url, demo.sip_registration) == ("http://127.0.0.1:5000/greeting", True)
    assert store.call_access(demo).ha1("alice") is not None
    assert store.registration_access(demo).ha1("alice") is not None


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (
            "domains:\n  acme: {voise: /x}\n",
            (
                "error: unknown key `voise`\n"
                " --> {file}:2:10\n"
                "2 |   acme: {{voise: /x}}\n"
                "  |          ^^^^^ did you mean `voice`?"
            ),
        ),
        (
            "credential_lists: {staff: }\ndomains:\n  acme:\n    calls: [stuff]\n",
            (
                "error: there is no list `stuff`\n"
                " --> {file}:4:13\n"
                "4 |     calls: [stuff]\n"
                "  |             ^^^^^ did you mean `staff`?"
            ),
        ),
        (
            "access_lists:\n  office: [127.0.0]\n",
            (
                "error: IpAddress must be a full IPv4 address such as 203.0.113.7 (got '127.0.0')\n"
                " --> {file}:2:12\n"
                "2 |   office: [127.0.0]\n"
                "  |            ^^^^^^^"
            ),
        ),
    ],
)
def test_a_mistake_prints_like_a_compiler(tmp_path: Path, text: str, printed: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)

    with pytest.raises(FileError) as refused:
        applied(path)

    assert str(refused.value) == printed.format(file=path)
