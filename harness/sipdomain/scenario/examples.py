"""The example scenarios that come with the program: their topics, their titles, and the files that they need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sipdomain
from sipdomain.errors import SetupError
from sipdomain.runtime.files.yaml_file import did_you_mean
from sipdomain.scenario.loader import SUFFIX, ScenarioFile, load_scenario
from sipdomain.scenario.schema import FILE as SCHEMA

FOLDER: Final = "scenarios"
_BESIDE: Final = re.compile(r"(?<![\w/.])\.\./\.\./([\w./-]+)")
"""A file outside of the scenarios, as a scenario of a topic names it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Examples of one topic.

    Attributes:
        name: The topic, which is the name of a folder.
        files: Its scenarios, in alphabetical order of their files.
    """

    name: str
    files: tuple[ScenarioFile, ...]


def root() -> Path:
    """Return the folder that has `scenarios` in it: of the wheel, or of the repository where it is installed from there.

    Raises:
        SetupError: The package has been taken apart.
    """
    package = Path(sipdomain.__file__).parent
    for place in (package / "examples", package.parents[1]):
        if (place / FOLDER).is_dir():
            return place
    raise SetupError(f"the example scenarios are missing from {package}; install sipdomain again")


def topics(wanted: Sequence[str] = ()) -> list[Topic]:
    """Return the topics in alphabetical order, or those wanted.

    Raises:
        SetupError: One of them does not exist.
    """
    folder = root() / FOLDER
    known = sorted(each.name for each in folder.iterdir() if each.is_dir())
    for each in wanted:
        if each not in known:
            hint = did_you_mean(each, known) or f"they are {', '.join(known)}"
            raise SetupError(f"no examples have the topic {each!r}; {hint}")
    return [
        Topic(name, tuple(load_scenario(each) for each in sorted((folder / name).glob(f"*{SUFFIX}"))))
        for name in known
        if not wanted or name in wanted
    ]


def needed(found: Iterable[Topic]) -> list[Path]:
    """Return all files that some topics need, themselves too, each relative to `root()`."""
    place = root()
    files: dict[Path, None] = {Path(FOLDER) / SCHEMA: None}
    for topic in found:
        for each in topic.files:
            path = Path(each.path)
            files[path.relative_to(place)] = None
            names = _BESIDE.findall(path.read_text("utf-8"))
            files |= dict.fromkeys(Path(name) for name in names if (place / name).is_file())
        # What they include, and their rows, stand beside them.
        beside = (each for each in sorted((place / FOLDER / topic.name).iterdir()) if each.is_file())
        files |= dict.fromkeys(each.relative_to(place) for each in beside)
    return list(files)
