"""Makes the world that a scenario is given: live or in virtual time."""

from __future__ import annotations

from harness.runtime.world import PhoneSpec, WorldSpec
from harness.scenario.given import Given
from harness.scenario.world import MakeWorld, Profile, Substrate, World


def maker(substrate: Substrate, *, speech: bool = True) -> MakeWorld:
    """Return what makes worlds of one kind.

    Args:
        substrate: "live" or "sim".
        speech: Whether `<Say>` has a voice; only in live worlds.
    """

    def make(given: Given, *, profile: Profile, seed: int) -> World:
        spec = WorldSpec(
            configuration=given.configuration(),
            replies=given.replies(),
            phones={
                name: PhoneSpec(each.user, each.password, each.address, each.transport, each.secure_media)
                for name, each in given.phones.items()
            },
            profile=profile,
            seed=seed,
            speech=speech,
            faults=given.faults.faults(),
            dns=given.dns,
        )
        return make_world(substrate, spec)

    return make


def make_world(substrate: Substrate, spec: WorldSpec) -> World:
    """Return a world that is ready.

    Raises:
        SetupError: An address cannot be bound, or what is given is wrong.
        ConfigurationError: The configuration is wrong.
    """
    # Each substrate costs its own imports: sockets and HTTP, or nothing of them.
    if substrate == "sim":
        from harness.runtime.sim_world import SimWorld

        return SimWorld(spec)
    from harness.runtime.live_world import LiveWorld

    return LiveWorld(spec)
