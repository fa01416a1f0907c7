"""Callers who wait in queues, and those who dial them, each with a document of its own."""

from __future__ import annotations

from typing import Any

from sipdomain.entries import VerbStarted
from sipdomain.media.outputs import MediaOutput, Patch, Unpatch
from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.rest import RestRequest
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.unit.twilio.bench import ACCOUNT, ACME, EPOCH, TOKEN, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import Ask, page

AFTER = '<Say>After</Say><Pause length="600"/>'
WAIT = page('<Response><Say>Please wait</Say><Pause length="8"/></Response>')


class Lobby:
    """Callers who come one after another, each with a document of its own."""

    def __init__(self, bench: Bench, alice: Caller) -> None:
        self.bench = bench
        self._alice = alice
        self.callers: dict[str, Caller] = {}
        domain = bench.store.domain_named(ACME)
        assert domain is not None
        bench.store.domains.update(ACCOUNT, domain.sid, voice_status_callback_url="", now=EPOCH)
        bench.pages |= {"/wait": WAIT, "/left": HttpResponse(204), "/done": HttpResponse(204)}
        bench.pages["/after"] = page(f"<Response>{AFTER}</Response>")
        self.client: Any = in_process_client(ACCOUNT, TOKEN, self._handle)

    def _handle(self, request: RestRequest) -> Any:
        return self.bench.api.handle(request, EPOCH + self.bench.now)

    def come(self, who: str, document: str) -> str:
        """Let somebody call; return the SID of the call."""
        self.bench.pages["/voice"] = page(f"<Response>{document}</Response>")
        caller = self._alice.other(who)
        caller.talk()
        self.callers[who] = caller
        return next(iter(self.bench.calls.newest_first(ACCOUNT))).sid

    def wait_in(self, who: str, attributes: str = "", name: str = "support", after: str = AFTER) -> str:
        """Let somebody call who is to wait in a queue."""
        return self.come(who, f"<Enqueue {attributes}>{name}</Enqueue>{after}")

    def go(self, name: str) -> None:
        """Let somebody hang up."""
        self.callers.pop(name).bye()

    def asked(self, path: str) -> list[Ask]:
        """Return the requests for a path."""
        return [each for each in self.bench.asks if each.path == path]

    def told(self, path: str, *names: str) -> list[dict[str, str]]:
        """Return what the requests for a path said of these."""
        return [
            {name: each.parameters[name] for name in names if name in each.parameters}
            for each in self.asked(path)
        ]

    @property
    def said(self) -> list[str]:
        """What <Say> began to say, in order."""
        return [each.text for each in self.bench.journal(VerbStarted) if each.verb == "Say"]

    @property
    def queue(self) -> Any:
        """The only queue, by the SDK."""
        (found,) = self.client.queues.list()
        return found

    @property
    def members(self) -> Any:
        """Who waits in it."""
        return self.client.queues(self.queue.sid).members

    def dial(
        self, who: str, dial: str = "", noun: str = "", name: str = "support", after: str = AFTER
    ) -> str:
        """Let somebody call who dials a queue."""
        return self.come(who, f"<Dial {dial}><Queue {noun}>{name}</Queue></Dial>{after}")

    @property
    def patches(self) -> list[MediaOutput]:
        """Who was patched to whom, and when that ended."""
        return [each for each in self.bench.media if isinstance(each, (Patch, Unpatch))]
