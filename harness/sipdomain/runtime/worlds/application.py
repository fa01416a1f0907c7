"""The webhook application of a world: the one given, or the one that comes with us; and what that one answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from sipdomain.runtime.worlds.webhook_stub import webhook_stub
from sipdomain.runtime.worlds.world import WorldSpec
from sipdomain.twilio.configuration.model import ConfigurationError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def make_app(
    spec: WorldSpec, auth_token: str, voice: Callable[[str], bytes] | None = None
) -> WSGIApplication:
    """Return the webhook application: the one given, behind a recorder, or the one that comes with us, loaded by name.

    Args:
        spec: What the world is made of.
        auth_token: What requests are signed with.
        voice: Says the words of bots, as mu-law audio.

    Raises:
        ConfigurationError: A reply is written wrongly.
        SetupError: Another package has the application's name.
    """
    if spec.application is not None:
        recording = webhook_stub("recording")
        return cast("WSGIApplication", recording.Recording(spec.application, auth_token=auth_token))
    module = webhook_stub()
    try:
        more = {} if voice is None else {"voice": voice}
        return cast(
            "WSGIApplication",
            module.create_app(replies=spec.replies, bots=spec.bots, auth_token=auth_token, **more),
        )
    except ValueError as error:
        raise _wrong_reply(error) from None


def check_replies(replies: Mapping[str, Any]) -> None:
    """See that the webhook application takes the replies.

    Raises:
        ConfigurationError: One is written wrongly.
    """
    reader = webhook_stub("replies")
    try:
        reader.read_replies(replies, None)
    except ValueError as error:
        raise _wrong_reply(error) from None


def _wrong_reply(error: ValueError) -> ConfigurationError:
    """Return what the application refused, with its place below a scenario's `given:`."""
    said, path = getattr(error, "problem", str(error)), getattr(error, "path", ())
    return ConfigurationError(said, ("app", *path), hint=getattr(error, "hint", ""))


def usual_paths() -> frozenset[str]:
    """Return the paths at which the webhook application answers of itself."""
    flows = webhook_stub("flows").FLOWS
    return frozenset(path for flow in flows for path in (*flow.routes, *flow.media))


def flow_path(name: str) -> str:
    """Return the first path of a flow of the webhook application, which is its name too.

    Raises:
        ValueError: There is no such flow.
    """
    names = [str(next(iter(flow.routes))).removeprefix("/") for flow in webhook_stub("flows").FLOWS]
    if name not in names:
        likely = next(iter(get_close_matches(name.lower().strip("/ "), names, n=1)), names[0])
        raise ValueError(
            f"there is no flow `{name}`; write such as `app: flow:{likely}`; there are {', '.join(names)}"
        )
    return f"/{name}"
