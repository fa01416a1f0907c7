"""The tracks of a recording session, as the phone that is its server has them."""

from __future__ import annotations

from dataclasses import replace

from sipdomain.phone import PhoneCall as OwnCall
from sipdomain.phone.recorder import Track
from sipdomain.scenario.mismatch import StepError
from sipdomain.scenario.world import PhoneCall
from sipdomain.sip.address import NameAddress


def track_of(call: PhoneCall, name: str) -> OwnCall:
    """Return a recording session as it is heard in one track.

    Args:
        call: The session.
        name: The label of the track, or the user in the URI of who speaks in it.

    Raises:
        StepError: There is no such track.
    """
    tracks = call.tracks if isinstance(call, OwnCall) else ()
    found = next((each for each in tracks if name in {each.label, _user(each)}), None)
    if found is None or not isinstance(call, OwnCall):
        known = (
            ", ".join(f"`{each.label}` ({_user(each)})" for each in tracks) or "it is no recording session"
        )
        raise StepError(f"the call has no track `{name}`; tracks: {known}")
    return replace(call, session=found.session)


def _user(track: Track) -> str:
    return (
        NameAddress.parse(f"<{track.speaker}>").uri.username
        if track.speaker.startswith("sip")
        else track.speaker
    )
