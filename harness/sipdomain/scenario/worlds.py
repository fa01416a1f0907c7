"""Makes the world that a scenario is given: live or in virtual time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from wsgiref.types import WSGIApplication

from sipdomain.runtime.hep import HepSender
from sipdomain.runtime.media.recognition import SCRIPTED, HearingSettings
from sipdomain.runtime.worlds.world import PhoneSpec, WorldSpec
from sipdomain.scenario.app_url import public_base
from sipdomain.scenario.behaviours import behaviours_of
from sipdomain.scenario.given import Given
from sipdomain.scenario.world import Profile, Substrate, World
from sipdomain.sip.outputs import Address

if TYPE_CHECKING:
    from sipdomain.runtime.worlds.studio import Studio


class Worlds:
    """Makes worlds of one kind; live ones with a voice share it. Close it when the run is over."""

    def __init__(
        self,
        substrate: Substrate,
        *,
        speech: bool,
        tapped: bool = False,
        hep: Address | None = None,
        studio: Studio | None = None,
        hearing: HearingSettings = SCRIPTED,
    ) -> None:
        self._substrate: Substrate = substrate
        self._speech = speech
        self._tapped = tapped
        self._hep = HepSender(hep) if hep is not None else None
        self._studio = studio
        self._hearing = hearing

    def __call__(self, given: Given, *, profile: Profile, seed: int) -> World:
        """Return a world that is ready, as `make` does."""
        return self.make(given, profile=profile, seed=seed)

    def make(
        self,
        given: Given,
        *,
        profile: Profile,
        seed: int,
        app: WSGIApplication | Mapping[str, Any] | None = None,
    ) -> World:
        """Return a world that is ready.

        Args:
            given: What it is made of.
            profile: Which of the service's two faces is emulated.
            seed: For all that is random.
            app: An application, or replies by path, in place of what `given` has.

        Raises:
            SetupError: An address cannot be bound, or what is given is wrong.
            ConfigurationError: The configuration is wrong.
        """
        spec = spec_of(given, profile=profile, seed=seed, speech=self._speech, tapped=self._tapped, app=app)
        if self._substrate == "live" and self._speech and self._studio is None:
            from sipdomain.runtime.worlds.studio import Studio

            self._studio = Studio()
        world = make_world(self._substrate, replace(spec, hearing=self._hearing), self._studio)
        if self._hep is not None:
            self._hep.hear(world.journal, world.now())
        return world

    def close(self) -> None:
        """End what the worlds shared."""
        if self._studio is not None:
            self._studio.close()
            self._studio = None
        if self._hep is not None:
            self._hep.close()


def maker(
    substrate: Substrate,
    *,
    speech: bool = True,
    tapped: bool = False,
    hep: Address | None = None,
    studio: Studio | None = None,
    hearing: HearingSettings = SCRIPTED,
) -> Worlds:
    """Return what makes worlds of one kind.

    Args:
        substrate: "live" or "sim".
        speech: Whether `<Say>` has a voice; only in live worlds.
        tapped: Whether they keep the packets of their audio.
        hep: Where their SIP is sent by HEP as it happens, or None.
        studio: What live ones share, closed with them; by default the voice, where they have one.
        hearing: How words are heard, in live worlds.
    """
    return Worlds(substrate, speech=speech, tapped=tapped, hep=hep, studio=studio, hearing=hearing)


def make_world(substrate: Substrate, spec: WorldSpec, studio: Studio | None = None) -> World:
    """Return a world that is ready.

    Raises:
        SetupError: An address cannot be bound, or what is given is wrong.
        ConfigurationError: The configuration is wrong.
    """
    # Each substrate costs its own imports: sockets and HTTP, or nothing of them.
    if substrate == "sim":
        from sipdomain.runtime.worlds.sim import SimWorld

        return SimWorld(spec)
    from sipdomain.runtime.worlds.live import LiveWorld

    return LiveWorld(spec, studio)


def spec_of(
    given: Given,
    *,
    profile: Profile,
    seed: int,
    speech: bool,
    tapped: bool = False,
    app: WSGIApplication | Mapping[str, Any] | None = None,
) -> WorldSpec:
    """Return what a world is made of that has what is given.

    Args:
        given: The scenario's `given:`.
        profile: Which of the service's two faces is emulated.
        seed: For all that is random.
        speech: Whether words have a voice.
        tapped: Whether the packets of its audio are kept.
        app: An application, or replies by path, in place of what `given` has.

    Raises:
        ConfigurationError: The application cannot be loaded.
    """
    replies = given.replies() if app is None else app
    app_url, hosts = public_base(given.app_url if app is None else "")
    return WorldSpec(
        configuration=given.configuration(),
        replies=replies if isinstance(replies, Mapping) else {},
        bots={path: each.plain() for path, each in given.bots.items()} if app is None else {},
        phones={
            name: PhoneSpec(
                each.user,
                each.password,
                each.address,
                each.transport,
                each.secure_media,
                tuple(each.transfers),
                each.telephone_event,
                each.line,
                each.host or "",
                each.priority,
                each.weight,
                each.silent,
                each.display_name,
                each.recorder,
            )
            for name, each in given.phones.items()
        },
        profile=profile,
        seed=seed,
        speech=speech,
        faults=given.faults.faults(),
        rtp_faults=given.rtp_faults.faults(),
        webhook_faults=given.webhook_faults.faults(),
        behaviours=behaviours_of(given.cloud),
        dns=Address("127.0.0.1", 0) if given.dns else None,
        ipv6=given.ipv6,
        sip=given.sip_address,
        route_set=given.route_set,
        application=given.application() if isinstance(replies, Mapping) else replies,
        app_url=app_url,
        hosts=hosts,
        tapped=tapped,
    )
