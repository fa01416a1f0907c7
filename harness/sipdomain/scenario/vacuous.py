"""Expectations that would hold whatever happens, because what they name is not there: refused when a file is read."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.errors import FileError, RestError
from sipdomain.runtime.files.yaml_file import Node, did_you_mean
from sipdomain.scenario.checked import value_place
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.stage import VARIABLE
from sipdomain.scenario.step import Place, Step, walk
from sipdomain.scenario.steps.external import External
from sipdomain.scenario.steps.rest import Rest
from sipdomain.twilio.rest.catalogue import catalogue, parts_of, unknown
from sipdomain.twilio.rest.resource import VERSION

_ACCOUNT: Final = f"/{VERSION}/Accounts/AC/"
_FALLBACK: Final = re.compile("fallback", re.IGNORECASE)


def check_not_vacuous(scenario: Scenario, root: Node) -> None:
    """See that what must not be there, or not happen, could.

    Args:
        scenario: What the file says.
        root: The text as written, with its places.

    Raises:
        FileError: A path of the REST API leads nowhere, where 404 is expected; or no domain has a fallback URL that is
            not to be asked.
    """
    steps = [(place, each.step) for place, each in walk(scenario.steps)]
    for place, step in steps:
        if isinstance(step, Rest) and step.status == 404:
            _check_leads_somewhere(step, root, place)
    if scenario.given.domains and not _has_fallback(scenario, [step for _, step in steps]):
        for place, step in steps:
            if getattr(step, "fallback", None) == "not asked":
                raise FileError(
                    "no domain has a fallback URL that could be asked",
                    where=value_place(root, (*place, "fallback")),
                    hint="give the domain one, such as `fallback: /sorry`, or leave this out",
                )


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
