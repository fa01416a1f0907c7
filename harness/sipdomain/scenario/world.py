"""What a scenario needs of the world it plays in; such worlds are live or in virtual time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from sipdomain.journal import Journal
from sipdomain.phone.call import Transfer
from sipdomain.runtime.media.endpoint import Ear
from sipdomain.runtime.media.recognition import Recognised
from sipdomain.runtime.media.tap import Traffic
from sipdomain.runtime.worlds.app_request import AppRequest
from sipdomain.runtime.worlds.edges import Edges
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.world import Script, Until
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.fidelity.profile import ProfileName as Profile

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    import numpy.typing as npt

T = TypeVar("T")
__all__ = [
    "AppRequest",
    "CallState",
    "PhoneCall",
    "PhoneHandle",
    "Profile",
    "Script",
    "Substrate",
    "Traffic",
    "Until",
    "World",
]

CallState = Literal["trying", "ringing", "answered", "refused", "ended", "failed"]
Substrate = Literal["live", "sim"]


class PhoneCall(Protocol):
    """A call, or a single request, as the phone sees it; read-only."""

    @property
    def method(self) -> str:
        """INVITE for a call, REGISTER for a registration, or that of a single request."""

    @property
    def call_id(self) -> str:
        """The SIP Call-ID."""

    @property
    def state(self) -> str:
        """How far it came."""

    @property
    def responses(self) -> Sequence[int]:
        """Each response status received, in order, to all its INVITEs: [100, 407, 100, 180, 200]."""

    @property
    def final_headers(self) -> Sequence[tuple[str, str]]:
        """Header fields of the last final response."""

    @property
    def ended_by(self) -> str:
        """Who ended it: "us" for the phone, "them" for the emulator, "" while it lasts."""

    @property
    def transfer(self) -> Transfer | None:
        """The transfer that the phone asked for, or None."""

    @property
    def said(self) -> Sequence[str]:
        """What the phone said to its end, in order; nothing is known of a foreign one."""

    @property
    def not_said(self) -> Mapping[str, str]:
        """What could not be said, and why."""

    @property
    def started_at(self) -> float | None:
        """When the first request left."""

    @property
    def answered_at(self) -> float | None:
        """When the 200 came."""

    @property
    def ended_at(self) -> float | None:
        """When it was over."""


class World(Protocol):
    """One emulator, its webhook application and its phones."""

    @property
    def substrate(self) -> Substrate:
        """Whether sockets are real."""

    @property
    def profile(self) -> Profile:
        """Which of the service's two faces is emulated."""

    @property
    def journal(self) -> Journal:
        """All that happens."""

    @property
    def sip_address(self) -> Address:
        """Where the emulator listens for SIP."""

    @property
    def dns_address(self) -> Address | None:
        """Where DNS is answered for the domains' names, or None."""

    @property
    def edges(self) -> Edges | None:
        """Its edges, where some have listeners of their own that DNS names, or None."""

    @property
    def http_url(self) -> str:
        """The base of its REST API, without a final slash."""

    @property
    def app_url(self) -> str:
        """The base of the webhook application, without a final slash."""

    def listener(self, transport: str, source: str) -> Address:
        """Return where SIP from an IP address is taken over a transport.

        Args:
            transport: "udp", "tcp" or "tls".
            source: The address that it comes from.

        Raises:
            SetupError: Nothing listens for addresses of that family.
        """

    def now(self) -> float:
        """Return the moment on the world's clock, in seconds."""

    def phone(self, name: str) -> PhoneHandle:
        """Return the phone given under that name."""

    def is_busy(self, call_id: str) -> bool:
        """Return whether more is to come of a call on the emulator's side.

        That is so while it is not over there, or one of its recordings or HTTP requests is not, or while a faulty
        line still holds a message of it.
        """

    @property
    def under_way(self) -> int:
        """How many SIP messages between phones and emulator have not arrived yet, and will."""

    @property
    def is_idle(self) -> bool:
        """Whether no message is under way, and the emulator has no call, recording or HTTP request open."""

    @property
    def put_off(self) -> float:
        """By how much audio was put off in all, in seconds, because the machine was busy; 0 in virtual time."""

    def heard(self, call: Any) -> npt.NDArray[np.int16]:
        """Return what the phone heard so far, at 8 kHz."""

    def ears(self, call_sid: str, call: Any) -> tuple[Ear | None, Ear | None]:
        """Return what keeps what the emulator heard in a call, and what the phone did.

        Args:
            call_sid: The call.
            call: The same as a phone of this world sees it, or None.
        """

    def recording(self, call: Any) -> npt.NDArray[np.int16]:
        """Return the finished recordings that the emulator made of a call, one after another, at 8 kHz."""

    def learn(self, text: str) -> None:
        """Have the text rendered, so that `prompt_samples` has it though nobody said it; not while `run` runs."""

    def prompt_samples(self, text: str) -> npt.NDArray[np.int16]:
        """Return how this world's voice says the text, at 8 kHz.

        Raises:
            MediaError: It never said it.
        """

    def understand(self, samples: npt.NDArray[np.int16]) -> Future[Recognised]:
        """Begin to understand what is said in samples at 8 kHz; what comes of it may be a MediaError.

        Raises:
            MediaError: No recogniser is installed.
        """

    def app_requests(self) -> list[AppRequest]:
        """Return what the webhook application recorded, oldest first."""

    def behave(self, behaviours: Sequence[Behaviour]) -> None:
        """Have the emulated cloud do these on purpose too from now on, or with none of them nothing any more.

        Raises:
            SetupError: There would be too many at once, or the far end is not ours.
        """

    def inject(self, faults: Sequence[str]) -> None:
        """Let faults befall too from now on, each a line as `sip drop 30% from phone`; with none of them nothing any more.

        Raises:
            SetupError: One is wrong, there would be too many at once, or the far end is not ours.
        """

    def rest(self, method: str, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Ask the REST API as the main account.

        Args:
            method: "GET", "POST" or "DELETE".
            path: Below `/2010-04-01/Accounts/{AccountSid}/` and without `.json`, such as `SIP/Domains`;
                or, with a leading slash, a whole path.
            form: Form fields; query parameters for GET.

        Returns:
            The HTTP status and the JSON body ({} when empty).
        """

    def traffic(self) -> Traffic:
        """Return the packets of its audio, where it was asked to keep them; once it is closed."""

    def clear_traffic(self) -> None:
        """Keep no packets of the calls that are over, so that there is room for those of the next."""

    def run(self, script: Script[T]) -> T:
        """Drive a scenario's generator to its end; what it raises comes through."""

    def close(self) -> None:
        """End every call, let what is under way arrive, and close everything.

        That takes a bounded time: what still goes on after it is named in the journal.
        """
