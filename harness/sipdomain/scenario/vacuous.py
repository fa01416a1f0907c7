"""Expectations that would hold whatever happens, because what they name is not there: refused when a file is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sipdomain.errors import FileError, RestError
from sipdomain.media.tones import spoken as as_read
from sipdomain.runtime.files.yaml_file import Node, did_you_mean
from sipdomain.scenario.checked import value_place
from sipdomain.scenario.given import Given
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.sounds import Sound
from sipdomain.scenario.spoken import UNKNOWN, said_in, spoken_in
from sipdomain.scenario.stage import VARIABLE
from sipdomain.scenario.step import Place, Step, walk
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.steps.external import External
from sipdomain.scenario.steps.rest import Rest
from sipdomain.scenario.steps.say import Say
from sipdomain.scenario.steps.turns import Turns
from sipdomain.twilio.rest.catalogue import catalogue, parts_of, unknown
from sipdomain.twilio.rest.resource import VERSION

_ACCOUNT: Final = f"/{VERSION}/Accounts/AC/"
_FALLBACK: Final = re.compile("fallback", re.IGNORECASE)
_CALLBACK: Final = re.compile("callback", re.IGNORECASE)


def check_not_vacuous(scenario: Scenario, root: Node) -> None:
    """See that what must not be there, or not happen, could.

    Args:
        scenario: What the file says.
        root: The text as written, with its places.

    Raises:
        FileError: A path of the REST API leads nowhere, where 404 is expected; nobody says what is not to be heard; or
            no domain has a fallback URL that is not to be asked.
    """
    steps = [(place, each.step) for place, each in walk(scenario.steps)]
    for place, step in steps:
        if isinstance(step, Rest) and step.status == 404:
            _check_leads_somewhere(step, root, place)
    _check_may_be_heard(scenario.given, steps, root)
    check_may_be_asked(scenario, root)


def check_may_be_asked(scenario: Scenario, root: Node) -> None:
    """See that what is not to be asked, or told, could be: that there is a fallback URL, and a status URL.

    Raises:
        FileError: There is none.
    """
    steps = [(place, each.step) for place, each in walk(scenario.steps)]
    if scenario.given.domains and not _has_fallback(scenario, [step for _, step in steps]):
        for place, step in steps:
            if getattr(step, "fallback", None) == "not asked":
                raise FileError(
                    "no domain has a fallback URL that could be asked",
                    where=value_place(root, (*place, "fallback")),
                    hint="give the domain one, such as `fallback: /sorry`, or leave this out",
                )
    if scenario.given.domains and not _may_be_told(scenario, [step for _, step in steps]):
        for place, step in steps:
            if isinstance(step, Expect) and (word := _untold(step)):
                raise FileError(
                    "nothing has a status URL that could be told",
                    where=value_place(root, (*place, word)),
                    hint="give the domain one, such as `status: /status`, or leave this out",
                )


def _check_may_be_heard(given: Given, steps: Sequence[tuple[Place, Step]], root: Node) -> None:
    """See that the words that nobody is to hear are said by somebody, as far as all that may be said is known."""
    unheard = [
        ((*place, "unheard", *below), sound.say)
        for place, step in steps
        if isinstance(step, Expect)
        for below, sound in _sounds(step)
        if sound.say is not None and "${" not in sound.say
    ]
    if not unheard:
        return
    spoken = spoken_in(given)
    texts, is_all = set(spoken.texts), spoken.is_all
    for _, step in steps:
        if isinstance(step, Say) and step.words is not None:
            texts.add(as_read(step.words))
            is_all = is_all and "${" not in step.words
        elif isinstance(step, Turns):
            said = [each.say for each in step.rows if each.say is not None]
            texts |= set(map(as_read, said))
            is_all = is_all and not any("${" in each for each in said)
        elif isinstance(step, Rest):
            documents = [text for name, text in step.form.items() if name.lower() == "twiml"]
            texts |= {text for each in documents for text in said_in(each)}
            is_all = is_all and not any(map(UNKNOWN.search, step.form.values()))
        elif isinstance(step, External):
            is_all = False
    for place, words in unheard:
        if is_all and as_read(words) not in texts:
            raise FileError(
                "nobody says these words, so that nobody hears them, whatever happens",
                where=value_place(root, (*place, "say")),
                hint=did_you_mean(as_read(words), texts),
            )


def _sounds(step: Expect) -> list[tuple[Place, Sound]]:
    """Return the sounds that are not to be heard, each with its place below the word."""
    if isinstance(step.unheard, list):
        return [((number,), each) for number, each in enumerate(step.unheard)]
    return [((), step.unheard)] if step.unheard is not None else []


def _check_leads_somewhere(step: Rest, root: Node, place: Place) -> None:
    """See that a resource has a path, so that what is not found there could be."""
    word, path = next((word, path) for word in ("get", "post", "delete") if (path := getattr(step, word)))
    if path.startswith("${"):
        return
    filled = VARIABLE.sub("X", path)
    try:
        version, parts = parts_of(filled if filled.startswith("/") else f"{_ACCOUNT}{filled}")
        if catalogue().routes[version].find(parts) is not None or unknown(parts).status != 404:
            return
    except RestError as error:
        if error.status != 404:
            return
    raise FileError(
        f"the REST API has no `{path}`, whatever happens",
        where=value_place(root, (*place, word)),
        hint=did_you_mean(path, _names()),
    )


def _names() -> list[str]:
    """Return the paths of collections right below an account, as a scenario writes them."""
    from sipdomain.twilio.rest.registry import RESOURCES

    return ["/".join(each.path.split("/")[2:]) for each in RESOURCES if each.path.count("{") == 1]


def _has_fallback(scenario: Scenario, steps: list[Step]) -> bool:
    """Whether a domain has a fallback URL, or a step may give it one."""
    if any(each.fallback for each in scenario.given.domains.values()):
        return True
    return any(
        isinstance(each, External) or (isinstance(each, Rest) and any(map(_FALLBACK.search, each.form)))
        for each in steps
    )


def _untold(step: Expect) -> str:
    """Return the word by which a step says that no status callback comes; "" when it says no such thing."""
    if step.callback is not None and step.count == 0:
        return "callback"
    lists = (
        [step.callbacks] if isinstance(step.callbacks, list) else list(dict(step.callbacks or {}).values())
    )
    return "callbacks" if [] in lists else ""


def _may_be_told(scenario: Scenario, steps: list[Step]) -> bool:
    """Whether a status URL is given: by a domain, by a document, or by a step; or nobody knows all documents."""
    if any(each.status for each in scenario.given.domains.values()):
        return True
    spoken = spoken_in(scenario.given)
    if not spoken.is_all or any(map(_CALLBACK.search, spoken.documents)):
        return True
    return any(
        isinstance(each, External)
        or (
            isinstance(each, Rest)
            and any(_CALLBACK.search(text) for pair in each.form.items() for text in pair)
        )
        for each in steps
    )
