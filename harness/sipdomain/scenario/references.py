"""What a scenario's steps name must be there: phones, calls placed before, reasons for refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel

from sipdomain.errors import FileError
from sipdomain.runtime.files.yaml_file import Node, did_you_mean, locate
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.step import Step
from sipdomain.twilio.admission.admission import REFUSALS
from sipdomain.twilio.admission.broken_messages import BROKEN_MESSAGE


def check_references(scenario: Scenario, root: Node) -> None:
    """See that every name in the steps means something.

    Args:
        scenario: What the file says.
        root: The text as written, with its places.

    Raises:
        FileError: A phone is not given, a call is not placed by an earlier step, or a reason is unknown.
    """
    calls: dict[str, None] = {}
    for index, each in enumerate(scenario.steps):
        step = each.step
        place = ("steps", index, each.name)
        _check_phone(step, list(scenario.given.phones), root, place)
        _check_call(step, calls, root, place)
        for field in ("refused", "dropped"):
            for word in _words(getattr(step, field, None)):
                _known(
                    word,
                    (*REFUSALS, BROKEN_MESSAGE),
                    "reason for a refusal",
                    root,
                    (*place, field),
                )
        name = getattr(step, "name", None)
        if name is not None:
            calls[name] = None


def _check_phone(step: Step, phones: list[str], root: Node, place: tuple[str | int, ...]) -> None:
    name = getattr(step, "phone", None)
    if name is None or (not name and len(phones) == 1):
        return
    if not name:
        found = ", ".join(phones) or "none"
        raise FileError(
            "which phone?", where=locate(root, place), hint=f"write `phone: NAME`; given: {found}"
        )
    _known(name, phones, "phone", root, (*place, "phone"))


def _check_call(step: Step, calls: dict[str, None], root: Node, place: tuple[str | int, ...]) -> None:
    for field in ("call", "replaces"):
        name = getattr(step, field, None)
        if name is None:
            continue
        if not calls:
            raise FileError(
                "no call was placed before this step", where=locate(root, place), hint="begin with `dial: …`"
            )
        if name:
            _known(name, calls, "call", root, (*place, field))


def _words(value: object) -> Iterator[str]:
    """Return the texts of an expectation: one, or one for each profile."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from (each for each in dict(value).values() if isinstance(each, str))


def _known(word: str, known: Iterable[str], kind: str, root: Node, place: tuple[str | int, ...]) -> None:
    names = list(known)
    if word not in names and "${" not in word:
        raise FileError(
            f"there is no {kind} `{word}`", where=locate(root, place), hint=did_you_mean(word, names)
        )
