"""The fixtures: an application, a domain with its phones, and worlds of any kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pytest

from sipdomain.pytest_plugin.session import session_of
from sipdomain.pytest_plugin.world import SipDomain, SipWorld, made

if TYPE_CHECKING:
    from sipdomain.scenario.world import PhoneHandle

USER, PASSWORD, DOMAIN = "alice", "Correct-Horse-42", "demo"
OTHERS: Final = ("bob", "carol")
"""Who has a phone too, where a test asks for `sip_phones`."""

_WORLDS: Final[pytest.StashKey[list[SipWorld]]] = pytest.StashKey()


def worlds_of(item: pytest.Item) -> list[SipWorld]:
    """Return the worlds that a test has, or had."""
    return item.stash.get(_WORLDS, [])


@pytest.fixture
def twiml_app() -> Any:
    """The webhook application: override it to return your own WSGI application, or replies by path.

    By default one that greets at `/voice`, says sorry at `/fallback` and takes callbacks at `/status`.
    """
    return {"/voice": {"say": "Hello"}, "/fallback": {"say": "Sorry"}, "/status": {"status": 204, "body": ""}}


@pytest.fixture
def sip_domain(request: pytest.FixtureRequest, twiml_app: Any) -> Iterator[SipDomain]:
    """A domain `demo` with the user alice, asking the application at /voice, /fallback and /status."""
    users = (USER, *(OTHERS if "sip_phones" in request.fixturenames else ()))
    given = {
        "credential_lists": {"staff": dict.fromkeys(users, PASSWORD)},
        "domains": {
            DOMAIN: {
                "calls": ["staff"],
                "registrations": ["staff"],
                "voice": "/voice",
                "fallback": "/fallback",
                "status": "/status",
            }
        },
        "phones": {user: {} for user in users},
    }
    world, stage = made(session_of(request.config), given, twiml_app, request.path.parent)
    domain = SipDomain(world, stage, f"{DOMAIN}.sip.twilio.com", USER)
    request.node.stash.setdefault(_WORLDS, []).append(domain)
    yield domain
    domain.close()


@pytest.fixture
def sip_phone(sip_domain: SipDomain) -> PhoneHandle:
    """The phone of the user alice."""
    return sip_domain.world.phone(USER)


@pytest.fixture
def sip_phones(sip_domain: SipDomain) -> Mapping[str, PhoneHandle]:
    """The phones of alice, bob and carol, by these names; all three are users of the domain."""
    return {user: sip_domain.world.phone(user) for user in (USER, *OTHERS)}


@pytest.fixture
def sip_world(request: pytest.FixtureRequest, twiml_app: Any) -> Iterator[Callable[..., SipWorld]]:
    """Makes worlds of any kind: called with what a scenario file says below `given:`, as keyword arguments.

    Without `app`, the application of `twiml_app` answers.
    """
    worlds: list[SipWorld] = []

    def make(**given: Any) -> SipWorld:
        app = given.pop("app", twiml_app)
        if isinstance(app, str):
            given["app"], app = app, None
        world, stage = made(session_of(request.config), given, app, request.path.parent)
        found = SipWorld(world, stage, ", ".join(given.get("domains", {})) or "sip_world")
        request.node.stash.setdefault(_WORLDS, []).append(found)
        worlds.append(found)
        return found

    yield make
    for each in reversed(worlds):
        each.close()
