"""What a scenario names must be there: rules, phones, calls placed before, methods, reasons for refusals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from sipdomain.errors import FileError
from sipdomain.runtime.files.yaml_file import Node, did_you_mean, locate
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.step import OneStep, Place, Step, numbered, walk
from sipdomain.scenario.steps.repeat import Repeat
from sipdomain.scenario.steps.request import Request
from sipdomain.scenario.words.phone import OfThePhone
from sipdomain.sip.methods import METHODS
from sipdomain.twilio.admission.admission import REFUSALS
from sipdomain.twilio.admission.broken_messages import BROKEN_MESSAGE
from sipdomain.twilio.fidelity.rules import RULES
from sipdomain.twilio.methods.dispatch import NOT_ALLOWED, UNKNOWN_METHOD


def check_references(scenario: Scenario, root: Node) -> None:
    """See that every name means something.

    Args:
        scenario: What the file says.
        root: The text as written, with its places.

    Raises:
        FileError: A phone is not given, a call is not placed by an earlier step, or a rule, reason or method is unknown.
    """
    for number, rule in enumerate(scenario.rules):
        _known(rule, RULES, "rule of the service", root, ("rules", number))
    _Names(list(scenario.given.phones), root).check((), numbered(scenario.steps), _Calls())
    check_methods(scenario, root)


def check_reasons(step: Step, root: Node, place: Place) -> None:
    """See that the reasons for refusals that a step names are some.

    Raises:
        FileError: One is none.
    """
    known = (*REFUSALS, BROKEN_MESSAGE, NOT_ALLOWED, UNKNOWN_METHOD)
    for word_field in ("refused", "dropped"):
        for word in _words(getattr(step, word_field, None)):
            _known(word, known, "reason for a refusal", root, (*place, word_field))


@dataclass
class _Calls:
    """The calls that a step may name.

    Attributes:
        placed: Those of earlier steps.
        elsewhere: Those that another branch places.
        rivals: Those of several branches that have ended: none of them is the latest.
    """

    placed: dict[str, None] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    rivals: tuple[str, ...] = ()


class _Names:
    """Sees that the names in steps mean something."""

    def __init__(self, phones: list[str], root: Node) -> None:
        self._phones = phones
        self._root = root

    def check(self, above: Place, steps: Sequence[tuple[Place, OneStep]], calls: _Calls) -> None:
        """Check steps, and add what they place to the calls.

        Args:
            above: The place of what they are in.
            steps: Each with its place below that.
            calls: Those that they may name.
        """
        for below, each in steps:
            step, place = each.step, (*above, *below, each.name)
            _check_phone(step, self._phones, self._root, place)
            _check_call(step, calls, self._root, place)
            check_reasons(step, self._root, place)
            self._check_branches(step, place, calls)
            if (name := getattr(step, "name", None)) is not None:
                calls.placed[name] = None
                calls.rivals = ()

    def _check_branches(self, step: Step, place: Place, calls: _Calls) -> None:
        branches = step.branches_within()
        placed = _placed(step)
        for number, branch in enumerate(branches):
            others = {name for other in (*placed[:number], *placed[number + 1 :]) for name in other}
            for name, where in placed[number].items():
                if name in others:
                    raise FileError(
                        f"another branch places a call `{name}` too",
                        where=locate(self._root, (*place, *where)),
                        hint="give each a name of its own: `name: …`",
                    )
            own = _Calls(dict(calls.placed), calls.elsewhere | others, calls.rivals)
            self.check(place, branch, own)
        for each in placed:
            calls.placed |= dict.fromkeys(each)
        if any(placed):
            placing = [each for each in placed if each]
            calls.rivals = tuple(name for each in placing for name in each) if len(placing) > 1 else ()


def _placed(step: Step) -> list[dict[str, Place]]:
    """Return for each branch of a step the names of the calls that it places, each with where it says so."""
    found: list[dict[str, Place]] = []
    for branch in step.branches_within():
        names: dict[str, Place] = {}
        for below, each in branch:
            place = (*below, each.name)
            if (name := getattr(each.step, "name", None)) is not None:
                names[name] = (*place, "name")
            for inner in _placed(each.step):
                names |= {name: (*place, *where) for name, where in inner.items()}
        found.append(names)
    if isinstance(step, Repeat):
        return [
            {each: where for name, where in names.items() for each in step.written_in_each_round(name)}
            for names in found
        ]
    return found


def _check_phone(step: Step, phones: list[str], root: Node, place: Place) -> None:
    name = getattr(step, "phone", None)
    if name is None or (not name and len(phones) == 1):
        return
    if not name:
        found = ", ".join(phones) or "none"
        raise FileError(
            "which phone?", where=locate(root, place), hint=f"write `phone: NAME`; given: {found}"
        )
    _known(name, phones, "phone", root, (*place, "phone"))


def _check_call(step: Step, calls: _Calls, root: Node, place: Place) -> None:
    for word in ("call", "replaces"):
        name = getattr(step, word, None)
        if name is None:
            continue
        if not calls.placed and not (name and calls.elsewhere):
            raise FileError(
                "no call was placed before this step", where=locate(root, place), hint="begin with `dial: …`"
            )
        if name:
            _known(name, {**calls.placed, **dict.fromkeys(calls.elsewhere)}, "call", root, (*place, word))
        elif calls.rivals:
            raise FileError(
                "which call? several branches placed one",
                where=locate(root, place),
                hint=f"write `{word}: NAME`; placed: {', '.join(calls.rivals[:12])}",
            )


def check_methods(scenario: Scenario, root: Node) -> None:
    """See that messages are of methods that somebody may send: of a misspelt one there is none, whatever happens.

    Raises:
        FileError: Nobody sends such ones.
    """
    steps = [(place, each.step) for place, each in walk(scenario.steps)]
    sent = [step.method for _, step in steps if isinstance(step, Request)]
    for place, step in steps:
        for below, method in step.methods_named() if isinstance(step, OfThePhone) else ():
            _known(method, (*sorted(METHODS), *sent), "method", root, (*place, *below))


def _words(value: object) -> Iterator[str]:
    """Return the texts of an expectation: one, or one for each profile."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from (each for each in dict(value).values() if isinstance(each, str))


def _known(word: str, known: Iterable[str], kind: str, root: Node, place: Place) -> None:
    names = list(known)
    if word not in names and "${" not in word:
        raise FileError(
            f"there is no {kind} `{word}`", where=locate(root, place), hint=did_you_mean(word, names)
        )
