"""A world whose SIP domain runs elsewhere: phones and application are ours, the rest is seen from outside."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from sipdomain.entries import Entry, Note
from sipdomain.errors import SetupError
from sipdomain.journal import Journal
from sipdomain.media.prompts import Speech
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.clock import LiveClock
from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.recognition import Recognised
from sipdomain.runtime.media.tap import NO_TRAFFIC, Traffic
from sipdomain.runtime.media.understanding import Understanding
from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.runtime.worlds.app_request import VERDICTS, AppRequest
from sipdomain.runtime.worlds.app_server import ANY_PORT, AppServer
from sipdomain.runtime.worlds.app_watch import AnsweredStatuses, AppWatch
from sipdomain.runtime.worlds.application import make_app
from sipdomain.runtime.worlds.driver import POLL, drive
from sipdomain.runtime.worlds.ears import Ears, heard
from sipdomain.runtime.worlds.edges import Edges
from sipdomain.runtime.worlds.live_phones import LivePhones
from sipdomain.runtime.worlds.lone_phone import address_towards
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.provisioning import Provisioning
from sipdomain.runtime.worlds.rest_client import RestClient
from sipdomain.runtime.worlds.studio import Studio
from sipdomain.runtime.worlds.webhook_stub import webhook_stub
from sipdomain.runtime.worlds.world import (
    Script,
    T,
    WorldSpec,
    phone_settings,
    rng_for,
)
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours.behaviour import Behaviour

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    import numpy.typing as npt

_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A SIP domain elsewhere, as it is reached.

    Attributes:
        sip: Where it takes SIP, by UDP and TCP.
        rest_url: The base of its REST API.
        account_sid: The account.
        auth_token: Its token.
        app: Where our application listens; port 0 for any.
        app_url: By which base the target reaches it, without a final slash; "" for the one at which it listens.
        settle: How long nothing may come of a call that is over before all has come, in seconds.
    """

    sip: Address
    rest_url: str
    account_sid: str
    auth_token: str
    app: Address = ANY_PORT
    app_url: str = ""
    settle: float = 2.0


class TargetWorld:
    """A world in real time, of which only the phones' and the application's side is seen.

    Attributes:
        substrate: "live".
        profile: The profile that the target is compared with.
        journal: What our phones and our application saw.
        sip_address: Where the target takes SIP.
        dns_address: None.
        edges: None.
        http_url: The base of its REST API.
        app_url: The base of the application, as the target asks it.
        left_behind: After `close`: what of the provisioned could not be removed, in words.
    """

    substrate: Literal["live"] = "live"

    def __init__(
        self, target: Target, spec: WorldSpec, words: Sequence[str] = (), studio: Studio | None = None
    ) -> None:
        """Provision the target, and open phones and application.

        Args:
            target: The SIP domain.
            spec: What the scenario gives.
            words: What will be listened for, so that it is known how it sounds.
            studio: The loop and the voice to use; by default ones of its own, which speak by tones.

        Raises:
            SetupError: An address cannot be bound, or the target refuses what is given.
            ConfigurationError: A reply of the application is wrong.
        """
        self.profile = spec.profile
        self.journal = Journal()
        self.sip_address = target.sip
        self.dns_address = None
        self.edges: Edges | None = None
        self.left_behind: list[str] = []
        self._settle = target.settle
        self._studio = studio
        self._loop = studio.loop if studio is not None else new_event_loop()
        self._library = studio.library if studio is not None else PromptLibrary(speech=False)
        self._understanding = Understanding(spec.hearing)
        self._clock = LiveClock(self._loop)
        self._rest = RestClient(target.rest_url, target.account_sid, target.auth_token)
        self.http_url = self._rest.url
        self._last_at: dict[str, float] = {}
        app = make_app(spec, target.auth_token, lambda text: self._library.encoded(Speech(text), "PCMU"))
        answered = AnsweredStatuses(app)
        self._server = AppServer(answered, target.app)
        self.app_url = target.app_url or self._server.url
        self._provisioning = Provisioning(self._rest, self.app_url)
        checker = webhook_stub("signature").SignatureChecker(target.auth_token)
        self._watch = AppWatch(
            app,
            answered,
            _purposes(spec),
            lambda url, form, signature: VERDICTS.get(checker.of(url, form, signature)),
            (self._server.url, self.app_url),
        )
        self._stops = [self.journal.listen(self._note_when), self._watch.follow(self.journal)]
        self._phones = LivePhones(self._loop, self.journal, self._library, authority_of_this_run)
        try:
            domain = self._provisioning.make(spec.configuration)
            self._loop.run_until_complete(self._open(spec, domain, words))
        except BaseException:
            self.close()
            raise

    async def _open(self, spec: WorldSpec, domain: str, words: Sequence[str]) -> None:
        await self._library.warm_up()
        for each in (*words, *spec.words_of_bots):
            await self._library.prepare(Speech(each), {"PCMU"})
        here = address_towards(self.sip_address)
        for name, phone in spec.phones.items():
            local = here if phone.address == _LOOPBACK else Address(phone.address, 0)
            await self._phones.open(
                phone_settings(name, phone, domain, local, self.sip_address, self.sip_address),
                # The target remembers: with the Call-IDs of an earlier run this one's requests would be repeats.
                rng=random.SystemRandom(),
                faults=spec.faults,
                rng_of_faults=rng_for(spec.seed, f"line {name}"),
            )

    def _note_when(self, entry: Entry) -> None:
        call_id = getattr(entry, "call_id", "")
        if call_id:
            self._last_at[call_id] = entry.at

    def now(self) -> float:
        """Return the moment."""
        return self._clock.now()

    def behave(self, behaviours: Sequence[Behaviour]) -> None:
        """Raise SetupError: what is not ours does nothing because we ask for it."""
        del behaviours
        raise SetupError("the far end is not ours, and does nothing on purpose because it is asked to")

    def inject(self, faults: Sequence[str]) -> None:
        """Raise SetupError: faults of a line that is there from the beginning are given by the scenario."""
        del faults
        raise SetupError("the far end is not ours: give faults of the line below `given`, not while it runs")

    def listener(self, transport: str, source: str) -> Address:
        """Return where SIP is taken, which is the same from everywhere."""
        del transport, source
        return self.sip_address

    def phone(self, name: str) -> PhoneHandle:
        """Return a phone by its name."""
        return self._phones[name]

    def is_busy(self, call_id: str) -> bool:
        """Return whether more may come of a call: something came of it a short while ago."""
        return self.now() - self._last_at.get(call_id, float("-inf")) < self._settle

    @property
    def under_way(self) -> int:
        """None that is known of: what the target holds is not seen."""
        return sum(line.held for line in self._phones.lines)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is known to be under way."""
        return not self.under_way

    @property
    def put_off(self) -> float:
        """By how much audio of the phones was put off in all, in seconds, because the machine was busy."""
        return max((each.put_off for each in self._phones.media.values()), default=0.0)

    def heard(self, call: PhoneCall) -> npt.NDArray[np.int16]:
        """Return what the phone heard so far, at 8 kHz."""
        return heard(self._phones.media, call)

    def ears(self, call_sid: str, call: PhoneCall | None) -> Ears:
        """Return what keeps what the phone heard in a call; what the target heard is not seen."""
        del call_sid
        if call is None or not call.session:
            return None, None
        return None, self._phones.media[call.session.rpartition("-")[0]].ear(call.session)

    def recording(self, call: PhoneCall) -> npt.NDArray[np.int16]:
        """Return nothing: recordings of a target are not looked at."""
        import numpy as np

        del call
        return np.zeros(0, np.int16)

    def learn(self, text: str) -> None:
        """Have the text rendered, so that `prompt_samples` has it; not while `run` runs."""
        self._loop.run_until_complete(self._library.prepare(Speech(text)))

    def prompt_samples(self, text: str) -> npt.NDArray[np.int16]:
        """Return how our voice says the text, at 8 kHz; the target may have another one.

        Raises:
            MediaError: It never said it.
        """
        return self._library.samples(Speech(text))

    def understand(self, samples: npt.NDArray[np.int16]) -> Future[Recognised]:
        """Begin to understand what is said in samples at 8 kHz, as `Understanding.ask` does."""
        return self._understanding.ask(samples)

    def app_requests(self) -> list[AppRequest]:
        """Return what the target asked the application, oldest first."""
        return self._watch.requests()

    def rest(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Ask the target's REST API.

        Raises:
            SetupError: It does not answer.
        """
        status, body = self._rest.ask(method, path, form)
        self._provisioning.keep_in_mind(method, path, status, body)
        return status, body

    def traffic(self) -> Traffic:
        """Return no packets: none are kept."""
        return NO_TRAFFIC

    def clear_traffic(self) -> None:
        """Do nothing: none are kept."""

    def run(self, script: Script[T]) -> T:
        """Drive a script in real time."""
        return self._loop.run_until_complete(self._run(script))

    async def _run(self, script: Script[T]) -> T:
        watching = asyncio.create_task(self._look_at_the_application())
        try:
            return await drive(script, self.journal, self.now)
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    async def _look_at_the_application(self) -> None:
        while True:
            self._watch.take(self.journal, self.now())
            await asyncio.sleep(POLL / 2)

    def close(self) -> None:
        """Remove what was provisioned, and close phones and application."""
        for stop in self._stops:
            stop()
        self.left_behind = self._provisioning.remove()
        for each in self.left_behind:
            self.journal.append(Note(at=self.now(), source="target", text=f"left behind: {each}"))
        self._loop.run_until_complete(self._phones.close())
        self._understanding.close()
        self._server.close()
        if self._studio is None:
            self._loop.run_until_complete(self._library.close())
            self._loop.close()


def _purposes(spec: WorldSpec) -> dict[str, str]:
    """Return the purpose of what is asked at the paths of the domains' URLs."""
    found: dict[str, str] = {}
    for each in spec.configuration.domains.values():
        for url, purpose in ((each.voice, "voice"), (each.fallback, "fallback"), (each.status, "status")):
            if url and "://" not in url:
                found.setdefault(f"/{url.removeprefix('/')}".partition("?")[0], purpose)
    return found
