"""The bench of an examination: a world with one domain, its user, and the driver that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from sipdomain.errors import RemoteProtocolError, SetupError
from sipdomain.qa.bench import BY_ITSELF, Bench
from sipdomain.qa.by_name import FIRST, SECOND
from sipdomain.qa.drivers import PROGRAMS
from sipdomain.qa.drivers.baresip import BaresipDriver
from sipdomain.qa.drivers.by_hand import ByHand
from sipdomain.qa.drivers.command import CommandDriver
from sipdomain.qa.drivers.driver import Driver
from sipdomain.qa.drivers.phone import PhoneDriver
from sipdomain.qa.neighbours import NEIGHBOURS
from sipdomain.qa.seen import Setting
from sipdomain.qa.voice import Voice
from sipdomain.runtime.sip.edge_listeners import usual_edges
from sipdomain.scenario.keywords import given_in_words
from sipdomain.scenario.world import Substrate, World
from sipdomain.scenario.worlds import make_world, spec_of
from sipdomain.sip.outputs import Address
from sipdomain.sip.uri import parse_uri
from sipdomain.twilio.configuration.model import ConfigurationError
from sipdomain.twilio.names.domain_names import full_name

_PHONE: Final = "pbx"
_ANY: Final = Address("127.0.0.1", 0)
OPERATOR: Final = "operator"
"""A phone that answers where calls are connected with somebody."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an examination is asked for.

    Attributes:
        driver: Which driver, by name; "" for `command`.
        command: The command that places a call, or "".
        domain: The domain's name, before the suffix.
        user: The user of its credential list.
        password: That user's password.
        extension: Whom the PBX calls.
        transport: By which transport a program calls.
        sip: Where to listen, or None for a free port of the loopback network.
        patience: How long a person may take to call, in seconds.
        secure: Whether the domain is secure: it wants TLS and SRTP.
        dns: Where to answer DNS for the domain, with two edges, or None for a free port where the driver asks there.
    """

    driver: str
    command: str
    domain: str
    user: str
    password: str
    extension: str = "100"
    transport: Literal["udp", "tcp"] = "udp"
    sip: Address | None = None
    patience: float = 180.0
    secure: bool = False
    dns: Address | None = None


def make_bench(
    wishes: Wishes,
    *,
    tell: Callable[[str], None],
    skipped: Callable[[], bool],
    question: Callable[[str], Callable[[], bool | None]] | None = None,
    substrate: Substrate = "live",
) -> Bench:
    """Return a bench that is ready; its world is to be closed.

    Args:
        wishes: What is asked for.
        tell: Says a line to who sits at the PBX.
        skipped: Whether that person wants to go on.
        question: Puts a question to that person; None where nobody can be asked.
        substrate: "sim" has the driver `phone` alone.

    Raises:
        SetupError: Nobody can be called so, an address cannot be bound, a program is not installed, or a value is refused.
    """
    try:
        parse_uri(f"sip:{wishes.extension}@example.invalid")
    except RemoteProtocolError:
        raise SetupError(
            f"--extension {wishes.extension!r} cannot be the user part of a SIP URI; write such as 100"
        ) from None
    voice = Voice()
    world = _world(wishes, voice, substrate)
    try:
        driver = _driver(wishes, world, tell)
        _check_that_it_can(driver, wishes)
        target, transport = world.sip_address, str(wishes.transport)
        if wishes.secure:
            target, transport = world.listener("tls", target.host), "tls"
    except BaseException:
        world.close()
        raise
    setting = Setting(
        full_name(wishes.domain), wishes.user, wishes.password, wishes.extension, secure=wishes.secure
    )
    return Bench(
        world, voice, driver, setting, target, transport,
        wishes.patience if driver.by_hand else BY_ITSELF, skipped, question,
    )  # fmt: skip


def _world(wishes: Wishes, voice: Voice, substrate: Substrate) -> World:
    given: dict[str, Any] = {
        "credential_lists": {"pbx": {wishes.user: wishes.password}},
        "domains": {
            wishes.domain: {
                "calls": ["pbx"],
                "registrations": ["pbx"],
                "voice": "/voice",
                "secure": wishes.secure,
            }
        },
        "phones": {},
    }
    if wishes.driver == "phone":
        given["phones"][_PHONE] = {
            "user": wishes.user, "transfers": [202, 100, 200], "secure_media": wishes.secure,
            "transport": "tls" if wishes.secure else "udp",
        }  # fmt: skip
    given["phones"][NEIGHBOURS] = {
        "user": wishes.user, "password": wishes.password, "transport": "tls" if wishes.secure else "udp",
    }  # fmt: skip
    given["phones"][OPERATOR] = {"user": OPERATOR, "password": wishes.password}
    try:
        checked = given_in_words(given, Path.cwd(), voice)
        dns = _dns(wishes)
        spec = spec_of(checked, profile="documented", seed=0, speech=False, tapped=True, app=voice)
        return make_world(
            substrate,
            replace(
                spec,
                sip=wishes.sip,
                route_set=True,
                dns=dns,
                edges=_edges(wishes.sip) if dns is not None else {},
            ),
        )
    except (ConfigurationError, ValueError) as error:
        raise SetupError(f"--user, --password or --domain is refused: {error}") from None


def _dns(wishes: Wishes) -> Address | None:
    if wishes.dns is not None:
        return wishes.dns
    asks = wishes.driver == BaresipDriver.name or "{dns}" in wishes.command
    return _ANY if asks else None


def _edges(sip: Address | None) -> dict[str, Address]:
    """Return where two edges listen: at addresses of their own on the loopback network, else at the next ports."""
    sip = sip or _ANY
    usual, _ = usual_edges(sip.port)
    if sip.host.startswith("127.") and {FIRST, SECOND} <= usual.keys():
        return {name: usual[name] for name in (FIRST, SECOND)}
    # Beside each port is that of TLS.
    ports = (sip.port + 2, sip.port + 4) if sip.port else (0, 0)
    return {name: Address(sip.host, port) for name, port in zip((FIRST, SECOND), ports, strict=True)}


def _driver(wishes: Wishes, world: World, tell: Callable[[str], None]) -> Driver:
    if wishes.command:
        return CommandDriver(wishes.command)
    if wishes.driver == "phone":
        return PhoneDriver(world.phone(_PHONE))
    if wishes.driver == ByHand.name:
        return ByHand(tell)
    return PROGRAMS[wishes.driver]()


def _check_that_it_can(driver: Driver, wishes: Wishes) -> None:
    """Check that a driver can call the domain.

    Raises:
        SetupError: It cannot.
    """
    if wishes.secure and driver.name != PhoneDriver.name and "call by TLS" not in driver.acts:
        raise SetupError(f"the driver {driver.name} cannot call by TLS, as a secure domain wants it")
