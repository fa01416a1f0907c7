"""A state file: what was answered is there after kill -9; wrong files are told; a full disk loses nothing else."""

from __future__ import annotations

import base64
import json
import os
import random
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
from collections import Counter
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.integration.control_api import control
from tests.integration.program import ended
from tests.integration.served import ACCOUNT, TOKEN, Served, served, until
from tests.patience import PATIENCE

BASIC = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


def ask(emulator: Served, method: str, path: str, query: str = "", **form: str) -> tuple[int, dict[str, Any]]:
    """Ask the REST API as the main account."""
    request = Request(
        f"{emulator.http}/2010-04-01/Accounts/{ACCOUNT}/{path}.json{query}",
        method=method,
        data=urlencode(form).encode() if method == "POST" else None,
        headers={"Authorization": f"Basic {BASIC}"},
    )
    try:
        with urlopen(request, timeout=PATIENCE) as response:
            body = response.read()
            return response.status, json.loads(body) if body else {}
    except HTTPError as refused:
        return refused.code, json.loads(refused.read())


def names(emulator: Served) -> set[str]:
    """The names of all credential lists."""
    _, found = ask(emulator, "GET", "SIP/CredentialLists", "?PageSize=1000")
    return {each["friendly_name"] for each in found["credential_lists"]}


def test_everything_is_there_after_an_ordinary_end(tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    flags = ("--voice-url", "http://127.0.0.1:9/voice", "--user", "alice", "--seed", "7")
    with served("--no-speech", "--state", file, *flags) as emulator:
        _, before = ask(emulator, "GET", "SIP/Domains")
        status, made = ask(emulator, "POST", "SIP/Domains", DomainName="acme.sip.twilio.com")
        assert status == 201
        assert emulator.stop() == 0
    with served("--no-speech", "--state", file, *flags) as emulator:
        _, after = ask(emulator, "GET", "SIP/Domains")
        assert {each["sid"] for each in after["domains"]} == {before["domains"][0]["sid"], made["sid"]}
        assert ask(emulator, "GET", f"SIP/Domains/{made['sid']}") == (200, made)
        assert ask(emulator, "DELETE", f"SIP/Domains/{made['sid']}") == (204, {})
        assert emulator.stop() == 0
        assert emulator.process.stderr is not None
        assert (
            "has its own domains: --config and the flags of the first one change nothing"
            in emulator.process.stderr.read()
        )
    with served("--no-speech", "--state", file) as emulator:
        assert ask(emulator, "GET", "SIP/Domains")[1]["domains"] == before["domains"]


def test_the_same_seed_gives_the_same_sids(tmp_path: Path) -> None:
    flags = ("--no-speech", "--voice-url", "http://127.0.0.1:9/voice", "--user", "alice", "--seed", "7")
    found = []
    for _ in range(2):
        with served(*flags) as emulator:
            found.append(ask(emulator, "GET", "SIP/Domains")[1]["domains"][0]["sid"])
    assert found[0] == found[1]


Records = dict[str, dict[str, Any]]


def everything(emulator: Served) -> Records:
    """All credential lists and their users, by their paths."""
    found: Records = {}
    _, lists = ask(emulator, "GET", "SIP/CredentialLists", "?PageSize=1000")
    for each in lists["credential_lists"]:
        path = f"SIP/CredentialLists/{each['sid']}"
        found[path] = each
        _, users = ask(emulator, "GET", f"{path}/Credentials", "?PageSize=1000")
        found |= {f"{path}/Credentials/{user['sid']}": user for user in users["credentials"]}
    return found


class Writer:
    """Writes at random, one after the other, and knows what was acknowledged.

    Attributes:
        kept: What the answers say is there.
        asked: The method, path and parameters of the request that is not answered yet, if there is one.
        done: How many were acknowledged, by method.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._number = 0
        self.kept: Records = {}
        self.asked: tuple[str, str, dict[str, str]] | None = None
        self.done: Counter[str] = Counter()

    def choose(self) -> tuple[str, str, dict[str, str]]:
        """Choose what to write: most often something new."""
        self._number += 1
        lists = [path for path in self.kept if path.count("/") == 2]
        users = [path for path in self.kept if path.count("/") == 4]
        kind = self._chance.choice(["list", "user", "user", "rename", "password", "drop user", "drop list"])
        match kind:
            case "user" if lists:
                form = {"Username": f"user{self._number}", "Password": f"Correct-Horse-{self._number}"}
                return "POST", f"{self._chance.choice(lists)}/Credentials", form
            case "rename" if lists:
                return "POST", self._chance.choice(lists), {"FriendlyName": f"renamed {self._number}"}
            case "password" if users:
                return "POST", self._chance.choice(users), {"Password": f"Battery-Staple-{self._number}"}
            case "drop user" if users:
                return "DELETE", self._chance.choice(users), {}
            case "drop list" if len(lists) > 3:
                return "DELETE", self._chance.choice(lists), {}
            case _:
                return "POST", "SIP/CredentialLists", {"FriendlyName": f"list {self._number}"}

    def write(self, emulator: Served) -> None:
        """Write something, and note what was answered."""
        self.asked = method, path, form = self.choose()
        status, told = ask(emulator, method, path, **form)
        assert status in (200, 201, 204), told
        self.kept = self.after(method, path, told)
        self.done[f"{method} {status}"] += 1
        self.asked = None

    def after(self, method: str, path: str, told: dict[str, Any]) -> Records:
        """Return what is there when a request was carried out, with its answer."""
        if method == "DELETE":
            # A list takes its users along.
            return {
                place: each for place, each in self.kept.items() if not f"{place}/".startswith(f"{path}/")
            }
        return {**self.kept, (path if path in self.kept else f"{path}/{told['sid']}"): told}

    def check(self, found: Records) -> None:
        """See that all that was acknowledged is there; what was in flight is there in full or not at all."""
        if self.asked is not None and found != self.kept:
            method, path, form = self.asked
            changed = [place for place, each in found.items() if self.kept.get(place) != each]
            told = found[changed[0]] if changed else {}
            assert (len(changed), found) == (int(method == "POST"), self.after(method, path, told))
            if method == "POST":
                name = form.get("FriendlyName") or form.get("Username") or self.kept[path]["username"]
                assert told.get("friendly_name", told.get("username")) == name
        else:
            assert found == self.kept
        self.kept, self.asked = found, None


def test_kill_9_in_a_loop_of_two_hundred_writes_loses_none_that_was_acknowledged(tmp_path: Path) -> None:
    file, chance = str(tmp_path / "state.db"), random.Random(3)
    writer, rounds, interrupted = Writer(chance), 0, 0
    while writer.done.total() < 200:
        with served("--no-speech", "--state", file) as emulator:
            writer.check(everything(emulator))
            rounds += 1
            killed = threading.Timer(
                chance.uniform(0.0, 0.01), os.kill, (emulator.process.pid, signal.SIGKILL)
            )
            # By writes and not by time alone: else a busy machine has ten times as many rounds.
            for _ in range(chance.randint(10, 30)):
                writer.write(emulator)
            killed.start()
            try:
                while writer.done.total() < 200:
                    writer.write(emulator)
            except (OSError, HTTPException):
                interrupted += 1
            finally:
                killed.join()
    with served("--no-speech", "--state", file) as emulator:
        writer.check(everything(emulator))
    assert rounds > 5
    # Most kills came while a write was under way.
    assert interrupted >= rounds - 1
    assert min(writer.done[each] for each in ("POST 201", "POST 200", "DELETE 204")) > 10


def test_a_disk_without_room_is_reported_and_what_was_kept_before_stays(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with served("--no-speech", "--state", str(file)) as emulator:
        assert ask(emulator, "POST", "SIP/CredentialLists", FriendlyName="before")[0] == 201
        wal = Path(f"{file}-wal").stat().st_size
        resource.prlimit(emulator.process.pid, resource.RLIMIT_FSIZE, (wal, resource.RLIM_INFINITY))
        status, refused = ask(emulator, "POST", "SIP/CredentialLists", FriendlyName="in vain")
        assert (status, refused["code"]) == (503, 20503)
        assert refused["message"].startswith("Service unavailable: state.db cannot be written: ")
        assert names(emulator) == {"before"}
        assert [each["event_type"] for each in monitor(emulator, "Events")] == ["sip-credential-list.created"]
        resource.prlimit(
            emulator.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        )
        assert ask(emulator, "POST", "SIP/CredentialLists", FriendlyName="after")[0] == 201
        assert emulator.stop() == 0
    with served("--no-speech", "--state", str(file)) as emulator:
        assert names(emulator) == {"before", "after"}
        assert len(monitor(emulator, "Events")) == 2


def test_what_a_request_deleted_is_there_again_when_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with served("--no-speech", "--state", str(file)) as emulator:
        nowhere = {"To": "sip:a@127.0.0.1:9;transport=tcp", "From": "b", "Twiml": "<Response/>"}
        _, call = ask(emulator, "POST", "Calls", **nowhere)
        here = f"Calls/{call['sid']}"
        until(lambda: ask(emulator, "GET", here)[1]["status"] == "failed")
        assert ask(emulator, "POST", "SIP/CredentialLists", FriendlyName="before")[0] == 201
        wal = Path(f"{file}-wal").stat().st_size
        resource.prlimit(emulator.process.pid, resource.RLIMIT_FSIZE, (wal, resource.RLIM_INFINITY))
        assert ask(emulator, "DELETE", here)[0] == 503
        with pytest.raises(HTTPError, match="503") as refused:
            control(emulator.http, "POST", "reset")
        refused.value.close()
        ended = ask(emulator, "GET", here)[1]
        alerts = monitor(emulator, "Alerts")
        assert (ended["status"], names(emulator), len(alerts)) == ("failed", {"before"}, 1)
        resource.prlimit(
            emulator.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        )
        assert emulator.stop() == 0
    with served("--no-speech", "--state", str(file)) as emulator:
        assert ask(emulator, "GET", here) == (200, ended)
        assert monitor(emulator, "Alerts") == alerts
        assert ask(emulator, "DELETE", here)[0] == 204


def test_a_call_that_was_going_on_at_kill_9_has_failed(tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent,
        served("--no-speech", "--state", file) as emulator,
    ):
        silent.bind(("127.0.0.1", 0))
        to = f"sip:a@127.0.0.1:{silent.getsockname()[1]}"
        status, call = ask(emulator, "POST", "Calls", To=to, From="b", Twiml="<Response/>")
        assert (status, call["status"]) == (201, "queued")
        emulator.process.kill()
        emulator.process.wait(PATIENCE)
    with served("--no-speech", "--state", file) as emulator:
        _, after = ask(emulator, "GET", f"Calls/{call['sid']}")
        assert (after["status"], after["to"], after["end_time"]) == ("failed", to, call["date_created"])


def monitor(emulator: Served, kind: str) -> list[dict[str, Any]]:
    """Return the alerts or events, the latest first."""
    request = Request(f"{emulator.http}/v1/{kind}", headers={"Authorization": f"Basic {BASIC}"})
    with urlopen(request, timeout=PATIENCE) as response:
        found: list[dict[str, Any]] = json.load(response)[kind.lower()]
    for each in found:
        # These begin with where they were read.
        each.pop("links", None)
        each.pop("url")
    return found


def wrong(emulator: Served) -> None:
    """Send a REGISTER to the domain, which takes none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(PATIENCE)
        here = "{}:{}".format(*udp.getsockname())
        fields = (
            "REGISTER sip:demo.sip.twilio.com SIP/2.0", f"Via: SIP/2.0/UDP {here};branch=z9hG4bK-{here[10:]};rport",
            "Max-Forwards: 70", f"From: <sip:a@{here}>;tag=1", f"To: <sip:a@{here}>", f"Call-ID: {here}",
            "CSeq: 1 REGISTER", "Content-Length: 0",
        )  # fmt: skip
        udp.sendto("\r\n".join((*fields, "\r\n")).encode(), emulator.sip)
        while not udp.recv(65_535).startswith(b"SIP/2.0 403 "):
            continue


def test_alerts_and_events_are_there_after_the_end(tmp_path: Path) -> None:
    file = str(tmp_path / "state.db")
    flags = (
        "--no-speech",
        "--voice-url",
        "http://127.0.0.1:9/voice",
        "--allow",
        "127.0.0.1",
        "--state",
        file,
    )
    with served(*flags) as emulator:
        wrong(emulator)
        wrong(emulator)
        ask(emulator, "POST", "SIP/CredentialLists", FriendlyName="staff")
        alerts, events = monitor(emulator, "Alerts"), monitor(emulator, "Events")
        assert [each["error_code"] for each in alerts] == ["32210", "32210"]
        assert [each["event_type"] for each in events] == ["sip-credential-list.created"]
        assert emulator.stop() == 0
    with served(*flags) as emulator:
        assert (monitor(emulator, "Alerts"), monitor(emulator, "Events")) == (alerts, events)
        wrong(emulator)
        assert monitor(emulator, "Alerts")[1:] == alerts
        with urlopen(Request(f"{emulator.http}/_sipdomain/reset", method="POST"), timeout=PATIENCE):
            assert (monitor(emulator, "Alerts"), monitor(emulator, "Events")) == ([], [])
        assert emulator.stop() == 0
    with served(*flags) as emulator:
        assert (monitor(emulator, "Alerts"), monitor(emulator, "Events")) == ([], [])


def _text(path: Path) -> None:
    path.write_text("credential_lists: {staff: {alice: Correct-Horse-42}}\n" * 40)


def _of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    connection.close()


def _of_another_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE records (kind TEXT, key TEXT, value TEXT)")
        connection.execute(f"PRAGMA application_id = {0x53495044}")
        connection.execute("PRAGMA user_version = 9")
    connection.close()


def refused(file: Path) -> subprocess.CompletedProcess[str]:
    return ended("serve", "--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--state", str(file))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_text, "cannot open {file}: it is not a database"),
        (_of_another_program, "{file} is a database, but not of sipdomain"),
        (_of_another_version, "{file} is of version 9; this sipdomain reads version 2"),
        (Path.mkdir, "cannot open {file}: it is not a file"),
        (os.mkfifo, "cannot open {file}: it is not a file"),
    ],
)
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, spoil: Any, said: str) -> None:
    file = tmp_path / "state.db"
    spoil(file)
    done = refused(file)
    assert (done.returncode, done.stderr) == (2, f"error: --state: {said.format(file=file)}\n")


def test_two_emulators_cannot_share_a_file(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with served("--no-speech", "--state", str(file)):
        assert refused(file).stderr == f"error: --state: cannot open {file}: another process uses it\n"


def test_no_password_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with served(
        "--no-speech", "--state", str(file), "--user", "alice", "--password", "Correct-Horse-4242"
    ) as emulator:
        assert emulator.stop() == 0
    assert b"Correct-Horse-4242" not in b"".join(each.read_bytes() for each in tmp_path.iterdir())
