"""Calls in virtual time that are recorded by a session recording server, and what both sides saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from typing import Any

from sipdomain.entries import Alert, Entry, HttpRequested, SipMessage
from sipdomain.media.match import find
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.sip.codec import parse as parse_sip
from sipdomain.sip.message import Request
from sipdomain.twilio.configuration.model import parse

SERVER = "sip:archive@127.0.0.20:5071"
DOCUMENT = (
    '<Response><Start><Siprec name="copy" connectorName="archive" statusCallback="/siprec"/></Start>'
    '<Say>Welcome to Acme</Say><Pause length="8"/></Response>'
)
Step = float | tuple[str, str] | Callable[[SimWorld], object]
"""Seconds to wait; a key to press or words to say; or anything else."""


@dataclass(slots=True)
class Found:
    """How a call went.

    Attributes:
        call: As the caller saw it.
        copies: The recording sessions, as the server saw them.
        entries: The journal.
        heard: For each recording session how well each sentence looked for is in each track.
        census: What is left at the end.
    """

    call: PhoneCall
    copies: list[PhoneCall] = field(default_factory=list)
    entries: Sequence[Entry] = ()
    heard: list[dict[str, float]] = field(default_factory=list)
    census: tuple[int, ...] = ()


def recorded(
    document: str = DOCUMENT, steps: Iterable[Step] = (5.0,), *, connectors: Mapping[str, Any] | None = None,
    recorder: bool = True, refuse: int = 0, answers: bool = True, words: Iterable[str] = (), silent: bool = False,
    secure: bool = False,
) -> Found:  # fmt: skip
    """Return how a call went that hears a document, with a session recording server `archive`."""
    given = {
        "access_lists": {"office": ["127.0.0.10"]},
        "connectors": {"archive": {"server": SERVER}} if connectors is None else connectors,
        "domains": {"acme": {"calls": ["office"], "voice": "/voice"}},
    }
    world = SimWorld(
        WorldSpec(
            configuration=parse(given), replies={"/voice": {"twiml": document}, "/siprec": {"twiml": "<Response/>"}},
            phones={
                "pbx": PhoneSpec("pbx", "", "127.0.0.10"),
                "srs": PhoneSpec(
                    "srs", "", "127.0.0.20", recorder=recorder, silent=silent,
                    transport="tls" if secure else "udp", secure_media=secure,
                ),
            },
            speech=False,
        )
    )  # fmt: skip
    call = world.phone("pbx").dial("sip:100@acme.sip.twilio.com")
    found = Found(call)
    server = world.phone("srs")

    def script() -> Script[None]:
        yield Until(lambda: call.state == "answered", 10)
        for step in steps:
            match step:
                case float():
                    yield Until(lambda: _take(server, found, refuse, answers), step)
                case ("press", keys):
                    world.phone("pbx").press(call, keys)
                case ("say", said):
                    world.phone("pbx").say(call, said)
                case ("hang up", _):
                    world.phone("pbx").hang_up(call)
                case _:
                    step(world)  # type: ignore[operator]

    world.run(script())
    for copy in found.copies:
        media = world._media["srs"]
        found.heard += [
            {text: find(media.heard(track.session), world.prompt_samples(text)).correlation for text in words}
            for track in copy.tracks
        ]
    world.phone("pbx").hang_up(call)
    # Until no copy of a message can come any more.
    world.run(_wait(70.0))
    world.close()
    found.entries = tuple(world.journal)
    found.census = world.emulator.census
    return found


def _take(server: PhoneHandle, found: Found, refuse: int, answers: bool) -> bool:
    """Answer or refuse what rings; wait on."""
    for each in server.ringing:
        if each not in found.copies:
            found.copies.append(each)
        if refuse:
            server.refuse(each, refuse)
        elif answers:
            server.answer(each)
    return False


def _wait(seconds: float) -> Script[None]:
    yield Until(lambda: False, seconds)


def invite(found: Found) -> Request:
    """Return the INVITE that the server got first."""
    for each in found.entries:
        if isinstance(each, SipMessage) and each.data.startswith(b"INVITE sip:archive@"):
            message = parse_sip(each.data)
            assert isinstance(message, Request)
            return message
    raise AssertionError("no INVITE to the server")


def mail(request: Request) -> list[Mail]:
    """Return the parts of a request's body, as Python's own parser of mail takes them apart."""
    head = f"Content-Type: {request.headers.get('content-type')}\r\n\r\n".encode()
    found = message_from_bytes(head + request.body)
    assert found.is_multipart()
    assert not found.defects
    return list(found.get_payload())


def callbacks(found: Found) -> list[dict[str, str]]:
    """Return what the status callbacks said."""
    return [
        dict(each.parameters)
        for each in found.entries
        if isinstance(each, HttpRequested) and each.purpose == "siprec"
    ]


def alerts(found: Found) -> list[int]:
    """Return the codes of the alerts."""
    return [each.code for each in found.entries if isinstance(each, Alert)]
