"""The words of the step `expect`, written in Python: keyword arguments in place of YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence, did_you_mean
from sipdomain.scenario.checked import check
from sipdomain.scenario.filling import filled
from sipdomain.scenario.given import Given
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import written
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.world import PhoneCall, Script
from sipdomain.sip.methods import METHODS

M = TypeVar("M", bound=BaseModel)

PATH = "expect"
PAGE = "docs/reference/scenario-file.md#expect"
GIVEN_PAGE = "docs/reference/scenario-file.md#given"


def expectation(words: dict[str, Any]) -> Expect:
    """Return the step that keyword arguments describe.

    Args:
        words: As in scenario files; numbers, true and false may be Python's, lists may be tuples.

    Raises:
        ValueError: A word is not known, or its value does not fit; the text says which, and what to write.
    """
    if "call" in words:
        raise ValueError("expect: `call` is not a word here; the call is the first argument")
    if "soft" in words:
        raise ValueError("expect: `soft` is not a word here; a test of yours goes on by itself, or stops")
    step = _checked(Expect, words, "expect", f"the words are those of scenario files, see {PAGE}")
    for way, method in step.methods_named():
        if method not in METHODS:
            # Of a misspelt one there is no message, whatever happens.
            hint = did_you_mean(method, METHODS)
            raise ValueError(f"expect({written(way)}=…): there is no method `{method}`; {hint}")
    return step


def given_in_words(words: dict[str, Any], folder: Path) -> Given:
    """Return what keyword arguments give, as a scenario file does below `given:`.

    Args:
        words: As in scenario files; numbers, true and false may be Python's, lists may be tuples.
        folder: Where files that are named begin.

    Raises:
        ValueError: A word is not known, or its value does not fit; the text says which, and what to write.
    """
    hint = f"the words are those below `given:` of scenario files, see {GIVEN_PAGE}"
    given = _checked(Given, words, "given", hint)
    given.look_for_files_in(folder)
    return given


def judged(step: Expect, stage: Stage, call: PhoneCall) -> Script[tuple[Mismatch, ...]]:
    """Wait until all that is expected of a call is met; return what is not.

    Raises:
        StepError: The step names what is not there.
    """
    name = next((name for name, each in stage.calls.items() if each is call), "")
    if not name:
        name = f"call {len(stage.calls) + 1}"
        stage.add_foreign_call(name, call)
    try:
        yield from filled(step.model_copy(update={"call": name}), stage.fill).run(stage, PATH)
    except ExpectationError as failure:
        return failure.mismatches
    return ()


def _checked(model: type[M], words: dict[str, Any], function: str, hint: str) -> M:
    """Return the model that words describe; what is wrong is said as of the arguments of a function."""
    try:
        return check(model, _node(words, ""))
    except FileError as error:
        place = f"({error.where.file}=…)" if error.where is not None and error.where.file else ""
        raise ValueError(f"{function}{place}: {error.message}; {error.hint or hint}") from None


def _node(value: Any, path: str) -> Node:
    """Return a value as the reader of scenario files would, with its path where a file has its place."""
    where = Position(path, 1, 1)
    if isinstance(value, dict):
        below = [(str(key), f"{path}.{key}" if path else str(key), each) for key, each in value.items()]
        return Mapping({key: (Position(name, 1, 1), _node(each, name)) for key, name, each in below}, where)
    if isinstance(value, list | tuple):
        return Sequence([_node(each, f"{path}[{index}]") for index, each in enumerate(value)], where)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", where)
    if isinstance(value, str | int | float):
        return Scalar(str(value), where)
    raise ValueError(
        f"expect({path}=…): {type(value).__name__} is not a value here; "
        "write text, a number, true or false, a list or a mapping"
    )
