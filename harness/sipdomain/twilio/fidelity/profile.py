"""Where the provider's text and its live service differ: one value of named switches, two presets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ProfileName = Literal["documented", "observed"]


@dataclass(frozen=True, slots=True)
class Profile:
    """How the emulator behaves where sources disagree.

    Attributes:
        name: "documented" (what the text of about 2022 says) or "observed" (the live service of 2025-26).
        drops_unlisted: An address that no access list names gets nothing; else 100 and 403.
        callback_events: The call progress events that the status callback URL is notified of.
        sends_sip_username: The first webhook carries SipUsername.
        reject_status: The status of `<Reject reason="rejected">`.
        says_stale: A challenge after an expired nonce carries stale=true.
        sends_caller_name: The webhooks carry CallerName, the display name of From.
        route_set: Dialogs have the two Record-Routes of the edge, and a Contact behind it.
        answers_one_codec: An answer names one codec, and telephone-event, of those offered.
        sends_newer_fields: Webhook requests carry Accept-Encoding: gzip and X-Home-Region.
    """

    name: ProfileName
    drops_unlisted: bool
    callback_events: tuple[str, ...]
    sends_sip_username: bool
    reject_status: int
    says_stale: bool
    sends_caller_name: bool
    sends_newer_fields: bool
    route_set: bool
    answers_one_codec: bool


DOCUMENTED: Final = Profile(
    name="documented",
    drops_unlisted=True,
    callback_events=("initiated", "ringing", "answered", "completed"),
    sends_sip_username=True,
    reject_status=603,
    says_stale=True,
    sends_caller_name=False,
    sends_newer_fields=False,
    route_set=False,
    answers_one_codec=False,
)
OBSERVED: Final = Profile(
    name="observed",
    drops_unlisted=False,
    callback_events=("completed",),
    sends_sip_username=False,
    reject_status=404,
    says_stale=False,
    sends_caller_name=True,
    sends_newer_fields=True,
    route_set=True,
    answers_one_codec=True,
)
PROFILES: Final[dict[str, Profile]] = {profile.name: profile for profile in (DOCUMENTED, OBSERVED)}
