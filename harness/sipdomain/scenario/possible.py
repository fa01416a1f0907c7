"""What a scenario is given must be possible: tried before anything plays, each fault named with its place."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from sipdomain.errors import FileError, LocalProtocolError
from sipdomain.faults import FAULTS
from sipdomain.phone.settings import checked_target
from sipdomain.runtime.files.application_file import named
from sipdomain.runtime.files.yaml_file import Node, did_you_mean, locate, plain
from sipdomain.runtime.own_address import is_own_address
from sipdomain.runtime.worlds.account import make_account
from sipdomain.runtime.worlds.application import check_replies, usual_paths
from sipdomain.scenario.behaviours import behaviours_of
from sipdomain.scenario.checked import value_at, value_place
from sipdomain.scenario.given import Given, Reply
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.places import Webhook
from sipdomain.scenario.step import Place, walk
from sipdomain.scenario.steps.behave import Behave
from sipdomain.scenario.steps.external import External
from sipdomain.scenario.steps.request import Request
from sipdomain.scenario.values import several
from sipdomain.sip.methods import METHODS
from sipdomain.twilio.configuration.model import BIN, ConfigurationError, apply
from sipdomain.twilio.engine.doors import complaint_of_edge
from sipdomain.twilio.names.domain_names import SUFFIX
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store

_ANY_APP = "http://127.0.0.1:5000"


def check_possible(scenario: Scenario, root: Node, folder: Path) -> None:
    """See that a world can be made of what is given, and that steps can be carried out there.

    Args:
        scenario: What the file says.
        root: The text as written, with its places.
        folder: Where the scenario's file is.

    Raises:
        FileError: An account, a list, a domain, a reply, an address or a file is none; or nobody answers at a path.
    """
    given = scenario.given
    _check_files(given, root, folder)
    try:
        _try_configuration(given)
        check_replies(given.replies())
    except ConfigurationError as error:
        raise placed(error, root) from None
    for name, phone in given.phones.items():
        of_phone: Place = ("given", "phones", name)
        _check_address(phone.address, root, (*of_phone, "address"))
        try:
            checked_target(f"sip:{phone.user}@{SUFFIX}")
        except LocalProtocolError:
            raise FileError(
                f"`{phone.user}` cannot be the user part of a SIP URI",
                where=locate(root, (*of_phone, "user")),
                hint="write `user: alice`",
            ) from None
    if given.sip_address is not None:
        _check_address(given.sip_address.host, root, ("given", "listen"))
    check_paths(scenario, root)
    _check_faults(scenario, root)
    _check_edges(given.cloud, root, ("given", "cloud"))
    for place, each in walk(scenario.steps):
        address = getattr(each.step, "address", "")
        if address:
            _check_address(address, root, (*place, "address"))
            _check_family(given, address, root, (*place, "address"))
        if isinstance(each.step, External) and each.step.command is not None:
            _check_program(each.step.command[0], folder, root, (*place, "command", 0))
        if isinstance(each.step, Behave):
            _check_edges(each.step.cloud, root, place)
        file = getattr(each.step, "file", "")
        if file:
            _check_file(folder, file, root, (*place, "file"))


def _check_files(given: Given, root: Node, folder: Path) -> None:
    if given.application_file is not None:
        _check_file(folder, named(str(given.app))[0], root, ("given", "app"))
    for path, index, reply in _replies(given):
        if reply.file is not None:
            _check_file(folder, reply.file, root, (*_place(path, index), "file"))


def _replies(given: Given) -> Iterator[tuple[str, int | None, Reply]]:
    """Yield each reply with its path, and its number where the path has several."""
    for path, replies in given.paths.items():
        if isinstance(replies, list):
            yield from ((path, index, reply) for index, reply in enumerate(replies))
        else:
            yield path, None, replies


def _place(path: str, index: int | None) -> Place:
    return ("given", "app", path, *(() if index is None else (index,)))


def placed(error: ConfigurationError, root: Node) -> FileError:
    """Return what is wrong with `given:` as an error with its place in the file."""
    where = locate(root, ["given", *error.path])
    word = where.source[where.column - 1 :][: where.length]
    hint = did_you_mean(word, error.choices) if error.choices else error.hint
    return FileError(error.message, where=where, hint=hint)


def _try_configuration(given: Given) -> None:
    store = Store(Ids(random.Random(0)))
    account = make_account(store, given.account, 0.0)
    apply(given.configuration(), store, account.sid, now=0.0, base_url=_ANY_APP)


def _check_address(text: str, root: Node, place: Place) -> None:
    if not is_own_address(text):
        raise FileError(
            f"{text} is not an address of this machine",
            where=value_place(root, place),
            hint="take one of the loopback network, such as 127.0.0.10",
        )


def _check_family(given: Given, text: str, root: Node, place: Place) -> None:
    six = given.ipv6 or any(":" in phone.address for phone in given.phones.values())
    if ":" in text and not six:
        raise FileError(
            f"nothing listens for {text}",
            where=value_place(root, place),
            hint="write `ipv6: true` below `given:`",
        )


def _check_file(folder: Path, name: str, root: Node, place: Place) -> None:
    try:
        there = (folder / name).is_file()
    except (OSError, ValueError):  # a name with a NUL, or one that is too long
        there = False
    if not there:
        raise FileError(
            f"there is no file `{name}`",
            where=value_place(root, place),
            hint=_nearest_file(folder, name),
        )


def _check_program(name: str, folder: Path, root: Node, place: Place) -> None:
    """See that a program is there: by its path from the scenario's folder, or by its name in PATH."""
    if "${" in name:
        return
    by_path = "/" in name
    try:
        found = os.path.abspath(folder / name) if by_path else name  # noqa: PTH100 - links stay as written
        there = bool(name) and shutil.which(found) is not None
    except ValueError:  # a name with a NUL
        there = False
    if not there:
        hint = (
            "a path starts at this file's folder, and has to be executable"
            if by_path
            else "install it, or write its path"
        )
        where = "" if by_path else " in PATH"
        raise FileError(f"there is no program `{name}`{where}", where=value_place(root, place), hint=hint)


def _nearest_file(folder: Path, name: str) -> str:
    """Return a hint that names the likeliest file, or where it was looked for."""
    beside = (folder / name).parent
    try:
        names = [each.name for each in beside.iterdir() if each.is_file()]
    except (OSError, ValueError):
        names = []
    hint = did_you_mean(Path(name).name, names)
    return hint if hint.startswith("did you mean") else "it is looked for beside this file"


def _check_faults(scenario: Scenario, root: Node) -> None:
    """See that faults are of methods that somebody may send: of a misspelt one nothing would ever befall anybody."""
    known = METHODS | {each.step.method for _, each in walk(scenario.steps) if isinstance(each.step, Request)}
    for word in FAULTS:
        for index, fault in enumerate(getattr(scenario.given.faults, word)):
            place = ("given", "faults", word, index, "of")
            # In the order of the file: what is read has none.
            for number, kind in enumerate(plain(value_at(root, place)) if fault.of else ()):
                method = kind.rpartition(" ")[2]
                if method.isalpha() and method not in known:
                    raise FileError(
                        f"there is no method `{method}`",
                        where=value_place(root, (*place, number)),
                        hint=did_you_mean(method, known),
                    )


def _check_edges(given: Sequence[Any], root: Node, place: Place) -> None:
    """See that behaviours are of edges that there are: by another one nothing would ever come."""
    for index, each in enumerate(behaviours_of(given)):
        complaint = complaint_of_edge(each.edge) if each.edge else ""
        if complaint:
            raise FileError(complaint, where=value_place(root, (*place, index, each.WORD, "edge")))


def check_paths(scenario: Scenario, root: Node) -> None:
    """See that the application answers wherever a domain's URL, a reply or an expectation names a path of it.

    Raises:
        FileError: It does not.
    """
    given = scenario.given
    if not given.app_is_ours or not (given.app or given.domains):
        # Which paths that has, nobody knows; or the domains are made by the REST API, if at all.
        return
    named = list(_named(scenario))
    own = frozenset(given.paths)
    if all(path in own for _, path in named):
        return
    known = own | usual_paths()
    for place, path in named:
        if path not in known and unquote(path) not in known:
            raise FileError(
                f"the application has no `{path}`",
                where=value_place(root, place),
                hint=did_you_mean(path, own or known) or "give it a reply below `app:`",
            )


def _played(given: Given) -> Iterator[tuple[Place, str]]:
    """Yield what simulated numbers and clients play of the application."""
    for kind, subscribers in (("numbers", given.numbers), ("clients", given.clients)):
        for name, subscriber in subscribers.items():
            for index, act in enumerate(subscriber.then):
                if act.play and "://" not in act.play:
                    place = ("given", kind, name, "then", index, "play")
                    yield place, urlsplit(urljoin(_ANY_APP, act.play)).path


def _named(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for path, index, reply in _replies(scenario.given):
        for field in ("play", "redirect"):
            written = getattr(reply, field)
            for number, text in enumerate(several(written)):
                place = (*_place(path, index), field, *((number,) if isinstance(written, list) else ()))
                if text and "//" not in text.partition("?")[0]:
                    yield place, urlsplit(urljoin(_ANY_APP + path, text)).path
    for name, domain in scenario.given.domains.items():
        for field in ("voice", "fallback", "status"):
            text = getattr(domain, field)
            if text and "://" not in text and not text.startswith(BIN):
                yield ("given", "domains", name, field), urlsplit(urljoin(_ANY_APP, text)).path
    yield from _played(scenario.given)
    if _leads_elsewhere(scenario.given):
        # Which paths another application has, nobody knows.
        return
    yield from _named_in_steps(scenario)


def _named_in_steps(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    for place, each in walk(scenario.steps):
        for field in ("webhook", "fallback"):
            text = getattr(each.step, field, None)
            if isinstance(text, Webhook):
                yield (*place, field, "path"), text.path
            elif text and text != "not asked":
                yield (*place, field), text


def _leads_elsewhere(given: Given) -> bool:
    """Return whether a domain's URL leads to another application than the one that is given."""
    urls = (url for each in given.domains.values() for url in (each.voice, each.fallback) if url)
    return any("://" in url for url in urls)
