"""Read `*.scenario.yaml` files; what is wrong with one is said with its place, as a compiler does."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    did_you_mean,
    load,
    load_text,
    locate,
)
from sipdomain.scenario.checked import check
from sipdomain.scenario.environment import Environment
from sipdomain.scenario.identities import Identities
from sipdomain.scenario.include import with_included
from sipdomain.scenario.matrix import Row, no_row, rows, titled, without_matrix
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.placeholders import filled
from sipdomain.scenario.possible import check_possible
from sipdomain.scenario.references import check_references
from sipdomain.scenario.steps import STEPS
from sipdomain.scenario.vacuous import check_not_vacuous
from sipdomain.scenario.variables import check_variables
from sipdomain.twilio.configuration.model import AccountSettings

SUFFIX = ".scenario.yaml"
_PART: Final = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario and the file it came from.

    Attributes:
        path: The file, as the user named it.
        scenario: What it says.
        root: The text as written, with its places.
        row: Which row of the file's matrix it is, counted from 1.
        secrets: Values of the environment that no report may show.
    """

    path: str
    scenario: Scenario
    root: Node
    row: int = 1
    secrets: frozenset[str] = frozenset()

    def with_account(self, account: AccountSettings) -> ScenarioFile:
        """Return the same with another account where a value is given; the others stay."""
        before = self.scenario.given.account or AccountSettings()
        merged = AccountSettings(
            sid=account.sid or before.sid, auth_token=account.auth_token or before.auth_token
        )
        given = self.scenario.given.model_copy(update={"account": merged})
        return replace(self, scenario=self.scenario.model_copy(update={"given": given}))

    def place(self, path: str) -> Position:
        """Return where in the file a step's field stands.

        Args:
            path: As in reports: `steps[3].expect.parameters.SipDomain`.
        """
        return locate(self.root, _keys(self.root, path))


@dataclass(frozen=True, slots=True)
class WrongFile:
    """A file that is not a scenario.

    Attributes:
        path: The file, as the user named it.
        error: What is wrong.
    """

    path: str
    error: FileError


def load_all(paths: Iterable[Path], *, seed: int) -> tuple[list[ScenarioFile], list[WrongFile]]:
    """Read the scenario files among paths and below folders; a wrong one keeps none of the others from being read.

    Args:
        paths: Files and folders.
        seed: Draws the identities of `${faker.…}` placeholders.
    """
    found: dict[Path, None] = {}
    right: list[ScenarioFile] = []
    wrong: list[WrongFile] = []
    for path in paths:
        try:
            found |= dict.fromkeys(find([path]))
        except FileError as error:
            wrong.append(WrongFile(str(path), error))
    for path in found:
        try:
            right += load_rows(path, seed=seed)
        except FileError as error:
            wrong.append(WrongFile(str(path), error))
    return right, wrong


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the scenario files among paths and below folders, in alphabetical order within each.

    Raises:
        FileError: A path does not exist, or holds no scenario file.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_file():
            found[path] = None
            continue
        below = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else []
        if not below:
            hint = f"scenario files end in {SUFFIX}" if path.is_dir() else ""
            raise FileError(f"no scenario found at {path}", hint=hint)
        found |= dict.fromkeys(below)
    return list(found)


def load_rows(path: Path | str, *, seed: int = 0) -> list[ScenarioFile]:
    """Read a scenario file: a scenario for each row of its matrix, or the only one.

    Args:
        path: The file.
        seed: Draws the identities of `${faker.…}` placeholders.

    Raises:
        FileError: The file is not a scenario.
    """
    return _Reading(str(path), load(path), seed).all()


def load_scenario(path: Path | str, *, seed: int = 0, row: int = 1) -> ScenarioFile:
    """Read one scenario of a file: the only one, or that of a row, counted from 1.

    Args:
        path: The file.
        seed: Draws the identities of `${faker.…}` placeholders.
        row: Which row of its matrix.

    Raises:
        FileError: The file is not a scenario.
    """
    return _Reading(str(path), load(path), seed).one(row)


def load_scenario_text(text: str, file: str = "<text>", *, seed: int = 0, row: int = 1) -> ScenarioFile:
    """Read a scenario from text; `file` names it in errors.

    Raises:
        FileError: The text is not a scenario.
    """
    return _Reading(file, load_text(text, file), seed).one(row)


class _Reading:
    """Reads a file that has one scenario, or one for each row."""

    def __init__(self, path: str, root: Node, seed: int) -> None:
        if not isinstance(root, Mapping) or "steps" not in root.items:
            raise FileError(
                "a scenario has a title and steps",
                where=root.where,
                hint="begin with `scenario: TITLE`, then `given:` and `steps:`",
            )
        _refuse_unknown_steps(root.items["steps"][1])
        self._path = path
        self._folder = Path(path).parent
        self._environment = Environment(os.environ)
        whole = with_included(root, Path(path))
        self._root: Node = filled(whole, {"env": self._environment, "faker": Identities(seed)})
        self._rows: list[Row] = []
        if isinstance(self._root, Mapping) and "matrix" in self._root.items:
            self._rows = rows(self._root.items["matrix"][1], self._folder)
            self._root = without_matrix(self._root)
        self._looks = Counter(map(str, self._rows))

    def all(self) -> list[ScenarioFile]:
        """Return all scenarios."""
        return [self.one(number) for number in range(1, max(1, len(self._rows)) + 1)]

    def one(self, number: int) -> ScenarioFile:
        """Return that of a row, counted from 1, or the only one."""
        if not self._rows:
            return self._checked(filled(self._root, {"row": no_row}), 1)
        if number > len(self._rows):
            raise FileError(f"{self._path} has {len(self._rows)} rows, and no row {number} any more")
        row = self._rows[number - 1]
        try:
            ready = filled(self._root, {"row": row})
            title = titled(ready, row, is_one_of_several=self._looks[str(row)] > 1)
            return self._checked(title, number, row.secrets())
        except FileError as error:
            raise FileError(
                f"{error.message} (row {number}: {row})", where=error.where, hint=error.hint
            ) from None

    def _checked(self, ready: Node, row: int, secrets: Iterable[str] = ()) -> ScenarioFile:
        scenario = check(Scenario, ready)
        scenario.given.look_for_files_in(self._folder)
        check_references(scenario, ready)
        check_variables(scenario, ready)
        check_possible(scenario, ready, self._folder)
        check_not_vacuous(scenario, ready)
        return ScenarioFile(
            self._path, scenario, ready, row, frozenset({*self._environment.secrets, *secrets})
        )


def _refuse_unknown_steps(steps: Node) -> None:
    """Say it plainly when a step's word is wrong; the model's own error would point at its values."""
    if not isinstance(steps, Sequence):
        raise FileError("steps are a list", where=steps.where, hint="begin each with `- `")
    for step in steps.items:
        if isinstance(step, Scalar) and step.value in STEPS:
            raise FileError(f"`{step.value}` needs values", where=step.where, hint=f"write `{step.value}: …`")
        if not isinstance(step, Mapping):
            raise FileError("a step is a word and its values", where=step.where, hint="write `dial: …`")
        for word, (where, values) in step.items.items():
            if word not in STEPS:
                raise FileError(f"unknown step `{word}`", where=where, hint=did_you_mean(word, STEPS))
            for inner in _lists_within(word, values):
                _refuse_unknown_steps(inner)


def _lists_within(word: str, values: Node) -> Iterator[Node]:
    """Yield the lists of steps within a step as written; what else is wrong with it, its model says."""
    if word == "parallel" and isinstance(values, Sequence):
        for branch in values.items:
            if isinstance(branch, Sequence) and not branch.items:
                raise FileError("this branch has no step", where=branch.where, hint="write `dial: …`")
            yield branch if isinstance(branch, Sequence) else Sequence([branch], branch.where)
    if word == "repeat" and isinstance(values, Mapping) and "steps" in values.items:
        yield values.items["steps"][1]


def _keys(node: Node, path: str) -> list[str | int]:
    """Return a path's keys with those joined again that have dots in themselves (`body.domains.0.sid`)."""
    parts: list[str | int] = [int(number) if number else word for number, word in _PART.findall(path)]
    keys: list[str | int] = []
    while parts:
        first = parts[0]
        if isinstance(node, Sequence) and isinstance(first, int) and first < len(node.items):
            node, parts = node.items[first], parts[1:]
            keys.append(first)
        elif isinstance(node, Sequence) and isinstance(first, str) and len(parts) > 1:
            parts = parts[1:]  # A list in place of a mapping, whose only key is left out.
        elif isinstance(node, Mapping) and (count := _longest(node, parts)):
            key = ".".join(map(str, parts[:count]))
            node, parts = node.items[key][1], parts[count:]
            keys.append(key)
        else:
            break
    return keys


def _longest(node: Mapping, parts: list[str | int]) -> int:
    """Return how many parts make the longest key of a mapping; 0 when they make none."""
    counts = range(len(parts), 0, -1)
    return next((each for each in counts if ".".join(map(str, parts[:each])) in node.items), 0)
