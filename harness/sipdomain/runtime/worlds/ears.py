"""What was heard in a call of a world, by its phone and by the emulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.media.endpoint import Ear
from sipdomain.twilio.calls.party import FAR

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from sipdomain.runtime.media.engine import MediaEngine

Ears = tuple[Ear | None, Ear | None]
"""What keeps what was heard of a phone, and by it; None where nothing does."""


def heard(
    media: Mapping[str, MediaEngine[Any, Any]], call: PhoneCall, cloud: MediaEngine[Any, Any] | None = None
) -> npt.NDArray[np.int16]:
    """Return what a phone, or a simulated number, heard in a call so far, at 8 kHz.

    Args:
        media: The audio of each phone, by its name.
        call: The call; nothing is heard in one that has no audio yet, nor in a single request.
        cloud: The audio of the emulator, and with it of simulated numbers.
    """
    if not call.session:
        import numpy as np

        return np.zeros(0, np.int16)
    if cloud is not None and call.session.endswith(FAR):
        return cloud.heard(call.session)
    return media[call.session.rpartition("-")[0]].heard(call.session)


def ears(
    media: Mapping[str, MediaEngine[Any, Any]],
    cloud: MediaEngine[Any, Any],
    call_sid: str,
    call: PhoneCall | None,
) -> Ears:
    """Return what keeps the two sides of a call: what the emulator heard of the phone, and what the phone heard.

    Args:
        media: The audio of each phone, by its name.
        cloud: The audio of the emulator, and with it of simulated numbers.
        call_sid: The call, whose session at the emulator has its name.
        call: The same as a phone of this world sees it; None for a simulated number, or a phone that is not of this world.
    """
    if call is None or not call.session or call.session.endswith(FAR):
        return cloud.ear(call_sid), cloud.ear(call_sid + FAR)
    return cloud.ear(call_sid), media[call.session.rpartition("-")[0]].ear(call.session)
