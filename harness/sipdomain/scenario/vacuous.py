"""Expectations that would hold whatever happens, because what they name is not there: refused when a file is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from sipdomain.errors import FileError, RestError
from sipdomain.media.tones import spoken as as_read
from sipdomain.runtime.files.yaml_file import Node, did_you_mean
from sipdomain.scenario.checked import value_place
from sipdomain.scenario.given import Given
from sipdomain.scenario.memory import VARIABLE
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.sounds import Sound
from sipdomain.scenario.spoken import UNKNOWN, said_in, spoken_in
from sipdomain.scenario.step import Place, Step, walk
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.steps.external import External
from sipdomain.scenario.steps.rest import Rest
from sipdomain.scenario.steps.say import Say
from sipdomain.scenario.steps.turns import Turns
from sipdomain.scenario.tones_made import can_be_heard
from sipdomain.twilio.rest.catalogue import catalogue, parts_of, unknown
from sipdomain.twilio.rest.resource import VERSION

_ACCOUNT: Final = f"/{VERSION}/Accounts/AC/"
_FALLBACK: Final = re.compile("[^=]*fallback", re.IGNORECASE)
"""In a form's field NAME=VALUE: a fallback URL is set."""
_CALLBACK: Final = re.compile(".*callback", re.IGNORECASE | re.DOTALL)
"""In a form's field, or a document: a status URL is set."""
_RELAY: Final = re.compile("<conversationrelay", re.IGNORECASE)
"""In a document: what comes over a socket is said, sentence by sentence, and so is a greeting."""
Steps = Sequence[tuple[Place, Step]]


class _Vacuous(NamedTuple):
    """An expectation that would hold whatever happens.

    Attributes:
        place: Of the value that says so.
        why: What is not there.
        hint: What to write instead.
    """

    place: Place
    why: str
    hint: str


def check_not_vacuous(scenario: Scenario, root: Node) -> None:
    """See that what must not be there, or not happen, could.

    Args:
        scenario: What the file says.
        root: The text as written, with its places.

    Raises:
        FileError: A path of the REST API leads nowhere, where 404 is expected; nobody says what is not to be heard, or
            nothing has its tone, or no call has a media stream; or no fallback or status URL is set.
    """
    _refuse(scenario, root, (_of_rest, _of_words, _of_tones, _of_marks, _of_fallbacks, _of_callbacks))


def check_may_be_asked(scenario: Scenario, root: Node) -> None:
    """See that URLs are set that are not to be requested: a fallback URL, and a status URL.

    Raises:
        FileError: There is none.
    """
    _refuse(scenario, root, (_of_fallbacks, _of_callbacks))


def _refuse(
    scenario: Scenario, root: Node, kinds: Sequence[Callable[[Given, Steps], Iterator[_Vacuous]]]
) -> None:
    steps = [(place, each.step) for place, each in walk(scenario.steps)]
    for kind in kinds:
        for place, why, hint in kind(scenario.given, steps):
            raise FileError(why, where=value_place(root, place), hint=hint)


def _of_fallbacks(given: Given, steps: Steps) -> Iterator[_Vacuous]:
    """Yield where no fallback URL is to be requested, and no domain has it, nor is given one by a step."""
    fallbacks = [each.fallback for each in given.domains.values() if each.fallback]
    if not given.domains or _may_be_set(steps, _FALLBACK):
        return
    places: list[Place] = []
    for place, step in steps:
        if not isinstance(step, Expect) or step.fallback is None:
            continue
        if step.fallback == "not asked":
            places += [] if fallbacks else [place]
        elif step.count == 0 and fallbacks and not any(step.fallback in each for each in fallbacks):
            why = f"no domain has the fallback URL {step.fallback}, so it cannot be requested as one"
            yield _Vacuous((*place, "fallback"), why, did_you_mean(step.fallback, fallbacks))
    hint = "give the domain one, such as `fallback: /sorry`, or leave this out"
    for place in places:
        yield _Vacuous((*place, "fallback"), "no domain has a fallback URL, so none can be requested", hint)


def _of_callbacks(given: Given, steps: Steps) -> Iterator[_Vacuous]:
    """Yield where no status callback is to come, and no status URL is set by a domain, a document or a step."""
    places = [(*place, word) for place, step in steps if isinstance(step, Expect) and (word := _untold(step))]
    if not given.domains or not places:
        return
    if any(each.status for each in given.domains.values()) or _may_be_set(steps, _CALLBACK):
        return
    spoken = spoken_in(given)
    if not spoken.is_all or any(map(_CALLBACK.match, spoken.documents)):
        return
    hint = "give the domain one, such as `status: /status`, or leave this out"
    for place in places:
        yield _Vacuous(place, "no status URL is set, so no status callback can come", hint)


def _of_marks(given: Given, steps: Steps) -> Iterator[_Vacuous]:
    """Yield where no mark is to come back, or nothing to be cleared, and no call has a media stream."""
    words = {"marks": [], "cleared": 0}
    places = [
        (*place, word)
        for place, step in steps
        if isinstance(step, Expect)
        for word, none in words.items()
        if getattr(step, word) == none
    ]
    if not places:
        return
    spoken = spoken_in(given)
    asked = [text for _, step in steps if isinstance(step, Rest) for text in step.sent]
    unknown = (
        not spoken.is_all
        or any(isinstance(step, External) for _, step in steps)
        or any(map(UNKNOWN.search, asked))
    )
    if unknown or any("stream" in each.lower() for each in (*spoken.documents, *asked)):
        return
    for place in places:
        yield _Vacuous(place, "no call has a media stream, so none of this can come", "leave it out")


def _may_be_set(steps: Steps, kind: re.Pattern[str]) -> bool:
    """Whether a step may set such a URL."""
    return any(
        isinstance(step, External)
        or (
            isinstance(step, Rest) and any(kind.match(f"{name}={value}") for name, value in step.form.items())
        )
        for _, step in steps
    )


def _of_words(given: Given, steps: Steps) -> Iterator[_Vacuous]:
    """Yield where words are not to be heard that nobody says, as far as all that may be said is known."""
    unheard = [
        ((*place, "unheard", *below, "say"), as_read(sound.say))
        for place, step in steps
        if isinstance(step, Expect)
        for below, sound in _sounds(step)
        if sound.say is not None and "${" not in sound.say
    ]
    if not unheard:
        return
    spoken = spoken_in(given)
    texts = set(spoken.texts)
    is_all = spoken.is_all and not any(map(_RELAY.search, spoken.documents))
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
            is_all = is_all and not any(map(_RELAY.search, documents))
        elif isinstance(step, External):
            is_all = False
    for place, words in unheard:
        if is_all and words not in texts:
            yield _Vacuous(
                place, "nobody says these words, so nobody can hear them", did_you_mean(words, texts)
            )


def _of_tones(given: Given, steps: Steps) -> Iterator[_Vacuous]:
    """Yield where a tone is not to be heard that nothing has, as far as all that may be played is known."""
    played = [step for _, step in steps]
    for place, step in steps:
        for below, sound in _sounds(step) if isinstance(step, Expect) else ():
            if sound.tone is not None and not can_be_heard(sound.tone, given, played):
                yield _Vacuous(
                    (*place, "unheard", *below, "tone"),
                    "nothing that is played has this tone, so nobody can hear it",
                    "name one of a beep, of music, or of a file that is played; words are found by `say`",
                )


def _sounds(step: Expect) -> list[tuple[Place, Sound]]:
    """Return the sounds that are not to be heard, each with its place below the word."""
    if isinstance(step.unheard, list):
        return [((number,), each) for number, each in enumerate(step.unheard)]
    return [((), step.unheard)] if step.unheard is not None else []


def _of_rest(_: Given, steps: Steps) -> Iterator[_Vacuous]:
    """Yield where 404 is expected at a path that the REST API does not have."""
    for place, step in steps:
        if isinstance(step, Rest) and step.status == 404:
            word, path = next(
                (word, path) for word in ("get", "post", "delete") if (path := getattr(step, word))
            )
            if not _leads_somewhere(path):
                why = f"the REST API has no `{path}`, so the answer is always 404"
                yield _Vacuous((*place, word), why, did_you_mean(path, _names()))


def _leads_somewhere(path: str) -> bool:
    """Whether a resource has this path, or may have it."""
    if path.startswith("${"):
        return True
    filled = VARIABLE.sub("X", path)
    try:
        version, parts = parts_of(filled if filled.startswith("/") else f"{_ACCOUNT}{filled}")
        return catalogue().routes[version].find(parts) is not None or unknown(parts).status != 404
    except RestError as error:
        return error.status != 404


def _names() -> list[str]:
    """Return the paths of collections right below an account, as a scenario writes them."""
    from sipdomain.twilio.rest.registry import RESOURCES

    return ["/".join(each.path.split("/")[2:]) for each in RESOURCES if each.path.count("{") == 1]


def _untold(step: Expect) -> str:
    """Return the word by which a step says that no status callback comes; "" when it says no such thing."""
    if step.callback is not None and step.count == 0:
        return "callback"
    lists = (
        [step.callbacks] if isinstance(step.callbacks, list) else list(dict(step.callbacks or {}).values())
    )
    return "callbacks" if [] in lists else ""
