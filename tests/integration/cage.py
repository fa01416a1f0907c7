"""`python -m tests.integration.cage ROOM LIMIT COMMAND…`: runs a command where nothing that it asks or writes stays unseen.

It has a network of its own, with loopback and a way out that leads nowhere; its only resolver answers each name with an
address out there; the file system lies below a layer that takes up what is written, wherever that is. `watched` calls it
by `unshare`, and returns what was seen. It needs Linux and root.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from dnslib import QTYPE, RR, A, DNSRecord

ROOT = Path(__file__).parents[2]
HOME, FOLDER, TEMPORARY = "/cage/home", "/cage/work", "/cage/tmp"
"""What the command has for its home, its current folder and its temporary files."""
_RESOLVER = "127.0.0.53"
_ELSEWHERE, _LAST = "198.51.100.99", "198.51.100.250"
_WAY_OUT = (
    "link set lo up",
    "link add out type veth peer name nowhere",
    "link set out arp off up",
    "link set nowhere up",
    "addr add 198.51.100.2/24 dev out",
    "-6 addr add 2001:db8::2/64 dev out nodad",
    "route add default dev out",
    "-6 route add default dev out",
)
_NEIGHBOURS = range(130, 144)
"""Types of ICMPv6 messages that the kernel sends by itself: neighbours, routers, groups."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a command did.

    Attributes:
        code: Its exit code; -1 when it took too long.
        output: What it printed, standard error too.
        names: The names that it looked up.
        packets: Protocol and target of what it sent beyond loopback.
        written: The files and new folders that it left, a folder with a slash at its end.
    """

    code: int
    output: str
    names: list[str]
    packets: list[str]
    written: list[str]


def needs_root() -> None:
    """Fail in words where no namespaces of one's own can be had."""
    assert sys.platform == "linux", "this test needs Linux: network and mount namespaces"
    # In a user namespace the file system cannot be laid below a layer of one's own.
    assert os.geteuid() == 0, (
        "this test needs root, for network and mount namespaces: sudo, or a container as in CI"
    )
    allowed = subprocess.run(
        ["unshare", "--net", "--mount", "true"], capture_output=True, text=True, check=False
    )
    assert allowed.returncode == 0, f"this test needs CAP_SYS_ADMIN, for namespaces: {allowed.stderr}"


def watched(
    room: Path, *command: str, limit: float = 150.0, environment: dict[str, str] | None = None
) -> Seen:
    """Run a command in a cage.

    Args:
        room: An empty folder.
        command: The program, with its full path, and its arguments.
        limit: How long it may take, in seconds.
        environment: Variables in addition to PATH, HOME, TMPDIR and PYTHONPATH.
    """
    needs_root()
    subprocess.run(
        ["unshare", "--net", "--mount", sys.executable, "-m", "tests.integration.cage", str(room), str(limit), *command],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
        cwd=ROOT, check=True, timeout=limit + 20,
    )  # fmt: skip
    return Seen(**json.loads((room / "seen.json").read_text()))


def main(room: Path, limit: float, command: list[str]) -> None:
    """Build the cage, run the command in it, and write down what was seen."""
    for step in _WAY_OUT:
        subprocess.run(["ip", *step.split()], check=True)
    names: list[str] = []
    packets: list[str] = []
    resolver, line = _resolver(), socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
    line.bind(("out", 3))
    for target, args in ((_answer, (resolver, names)), (_listen, (line, packets))):
        threading.Thread(target=target, args=args, daemon=True).start()
    layers = room / "layers"
    layers.mkdir()
    upper = _new_root(layers)
    code, output = _run(layers / "root", limit, command)
    _settle(names, packets)
    seen = Seen(code, output, names, packets, _written(upper))
    (room / "seen.json").write_text(json.dumps({each: getattr(seen, each) for each in Seen.__slots__}))


def _resolver() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((_RESOLVER, 53))
    return made


def _answer(resolver: socket.socket, names: list[str]) -> None:
    while True:
        data, source = resolver.recvfrom(4096)
        question = DNSRecord.parse(data)
        names.append(str(question.q.qname))
        answer = question.reply()
        if question.q.qtype == QTYPE.A:
            answer.add_answer(RR(question.q.qname, QTYPE.A, rdata=A(_ELSEWHERE)))
        resolver.sendto(answer.pack(), source)


def _listen(line: socket.socket, packets: list[str]) -> None:
    while True:
        data, (_, ethertype, *_) = line.recvfrom(65_536)
        if ethertype == 0x0800:
            packets.append(f"{data[9]} to {socket.inet_ntoa(data[16:20])}")
        elif ethertype == 0x86DD and not (
            data[6] in {0, 58} and data[40 + 8 * (data[6] == 0)] in _NEIGHBOURS
        ):
            packets.append(f"{data[6]} to {socket.inet_ntop(socket.AF_INET6, data[24:40])}")
        elif ethertype != 0x86DD:
            packets.append(f"ethertype {ethertype:#06x}")


def _settle(names: list[str], packets: list[str]) -> None:
    """Look a name up and send a packet, and wait until both were seen: then all before them were."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.settimeout(5)
        sender.sendto(b"", (_LAST, 9))
        DNSRecord.parse(DNSRecord.question("last.example").send(_RESOLVER, 53, timeout=5))
    give_up_at = time.monotonic() + 5
    while packets[-1:] != [f"17 to {_LAST}"]:
        assert time.monotonic() < give_up_at
        os.sched_yield()
    packets.pop()
    assert names.pop() == "last.example."


def _new_root(place: Path) -> Path:
    """Lay the file system below a layer that takes up what is written; return that layer."""
    subprocess.run(["mount", "-t", "tmpfs", "cage", str(place)], check=True)
    settings, upper, work, root = (place / name for name in ("settings", "upper", "work", "root"))
    for folder in (
        upper,
        work,
        root,
        settings / "etc",
        *(settings / each[1:] for each in (HOME, FOLDER, TEMPORARY)),
    ):
        folder.mkdir(parents=True)
    (settings / "etc/resolv.conf").write_text(f"nameserver {_RESOLVER}\noptions attempts:1 timeout:1\n")
    # Not even a name or an address in /etc/hosts is looked up unseen.
    (settings / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: dns\n")
    (settings / "etc/hosts").write_text("")
    layers = f"lowerdir={settings}:/,upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "-o", layers, "cage", str(root)], check=True)
    for name in ("proc", "dev", "sys"):
        subprocess.run(["mount", "--rbind", f"/{name}", str(root / name)], check=True)
    _bring_other_mounts(place, root)
    return upper


def _bring_other_mounts(layers: Path, root: Path) -> None:
    """Bring what is mounted elsewhere, such as a volume with the sources, into the cage, read-only."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        place = line.split()[4]
        if place == "/" or place.startswith(("/proc", "/dev", "/sys", "/etc", str(layers))):
            continue
        inside = str(root) + place
        bound = subprocess.run(["mount", "--bind", place, inside], capture_output=True, check=False)
        if bound.returncode == 0:
            subprocess.run(["mount", "-o", "remount,bind,ro", inside], capture_output=True, check=False)


def _run(root: Path, limit: float, command: list[str]) -> tuple[int, str]:
    inside = ["chroot", str(root), "env", "-C", FOLDER, f"HOME={HOME}", f"TMPDIR={TEMPORARY}", *command]
    try:
        done = subprocess.run(
            inside, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", timeout=limit, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return -1, str(late.output)
    return done.returncode, done.stdout


def _written(upper: Path) -> list[str]:
    """Return the files in the layer, and the folders that were not there before."""
    found = []
    for folder, folders, files in os.walk(upper):
        inside = Path("/") / Path(folder).relative_to(upper)
        found += [f"{inside / name}" for name in files]
        found += [f"{inside / name}/" for name in folders if not _was_there(inside / name)]
    return sorted(found)


def _was_there(folder: Path) -> bool:
    return folder.exists() or str(folder) in {"/cage", HOME, FOLDER, TEMPORARY}


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
