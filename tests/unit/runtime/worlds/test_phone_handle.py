"""The handle of a world's phone offers all that the pure phone can do."""

from __future__ import annotations

from sipdomain.phone.abilities import Abilities
from sipdomain.runtime.worlds.phone_handle import PhoneHandle


def test_every_ability_of_the_phone_is_offered_with_its_description() -> None:
    abilities = {
        name
        for name, each in vars(Abilities).items()
        if not name.startswith("_") and each.__doc__ and name != "calls"
    }
    assert {name for name in abilities if not hasattr(PhoneHandle, name)} == set()
    assert PhoneHandle.press.__doc__ == Abilities.press.__doc__
