"""An emulator, and a phone, that are told whatever the fuzzer comes up with, and must be empty-handed at the end."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from typing import Any, Final, Protocol

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.outputs import MediaInput, MediaOpened, OpenMedia, PreparePrompt, PromptReady
from sipdomain.phone import Phone, PhoneSettings
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.webhooks.http import Fetch, HttpResponse

SEPARATOR: Final = b"\n%%\n"
"""Stands between the messages of one input."""
MOST_MESSAGES: Final = 8
ACCOUNT: Final = "AC00000000000000000000000000000001"
CLOUD: Final = Address("127.0.0.1", 5060)
CALLER: Final = Address("127.0.0.10", 5070)
RTP: Final = Address("127.0.0.1", 16_384)
TWIML: Final = b'<Response><Say>Welcome</Say><Pause length="60"/></Response>'
_TAG: Final = re.compile(rb"\r\nTo: [^\r]*;tag=([^;\r]+)")
_BRANCH: Final = re.compile(rb"branch=([^;\r]+)")
_CALL_ID: Final = re.compile(rb"\r\nCall-ID: ([^\r]+)")
_FROM_TAG: Final = re.compile(rb"\r\nFrom: [^\r]*;tag=([^;\r]+)")
_SEQUENCE: Final = re.compile(rb"\r\nCSeq: ([0-9]+ [A-Z]+)")


class Core(Protocol):
    """What an emulator and a phone have in common."""

    @property
    def deadline(self) -> float | None: ...
    def receive(self, message: Request | Response, flow: Flow, now: float) -> list[Any]: ...
    def media(self, event: MediaInput, now: float) -> list[Any]: ...
    def tick(self, now: float) -> list[Any]: ...


class Conversation:
    """A core, its time, and the last thing it sent."""

    def __init__(self, core: Core, flow: Flow) -> None:
        self.core = core
        self.flow = flow
        self.now = 0.0
        self.last = b""

    def carry(self, outputs: Iterable[Any]) -> None:
        """Do what the core wants done; media and prompts are ready at once, and every URL answers."""
        for output in outputs:
            match output:
                case Send(_, data):
                    self.last = data
                case OpenMedia(session):
                    self.carry(self.core.media(MediaOpened(session, RTP), self.now))
                case PreparePrompt(token):
                    self.carry(self.core.media(PromptReady(token, 1.0), self.now))
                case Fetch(token) if isinstance(self.core, Emulator):
                    answer = HttpResponse(200, (("Content-Type", "text/xml"),), TWIML)
                    self.carry(self.core.fetched(token, answer, self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        until = self.now + seconds
        while (deadline := self.core.deadline) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            self.carry(self.core.tick(self.now))
        self.now = until

    def tell(self, data: bytes) -> None:
        """Let the messages of an input arrive; words in capitals stand for what only the last message sent can tell."""
        for each in data.split(SEPARATOR)[:MOST_MESSAGES]:
            message = self._filled(each)
            try:
                parsed = parse(message)
            except RemoteProtocolError:
                continue
            self.carry(self.core.receive(parsed, self.flow, self.now))
            self.wait(0.01)

    def _filled(self, message: bytes) -> bytes:
        for word, pattern in _WORDS:
            if word in message:
                found = pattern.search(self.last)
                message = message.replace(word, found[1] if found else b"")
        return message


_WORDS: Final = (
    (b"TO-TAG", _TAG), (b"BRANCH", _BRANCH), (b"CALL-ID-OF", _CALL_ID), (b"FROM-TAG", _FROM_TAG),
    (b"SEQUENCE", _SEQUENCE),
)  # fmt: skip


def emulator(data: bytes) -> None:
    """Let messages reach an emulator; the first byte chooses the profile and the transport."""
    choice, data = data[0] if data else 0, data[1:]
    ids = Ids(random.Random(1))
    store = Store(ids)
    store.accounts.create(sid=ACCOUNT, auth_token="0123456789abcdef0123456789abcdef", now=0.0)
    office = store.access_lists.create(ACCOUNT, "office", now=0.0)
    store.access_lists.add(ACCOUNT, office.sid, "all", CALLER.host, now=0.0)
    staff = store.credential_lists.create(ACCOUNT, "staff", now=0.0)
    store.credential_lists.add(ACCOUNT, staff.sid, "alice", password="Correct-Horse-42", now=0.0)
    for name, mapped in (("acme", office), ("guarded", staff)):
        domain = store.domains.create(
            ACCOUNT, f"{name}.sip.twilio.com", now=0.0, voice_url="http://app.test/voice",
            voice_status_callback_url="http://app.test/status", sip_registration=True,
        )  # fmt: skip
        store.map_list(ACCOUNT, domain.sid, mapped.sid, "calls", now=0.0)
    settings = Settings(
        profile=OBSERVED if choice & 1 else DOCUMENTED,
        default_domain="acme.sip.twilio.com" if choice & 2 else None,
        most_documents=5,
    )
    core = Emulator(store, CallStore(10), ids, rng=random.Random(2), settings=settings)
    flow = Flow("tcp", CLOUD, CALLER, 1) if choice & 4 else Flow("udp", CLOUD, CALLER)
    talk = Conversation(core, flow)
    talk.tell(data)
    for _ in range(4):
        talk.carry(core.shut_down(talk.now))
        talk.wait(100.0)
    talk.wait(100_000.0)  # Registrations expire.
    assert core.census == (0, 0, 0, 0, 0, 0, 0), core.census
    assert core.deadline is None


def phone(data: bytes) -> None:
    """Let messages reach a phone that has placed a call; the first byte chooses how."""
    choice, data = data[0] if data else 0, data[1:]
    transport = "tcp" if choice & 1 else "udp"
    settings = PhoneSettings(
        name="pbx", user="alice", domain="acme.sip.twilio.com", username="alice", password="Correct-Horse-42",
        local=CALLER, proxy=CLOUD, transport=transport,
    )  # fmt: skip
    core = Phone(settings, rng=random.Random(3))
    talk = Conversation(core, settings.flow(None))
    call, outputs = core.dial(0.0, "sip:100@acme.sip.twilio.com", late_offer=bool(choice & 2))
    talk.carry(outputs)
    if choice & 4:
        talk.carry(core.cancel(talk.now, call))
    talk.tell(data)
    talk.carry(core.hang_up(talk.now, call))
    talk.wait(400.0)
    assert call.is_over, call.state
    assert not any(core.census), core.census
    assert core.deadline is None
