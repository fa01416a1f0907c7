"""A state file that is not whole, or open to others, is told in one line, and never half read."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.state import State
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.logs import Logs
from tests.patience import PATIENCE

ACCOUNT = "AC00000000000000000000000000000001"
HINT = "; put a copy in its place, or take it away to begin anew"


def store() -> Store:
    return Store(Ids(random.Random(1)))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A state file with an account and thirty domains."""
    path = tmp_path_factory.mktemp("state") / "whole.db"
    filled, calls = store(), CallStore()
    filled.accounts.create(now=1.0, sid=ACCOUNT, auth_token="0" * 32)
    for number in range(30):
        filled.domains.create(ACCOUNT, f"d{number}.sip.twilio.com", now=1.0)

    async def keep() -> None:
        state = State(path)
        state.load(store(), calls)
        state.start(filled, calls, print)
        await state.close()

    asyncio.run(keep())
    return path.read_bytes()


def read(path: Path) -> int:
    """Read a file as `serve` does; return how many domains there are."""
    found, calls = store(), CallStore()
    state = State(path)
    try:
        state.load(found, calls, Logs())
    finally:
        state.close_now()
    return len(found.domains.of(ACCOUNT))


def sql(*statements: str) -> Callable[[Path], object]:
    def spoil(path: Path) -> None:
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return spoil


def cut(length: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_bytes()[:length])


def zeroed(begin: int) -> Callable[[Path], object]:
    def spoil(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[begin : begin + 4096] = bytes(4096)
        path.write_bytes(data)

    return spoil


SPOILED: list[tuple[Callable[[Path], object], str]] = [
        (sql("DROP TABLE records"), "is damaged: a table of it is missing, or is another" + HINT),
        (sql("DROP TABLE facts"), "is damaged: a table of it is missing, or is another" + HINT),
        (sql("DROP TABLE audio"), "is damaged: a table of it is missing, or is another" + HINT),
        (sql("DROP TABLE records", "CREATE TABLE records (a, b)"),
         "is damaged: a table of it is missing, or is another" + HINT),
        (sql("DROP TABLE records", "CREATE VIEW records AS SELECT 'queue' AS kind, 2 AS key, 3 AS value"),
         "is damaged: it has a record that is not text" + HINT),
        (sql("UPDATE records SET value = x'ff00'"), "is damaged: it has a record that is not text" + HINT),
        (sql("UPDATE records SET value = '{'"), "is damaged: a record is not JSON" + HINT),
        (sql("UPDATE records SET value = '[]'"), "is damaged: account 0: a mapping is needed here" + HINT),
        (sql("UPDATE records SET value = '{}'"), "is damaged: account 0.sid: `sid` is missing" + HINT),
        (sql(f"UPDATE records SET value = '{'[' * 200_000}'"), "is damaged: a record is nested too deeply" + HINT),
        (sql("UPDATE records SET kind = 'nonsense'"), "is damaged: it has records of the unknown kind 'nonsense'" + HINT),
        (sql("INSERT INTO records VALUES ('call', 'x', '{}')"),
         "is damaged: CallRecord 0.sid: `sid` is missing" + HINT),
        (sql("INSERT INTO records VALUES ('alert', 'x', '1')"),
         "is damaged: AlertRecord 0: a mapping is needed here" + HINT),
        (sql("INSERT INTO audio VALUES ('RE1', 'text')"), "is damaged: it has audio that cannot be read" + HINT),
        (sql("DELETE FROM records WHERE kind = 'account'"), "is damaged: domain"),
        (cut(50), "is damaged: its pages do not fit together" + HINT),
        (cut(4096), "is damaged: its pages do not fit together" + HINT),
        (cut(20_000), "is damaged: its pages do not fit together" + HINT),
        (zeroed(4096), "is damaged: its pages do not fit together" + HINT),
        (zeroed(8192), "is damaged: its pages do not fit together" + HINT),
        (zeroed(16_384), "is damaged: its pages do not fit together" + HINT),
        (lambda path: path.write_bytes(b"hello" * 100), "it is not a database"),
        (lambda path: path.write_bytes(random.Random(1).randbytes(5000)), "it is not a database"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "said"), SPOILED, ids=map(str, range(len(SPOILED))))
def test_a_damaged_file_is_one_clear_line(
    tmp_path: Path, whole: bytes, spoil: Callable[[Path], object], said: str
) -> None:
    (path := tmp_path / "state.db").write_bytes(whole)
    path.chmod(0o600)
    assert read(path) == 30
    spoil(path)
    with pytest.raises(SetupError) as caught:
        read(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def faults_of(path: Path) -> list[str]:
    try:
        read(path)
    except SetupError as error:
        return str(error).splitlines()
    return []


def test_bytes_that_changed_are_reported_or_do_not_matter(tmp_path: Path, whole: bytes) -> None:
    chance, path, told = random.Random(20_261_126), tmp_path / "state.db", 0
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 10, 300])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        faults = faults_of(path)
        assert len(faults) < 2
        told += len(faults)
    assert told > 200


def test_a_file_that_others_can_read_is_reported(
    tmp_path: Path, whole: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (path := tmp_path / "state.db").write_bytes(whole)
    path.chmod(0o600)
    read(path)
    assert caplog.messages == []
    path.chmod(0o604)
    read(path)
    assert caplog.messages == [f"warning     {path} is open to other users (mode 604): chmod 600 {path}"]


NOBODY = """
import os, sys
from pathlib import Path
from sipdomain.errors import SetupError
from sipdomain.runtime.state import State
if os.geteuid() == 0:
    os.setuid(65534)
for name in sys.argv[1:]:
    try:
        State(Path(name)).close_now()
        print("opened")
    except SetupError as error:
        print(str(error).partition(": ")[2])
"""


def test_a_file_that_one_may_not_use_is_reported_as_that(whole: bytes) -> None:
    """In a folder of /tmp, because what pytest gives cannot be entered by others."""
    with TemporaryDirectory() as name:
        folder, closed = Path(name), Path(name) / "closed"
        folder.chmod(0o777)
        closed.mkdir()
        for path, mode in (
            (folder / "read", 0o400),
            (folder / "none", 0),
            (folder / "own", 0o600),
            (closed / "in", 0o600),
        ):
            path.write_bytes(whole)
            path.chmod(mode)
            if os.geteuid() == 0:
                os.chown(path, 65534, 65534)
        closed.chmod(0o555)
        names = [str(folder / each) for each in ("read", "none", "own", "closed/in", "no/such")]
        done = subprocess.run(
            [sys.executable, "-c", NOBODY, *names],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        closed.chmod(0o755)
    permission = "no permission to read and write it"
    assert done.stdout.splitlines() == [
        permission, permission, "opened", "no permission to write in its folder, where its log is kept",
        "No such file or directory",
    ]  # fmt: skip


def test_a_new_file_and_what_stands_beside_it_are_its_owners_alone(tmp_path: Path) -> None:
    state = State(tmp_path / "state.db")
    try:
        assert {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {
            "state.db": 0o600, "state.db-wal": 0o600,
        }  # fmt: skip
    finally:
        state.close_now()
