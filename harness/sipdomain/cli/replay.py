"""`sipdomain run --watch`: plays again what has changed, until Ctrl-C; changes are found by looking again and again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import Mapping as NodeMapping, Node, Scalar, Sequence as NodeList, load
from sipdomain.scenario.loader import ScenarioFile, WrongFile, find, load_all

POLL: Final = 0.3
"""How often files are looked at, in seconds."""
MOST: Final = 1_000
"""How many files beside an application are looked at."""
_YAML: Final = (".yaml", ".yml")
_LONGEST: Final = 1_000
"""The longest text that is taken for a file's name, in characters."""

Stamp = tuple[tuple[str, int, int], ...]
Play = Callable[[Sequence[ScenarioFile], Sequence[WrongFile]], None]


def replay(paths: Sequence[Path], seed: int, play: Play, is_over: Callable[[], bool]) -> None:
    """Play all, and then what has changed, until it is over.

    Args:
        paths: Files and folders; a file that comes into a folder is found.
        seed: Draws the identities of `${faker.…}` placeholders.
        play: Plays some, and reports those that are wrong.
        is_over: Asked again and again.
    """
    seen: dict[Path, Stamp] = {}
    needed: dict[Path, frozenset[Path]] = {}
    while not is_over():
        found = _found(paths)
        changed = [each for each in found if seen.get(each) != _stamp(needed.get(each, {each}))]
        if changed:
            # What changes while it is read, or played, is played again.
            before = {file: _one(file) for each in changed for file in needed.get(each, {each})}
            files, wrong = load_all(changed, seed=seed)
            of_files: dict[Path, frozenset[Path]] = {}
            for source in files:
                path = Path(source.path)
                of_files[path] = of_files.get(path, frozenset()) | {*files_of(source)}
            for each in changed:
                # A wrong file is mended where it is wrong: in what it names, or in what it was made of before.
                named = needed.get(each, frozenset()) | {*files_named(each)}
                needed[each] = of_files.get(each) or named
            seen |= {each: _stamp(needed[each], before) for each in changed}
            play(files, wrong)
        else:
            time.sleep(POLL)


def files_of(source: ScenarioFile) -> Iterator[Path]:
    """Yield the files that a scenario is made of: its own, what it names or includes, what is beside its application."""
    path = Path(source.path)
    # As written it has the names of what it includes, and of its rows; as read, what stands for a placeholder too.
    yield from filter(_is_file, files_named(path))
    for each in _nodes(source.root):
        yield Path(each.where.file)
        if isinstance(each, Scalar) and _may_be_a_name(each.value) and _is_file(path.parent / each.value):
            yield path.parent / each.value
    application = source.scenario.given.application_file
    if application is not None:
        beside = application.parent
        yield application
        yield from islice((each for pattern in ("*.py", "*/*.py") for each in beside.glob(pattern)), MOST)


def files_named(path: Path) -> Iterator[Path]:
    """Yield a file, and the files that it names and that these name in turn, those too that are not there."""
    seen: dict[Path, None] = {path: None}
    waiting = [path]
    while waiting and len(seen) < MOST:
        file = waiting.pop()
        for each in _nodes(_written(file)):
            if isinstance(each, Scalar) and _may_be_a_name(each.value):
                named = file.parent / each.value
                if named not in seen and (named.suffix or _is_file(named)):
                    seen[named] = None
                    waiting += [named] * (named.suffix in _YAML)
    yield from seen


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _written(path: Path) -> Node:
    try:
        return load(path)
    except FileError:
        # It has changed since, and is looked at again.
        return NodeList([], Position(str(path), 1, 1))


def _may_be_a_name(text: str) -> bool:
    return len(text) <= _LONGEST and text.isprintable()


def _found(paths: Sequence[Path]) -> list[Path]:
    """Return the scenario files that are there now."""
    found: list[Path] = []
    for each in paths:
        try:
            found += find([each])
        except FileError:
            continue
    return list(dict.fromkeys(found))


def _stamp(files: Iterable[Path], known: Mapping[Path, tuple[str, int, int]] | None = None) -> Stamp:
    """Return what tells a state of files from another one; of some it may be known already."""
    return tuple(sorted((known or {}).get(each) or _one(each) for each in files))


def _one(file: Path) -> tuple[str, int, int]:
    try:
        found = file.stat()
    except OSError:
        return str(file), 0, 0
    return str(file), found.st_mtime_ns, found.st_size


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, NodeMapping):
        for _, each in node.items.values():
            yield from _nodes(each)
    elif isinstance(node, NodeList):
        for each in node.items:
            yield from _nodes(each)
