"""Programs that call all at once, each as a user of its own name, each with one mistake: what is seen of each."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from sipdomain.pbx.settings import Settings
from sipdomain.pbx.vendors import VENDORS
from sipdomain.qa.bench import Bench
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.drivers.driver import Act, Order
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.seen import Dialog, Seen
from sipdomain.qa.situations.call import SITUATION
from sipdomain.qa.verdict import Verdict
from sipdomain.runtime.process import Process, find_program
from sipdomain.runtime.worlds.world import Until
from sipdomain.scenario.peers import pjsip
from sipdomain.sip.outputs import Address
from tests.integration.served import free_ports
from tests.patience import PATIENCE

PASSWORD = "Correct-Horse-42"
ENOUGH = 7.0
"""How long calls are looked at, in seconds."""
Place = Callable[[Order, Path, int], list[Process]]


@dataclass(frozen=True, slots=True)
class Caller:
    """A program and its configuration.

    Attributes:
        name: How it is told from the others: the user part of its From.
        place: Starts it: the order, a folder, and a number of its own.
        found: The checks that fail it.
    """

    name: str
    place: Place
    found: frozenset[str] = frozenset()


class AtOnce:
    """A driver of many callers."""

    name = "at-once"
    acts: frozenset[Act] = frozenset({"press keys", "hang up"})
    by_hand = False
    starts_anew = True

    def __init__(self, callers: Iterable[Caller], folder: Path) -> None:
        self._callers, self._folder = tuple(callers), folder
        self._running: list[Process] = []

    def begin(self, order: Order) -> None:
        """Start all of them."""
        for number, caller in enumerate(self._callers):
            folder = self._folder / f"{number}-{caller.name}"
            folder.mkdir()
            self._running += caller.place(order, folder, number)

    def do(self, act: Act) -> None:
        """Do nothing: each was told beforehand."""

    def trouble(self) -> str:
        """Return nothing: who does not call is missed."""
        return ""

    def end(self) -> None:
        """End them."""
        for each in self._running:
            each.close()
        self._running.clear()


def seen_of(callers: Iterable[Caller]) -> dict[str, Seen]:
    """Return what is seen of each caller in a plain call, when all call at the same time."""
    callers = tuple(callers)
    folder = Path(tempfile.mkdtemp(prefix="sipdomain-planted-"))
    driver = AtOnce(callers, folder)
    wishes = Wishes("", "true", "demo", "alice", PASSWORD)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False)
    bench.driver = driver
    names = {each.name for each in callers}

    def play(bench: Bench) -> Generator[Until, bool, None]:
        script = SITUATION.play(bench)
        wait = next(script)
        done = yield wait
        if not all_came():
            done = yield Until(all_came, PATIENCE)
        assert all_came(), f"of {len(names)} only {len(bench.calls())} called"
        while True:
            try:
                wait = script.send(done)
            except StopIteration:
                return
            # Calls that do not end are ended by the bench.
            done = yield Until(wait.condition, min(wait.within, ENOUGH))

    def all_came() -> bool:
        return len(bench.calls()) >= len(names)

    try:
        with closing(bench.world):
            seen = bench.play(play, SITUATION.asks)
            return {name: _part(seen, name) for name in names}
    finally:
        driver.end()
        shutil.rmtree(folder, ignore_errors=True)


def _name(dialog: Dialog) -> str:
    return dialog.invites[0].message.from_.uri.user or ""


def _part(seen: Seen, name: str) -> Seen:
    dialogs = tuple(each for each in seen.dialogs if each.invites and _name(each) == name)
    ports = {each.audio.port for dialog in dialogs for each in dialog.described("cloud")}
    packets = tuple(each for each in seen.packets if {each.source.port, each.target.port} & ports)
    return replace(seen, dialogs=dialogs, packets=packets)


def verdicts(seen: Seen) -> dict[str, Verdict]:
    """Return what each check of that situation says."""
    return {name: check.verdict(seen) for name, check in CHECKS.items() if check.situation == SITUATION.name}


def failures(seen: Seen) -> dict[str, str]:
    """Return what is found, by the name of the check."""
    return {name: each.said for name, each in verdicts(seen).items() if each.outcome == "failed"}


# --- the programs ------------------------------------------------------------------------------------------
def written(text: str, changes: Iterable[tuple[str, str]]) -> str:
    """Return a configuration with each text in it written differently."""
    for old, new in changes:
        assert old in text, f"{old!r} is not in the configuration"
        text = text.replace(old, new)
    return text


def _filled(vendor: str, order: Order, listen: Address, *, srtp: bool = False) -> Mapping[str, str]:
    settings = Settings(order.domain, order.user, order.password, order.target, listen, "udp", srtp)
    return VENDORS[vendor].fill(settings)


def sipp(
    name: str,
    *changes: tuple[str, str],
    target: Address | None = None,
    auth_uri: str = "",
    plain: bool = False,
) -> Place:
    """Return how to start SIPp with the file of `config pbx sipp`, changed."""

    def place(order: Order, folder: Path, number: int) -> list[Process]:
        # An address of its own: SIPp takes port 5060.
        local = f"127.0.3.{number + 1}"
        text = _filled("sipp", order, Address(local, 0))["call.xml"]
        text = text.replace(f"From: <sip:{order.user}@", f"From: <sip:{name}@")
        if plain:
            # Without an answer to a challenge: that is another's work.
            begin = text.index('  <recv response="407" auth="true"/>')
            text = text[:begin] + text[text.index("</send>", text.index("CSeq: 2 INVITE")) + 8 :]
            text = text.replace("CSeq: 2 ACK", "CSeq: 1 ACK")
        (folder / "call.xml").write_text(written(text, changes))
        command = [
            find_program("sipp", package="sip-tester"), str(target or order.target), "-sf", "call.xml",
            "-s", order.extension, "-i", local, "-mi", local, "-t", "u1",
            "-auth_uri", auth_uri or f"{order.extension}@{order.domain}", "-rtp_echo", "-m", "1",
            "-timeout", "30s", "-nostdin",
        ]  # fmt: skip
        return [Process(command, folder=folder, environment={"TERM": "dumb"})]

    return place


def baresip(
    name: str, *changes: tuple[str, str], srtp: bool = False, domain: str = "", modules: Iterable[str] = ()
) -> Place:
    """Return how to start baresip with the files of `config pbx baresip`: its accounts changed, and with more modules."""
    more = "".join(f"module {each}.so\n" for each in modules)

    def place(order: Order, folder: Path, number: int) -> list[Process]:
        asked = replace(order, domain=domain or order.domain)
        for file, text in _filled("baresip", asked, Address("127.0.0.1", 0), srtp=srtp).items():
            changed = text.replace(f"<sip:{order.user}@", f"<sip:{name}@").replace("regint=600", "regint=0")
            own = changes if file == "accounts" else [("module g711.so\n", f"module g711.so\n{more}")]
            (folder / file).write_text(written(changed, own))
        (folder / "contacts").write_text("")
        command = [
            find_program("baresip", package="baresip"), "-4", "-f", str(folder),
            "-e", f"/dial sip:{asked.extension}@{asked.domain}", "-t", "40",
        ]  # fmt: skip
        return [Process(command, folder=folder, takes_input=True)]

    return place


def by_pjsip(name: str, **changes: object) -> Place:
    """Return how to start PJSIP by a plan, changed."""

    def place(order: Order, folder: Path, number: int) -> list[Process]:
        plan: dict[str, object] = {
            "proxy": str(order.target), "to": f"sip:{order.extension}@{order.domain}", "user": order.user,
            "shown": name, "domain": order.domain, "password": order.password, "local": "127.0.0.1",
            "large_by_tcp": True, "codecs": ["PCMU", "PCMA"], **changes,
        }  # fmt: skip
        return [pjsip.start(plan, folder)]

    return place


def kamailio(name: str, *changes: tuple[str, str]) -> Place:
    """Return how to start Kamailio with the file of `config pbx kamailio`, changed, and SIPp behind it."""

    def place(order: Order, folder: Path, number: int) -> list[Process]:
        # A port of its own: another process of the test run may play the same callers at the same time.
        listen = Address(f"127.0.2.{number + 1}", free_ports(1)[0])
        text = _filled("kamailio", order, listen)["kamailio.cfg"]
        (folder / "kamailio.cfg").write_text(written(text, changes))
        command = ["kamailio", "-DD", "-E", "-f", str(folder / "kamailio.cfg"), "-Y", str(folder)]
        proxy = Process(command, folder=folder)
        caller = sipp(name, target=listen, plain=True)(order, folder, number)
        return [proxy, *caller]

    return place
