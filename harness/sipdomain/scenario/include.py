"""What several scenarios are given stands in a file that they include: `given: {include: office.given.yaml}`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.application_file import SUFFIX as APPLICATION, named
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence, load

MOST_FILES: Final = 100
"""How many files one scenario may include, those that included ones include too."""


def with_included(root: Mapping, path: Path) -> Mapping:
    """Return a scenario as written, with what its `given` includes.

    Args:
        root: The file as written.
        path: The file itself; names of others are relative to it.

    Raises:
        FileError: A file is missing or wrong, includes itself, or gives what another one gives too.
    """
    if "given" not in root.items:
        return root
    where, given = root.items["given"]
    merged = _Including(path.parent).merged(given, path, (path.resolve(),))
    return Mapping({**root.items, "given": (where, merged)}, root.where)


class _Including:
    """Reads the files that a scenario includes.

    Args:
        folder: The folder of the scenario's file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def merged(self, given: Node, path: Path, above: tuple[Path, ...]) -> Node:
        """Return what is given in a file, with what that includes.

        Args:
            given: What stands there.
            path: The file.
            above: The files that are being read, this one the last.
        """
        if not isinstance(given, Mapping):
            return given
        merged = Mapping({}, given.where)
        if "include" in given.items:
            for name in _names(given.items["include"][1]):
                merged = _joined(merged, self._read(name, path, above))
        own = {key: value for key, value in given.items.items() if key != "include"}
        return _joined(merged, self._with_files_beside(Mapping(own, given.where), path.parent))

    def _read(self, name: Scalar, path: Path, above: tuple[Path, ...]) -> Mapping:
        self._count += 1
        if self._count > MOST_FILES:
            raise FileError(f"more than {MOST_FILES} files are included", where=name.where)
        file = path.parent / name.value
        resolved = file.resolve()
        if resolved in above:
            circle = [each.name for each in (*above[above.index(resolved) :], resolved)]
            raise FileError(f"{name.value} includes itself: {' → '.join(circle)}", where=name.where)
        if not file.is_file():
            raise FileError(
                f"there is no file `{name.value}`", where=name.where, hint="it is looked for beside this file"
            )
        found = self.merged(load(file), file, (*above, resolved))
        if not isinstance(found, Mapping):
            raise FileError(
                "an included file has the keys of `given`",
                where=found.where,
                hint="write such as `phones: …`",
            )
        return found

    def _with_files_beside(self, given: Mapping, folder: Path) -> Mapping:
        """Return what is given with the files of its replies relative to the scenario, as its own are."""
        way = os.path.relpath(folder, self._folder)
        if way == os.curdir or "app" not in given.items:
            return given
        where, app = given.items["app"]
        return Mapping({**given.items, "app": (where, _files_in(app, way))}, given.where)


def _names(node: Node) -> list[Scalar]:
    names = node.items if isinstance(node, Sequence) else [node]
    found = [each for each in names if isinstance(each, Scalar) and each.value]
    if len(found) < max(1, len(names)):
        raise FileError(
            "the name of a file is needed here, or a list of them",
            where=node.where,
            hint="write `include: office.given.yaml`",
        )
    return found


def _joined(first: Mapping, second: Mapping) -> Mapping:
    """Return what two files give: each thing by its name once, as a domain, a phone or a path of the application."""
    items = dict(first.items)
    for key, (where, node) in second.items.items():
        if key not in items:
            items[key] = where, node
            continue
        before, known = items[key]
        if not (isinstance(known, Mapping) and isinstance(node, Mapping)):
            raise _twice(key, before, where)
        for name, (there, _) in node.items.items():
            if name in known.items:
                raise _twice(name, known.items[name][0], there)
        items[key] = before, Mapping({**known.items, **node.items}, known.where)
    return Mapping(items, second.where)


def _twice(name: str, before: Position, where: Position) -> FileError:
    return FileError(
        f"`{name}` is already given in {before.file}:{before.line}:{before.column}",
        where=where,
        hint="remove one of the two",
    )


def _files_in(app: Node, way: str) -> Node:
    """Return an application with the way to their folder before the names of its replies' files, or of its own."""
    if isinstance(app, Scalar) and named(app.value)[0].endswith(APPLICATION):
        return _moved(app, way)
    if not isinstance(app, Mapping):
        return app
    return Mapping({path: (at, _file_in(reply, way)) for path, (at, reply) in app.items.items()}, app.where)


def _file_in(reply: Node, way: str) -> Node:
    if isinstance(reply, Sequence):
        return Sequence([_file_in(each, way) for each in reply.items], reply.where)
    if not isinstance(reply, Mapping) or "file" not in reply.items:
        return reply
    at, name = reply.items["file"]
    if not isinstance(name, Scalar):
        return reply
    return Mapping({**reply.items, "file": (at, _moved(name, way))}, reply.where)


def _moved(name: Scalar, way: str) -> Scalar:
    return Scalar(os.path.join(way, name.value), name.where)  # noqa: PTH118 - links stay as written
