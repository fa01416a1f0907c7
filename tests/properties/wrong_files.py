"""Scenario files made wrong at random, from those that come with the project; `python -m tests.properties.wrong_files`."""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from sipdomain.errors import FileError
from sipdomain.runtime.files.yaml_file import load, plain
from sipdomain.scenario.loader import find, load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

ROOT: Final = Path(__file__).parents[2]
FILES: Final = [
    path
    for path in find([ROOT / "scenarios"])
    if {"needs", "profiles"}.isdisjoint(getattr(load(path), "items", ()))
]
"""Those that play in virtual time, under every profile."""

VALUES: Final[tuple[Any, ...]] = (
    "", " ", "x", "-1", "0", "1", "99999999999999999999", "9" * 5000, "1e308", "1e999", "nan", "-inf", "0x10", "1.5",
    "true", "none", "silence", "not asked", "default", "~", "null", "${app}", "${nothing}", "${", "${faker.name}",
    "${faker.nothing}",
    "${row.user}", "${row.}", "${env.HOME}", "${env.nothing:-x}", "${env.}", "${index}",
    "${call}", "ä", "日本", "\U0001f600", "\u202e", "\x00", "a\r\nb: c", "\x1b[31m", "\ud800", "\ufffe",
    "a" * 10_000, "/", "//", "/voices", "/../..", "/voice?x=1", "http://", "http://[", "https://a:b@c:99999/", "file:///x",
    "sip:", "sip:@", "sip:a@", "sips:100@acme", "sip:100@acme;transport=tls", "sip:%zz@acme", "sip:100@[::1]",
    "sip:100@" + "a" * 300, "127.0.0.1", "127.0.0", "10.255.255.254", "192.0.2.7", "::1", "fe80::1%nowhere", "224.0.0.1",
    "0.0.0.0", "255.255.255.255", "::ffff:127.0.0.1", "127.0.0.0/8", "1.2.3.4/33", "AC123", "AC" + "0" * 32, "ha1:",
    "INVITE", "FOO BAR", "A" * 300, "GET", "busy", "*", "(", "<Response/>", "<a", "[", "\\", "'", '"', "@", "%", "tls",
    [], ["x"], [["x"]], [["X-Order", "7"], ["X-Order"]], [{}], ["1", "2", "3"], {}, {"x": "y"}, {"": ""}, {"matches": "("},
    {"matches": "a"}, {"documented": "1"}, {"say": "x"}, {"say": "x", "twiml": "y"}, {"file": "nothing.xml"}, [[[[[[]]]]]],
    {"x": {"y": {"z": {"a": "b"}}}}, [{"say": "a"}, {"status": "999"}], {"headers": {"a b": "c"}},
    {"headers": {"a": "b\nc"}},
    {"user": "a b"}, {"user": "a@b", "password": "\x00"}, {"address": "192.0.2.9"}, {"transport": "sctp"},
)  # fmt: skip
"""What is put in place of something: of another type, out of range, empty, huge, of any script, nested."""


def wrong(number: int) -> tuple[str, str, str]:
    """Return the name, the text and the change of one file; the same for the same number."""
    rng = random.Random(number)
    path = rng.choice(FILES)
    tree = plain(load(path))
    change = changed(tree, rng, besides=frozenset({"needs", "profiles", "seed"}))
    return str(path), yaml.safe_dump(tree, sort_keys=False, allow_unicode=True, width=200), change


def changed(tree: Any, rng: random.Random, *, besides: frozenset[str] = frozenset()) -> str:
    """Make a tree wrong at one place; return what was done.

    Args:
        tree: Mappings, lists and texts; changed in place.
        rng: What draws the place and the change.
        besides: Keys at the top that stay.
    """
    places = [each for each in _places(tree) if each[0] not in besides or len(each) > 1]
    # Mostly what holds a text: another mapping in place of one is nearly always refused at once.
    leaves = [each for each in places if isinstance(_at(tree, each), str)]
    return _change(tree, rng.choice(leaves if rng.random() < 0.8 else places), rng)


def outcome(name: str, text: str) -> str:
    """Return how a file went: "passed", "failed", "not run: …" or "wrong"; what else is raised comes through."""
    try:
        source = load_scenario_text(text, name)
        worlds = maker("sim", speech=False)
        result = run_scenario(source, worlds, substrate="sim")
    except FileError as error:
        return "wrong" if error.where is not None and error.where.source.strip() else f"no place: {error}"
    return result.outcome if result.outcome != "not run" else f"not run: {result.reason}"


def _places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _at(tree: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _change(tree: Any, path: tuple[str | int, ...], rng: random.Random) -> str:
    parent, key = _at(tree, path[:-1]), path[-1]
    match rng.randrange(10):
        case 0:
            del parent[key]
            return f"{path} taken away"
        case 1 if isinstance(parent, dict):
            word = str(rng.choice([each for each in VALUES if isinstance(each, str)]))
            parent[word] = parent.pop(key)
            return f"{path} renamed {word[:40]!r}"
        case 2 if isinstance(parent, dict):
            other = rng.choice([*parent, "say", "twiml", "file", "status", "within", "expires", "headers"])
            parent[other] = rng.choice(VALUES)
            return f"{path}: {other} = {str(parent[other])[:40]!r} beside"
        case _:
            texts = isinstance(parent[key], str) and rng.random() < 0.8
            parent[key] = rng.choice([each for each in VALUES if isinstance(each, str)] if texts else VALUES)
            return f"{path} = {str(parent[key])[:40]!r}"


def main() -> None:
    """Play many, and print each that is neither passed, failed nor wrong with its place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    options = parser.parse_args()
    counts: dict[str, int] = {}
    for number in range(options.first, options.first + options.files):
        name, text, change = wrong(number)
        try:
            found = outcome(name, text)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            found = f"{type(error).__name__}: {error}"
        if found not in {"passed", "failed", "wrong"} and "needs live" not in found:
            print(f"{number}: {name}: {change}: {found[:300]}", flush=True)
            found = "bad"
        counts[found] = counts.get(found, 0) + 1
    print(counts)


if __name__ == "__main__":
    main()
