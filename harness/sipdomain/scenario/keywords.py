"""The words of the step `expect`, written in Python: keyword arguments in place of YAML."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence, plain
from sipdomain.scenario.checked import check
from sipdomain.scenario.filling import filled
from sipdomain.scenario.given import IN_PYTHON, Given
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.model import AnyStep, Scenario
from sipdomain.scenario.possible import check_paths, check_possible
from sipdomain.scenario.references import check_methods, check_reasons
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.vacuous import check_may_be_asked
from sipdomain.scenario.world import PhoneCall, Script

M = TypeVar("M", bound=BaseModel)

PATH = "expect"
PAGE = "docs/reference/scenario-file.md#expect"
GIVEN_PAGE = "docs/reference/scenario-file.md#given"


def expectation(words: dict[str, Any], given: Given | None = None) -> Expect:
    """Return the step that keyword arguments describe.

    Args:
        words: As in scenario files; numbers, true and false may be Python's, lists may be tuples.
        given: What stood before, where what is expected is to be possible there.

    Raises:
        ValueError: A word is not known, its value does not fit, or it names what is not there, so that it would hold
            whatever happens; the text says which, and what to write.
    """
    if "call" in words:
        raise ValueError("expect: `call` is not a word here; the call is the first argument")
    if "soft" in words:
        raise ValueError("expect: `soft` is not a word here; a test of yours goes on by itself, or stops")
    hint = f"the words are those of scenario files, see {PAGE}"
    step = _checked(Expect, words, "expect", hint)
    with _said_of("expect", hint):
        _check_names(step, words, given)
    return step


def _check_names(step: Expect, words: dict[str, Any], given: Given | None) -> None:
    """See what is looked at when a file is read too: that what a step names is there.

    Raises:
        FileError: Something is not.
    """
    where = Position("", 1, 1)
    entry = Mapping({"expect": (where, _node(words, ""))}, where)
    root = Mapping({"steps": (where, Sequence([entry], where))}, where)
    alone = AnyStep.model_construct({"expect"}, expect=step)
    scenario = Scenario.model_construct(given=given or Given(), steps=[alone])
    check_reasons(step, root, ("steps", 0, "expect"))
    check_methods(scenario, root)
    if given is not None:
        check_paths(scenario, root)
        check_may_be_asked(scenario, root)


def given_in_words(words: dict[str, Any], folder: Path, app: Any = None) -> Given:
    """Return what keyword arguments give, as a scenario file does below `given:`; it is checked as there.

    Args:
        words: As in scenario files; numbers, true and false may be Python's, lists may be tuples.
        folder: Where files that are named begin.
        app: As `with_application` takes it.

    Raises:
        ValueError: A word is not known, its value does not fit, or it names a file, a list, an address or a path of the
            application that is not there; the text says which, and what to write.
    """
    hint = f"the words are those below `given:` of scenario files, see {GIVEN_PAGE}"
    given = _checked(Given, words, "given", hint)
    whole = with_application(given, app)
    whole.look_for_files_in(folder)
    if given.bots and whole.app == IN_PYTHON:
        raise ValueError(
            "given(bots=…): `bots` are of the application that comes with us; `app` is one of yours"
        )
    where = Position("", 1, 1)
    written = words if app is None or whole.app == IN_PYTHON else {**words, "app": app}
    root = Mapping({"given": (where, _node(written, ""))}, where)
    with _said_of("given", hint):
        check_possible(Scenario.model_construct(given=whole, steps=[]), root, folder)
    return whole


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
        yield from filled(step.model_copy(update={"call": name}), stage.memory.fill).run(stage, PATH)
    except ExpectationError as failure:
        return failure.mismatches
    return ()


def _checked(model: type[M], words: dict[str, Any], function: str, hint: str) -> M:
    """Return the model that words describe; what is wrong is said as of the arguments of a function."""
    with _said_of(function, hint):
        return check(model, _node(words, ""))


@contextmanager
def _said_of(function: str, hint: str) -> Iterator[None]:
    """Say what is wrong in a file as of the arguments of a function."""
    try:
        yield
    except FileError as error:
        place = f"({error.where.file}=…)" if error.where is not None and error.where.file else ""
        raise ValueError(f"{function}{place}: {error.message}; {error.hint or hint}") from None


def _node(value: Any, path: str) -> Node:
    """Return a value as the reader of scenario files would, with its path where a file has its place.

    Raises:
        FileError: It is none that a file could hold.
    """
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
    raise FileError(
        f"{type(value).__name__} is not a value here",
        where=where,
        hint="write text, a number, true or false, a list or a mapping",
    )


def with_application(given: Given, app: Any) -> Given:
    """Return what is given with an application that Python hands over, as far as its paths are known.

    Args:
        given: The rest.
        app: Replies by path, in the words of files or in Python's own; a WSGI application; None for what `given` says.

    Raises:
        ValueError: It is none of these.
    """
    if app is None:
        return given
    if not (callable(app) or isinstance(app, str | dict)):
        raise ValueError(  # noqa: TRY004 - as for all that is given
            f"given(app=…): {type(app).__name__} is no application; "
            "write replies by path, such as {'/voice': {'say': 'Hello'}}, or give a WSGI application"
        )
    try:
        replies = Given.model_validate({"app": plain(_node(app, ""))}).app
    except (FileError, ValueError):  # of its paths, or of what it says, nothing is known
        replies = IN_PYTHON
    return given.model_copy(update={"app": replies})
