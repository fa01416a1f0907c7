"""What <Siprec> asks of a call."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.twiml.tracks import Track


@dataclass(frozen=True, slots=True)
class OpenSiprec:
    """Send the call's audio to a session recording server; `Done` when that is over, however it ended.

    Attributes:
        connector: The unique name of the connector that says where it goes.
        name: Its name, or "".
        tracks: What is sent, a stream for each.
        parameters: Its custom parameters, each a name and a value.
        callback_url: As written, absolute once it is carried out; asked when something happens to it, or "".
        callback_method: "GET" or "POST".
    """

    connector: str
    name: str = ""
    tracks: tuple[Track, ...] = ("inbound", "outbound")
    parameters: tuple[tuple[str, str], ...] = ()
    callback_url: str = ""
    callback_method: str = "POST"
