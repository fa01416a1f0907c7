"""What live and virtual worlds have in common: what is given, what is waited for, the REST API."""

from __future__ import annotations

import base64
import io
import json
import random
import wave
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import urlencode

from sipdomain.errors import RestError
from sipdomain.faults import Fault
from sipdomain.faults.webhooks import WebhookFault
from sipdomain.phone.call import PhoneCall
from sipdomain.phone.settings import PhoneSettings
from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN, token_name
from sipdomain.runtime.media.endpoint import Ear
from sipdomain.runtime.media.recognition import SCRIPTED, HearingSettings
from sipdomain.runtime.worlds.webhook_stub import webhook_stub, words_of_bot
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.calls.party import FAR
from sipdomain.twilio.configuration.model import AccountSettings, Configuration, ConfigurationError
from sipdomain.twilio.fidelity.profile import PROFILES, Profile, ProfileName
from sipdomain.twilio.names.sip_servers import SipServer
from sipdomain.twilio.rest import RestApi, RestRequest
from sipdomain.twilio.rest.messages import FORM
from sipdomain.twilio.store import Account, Store
from sipdomain.twilio.store.call_records import CallStore

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    import numpy as np
    import numpy.typing as npt

    from sipdomain.runtime.media.engine import MediaEngine

T = TypeVar("T")

Ears = tuple[Ear | None, Ear | None]
"""What keeps what was heard of a phone, and by it; None where nothing does."""

LARGEST_FORM: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Until:
    """Wait; a script yields this and is sent True when the condition held, False when time ran out.

    Attributes:
        condition: Asked again and again; cheap, without side effects.
        within: Seconds of the world's clock.
    """

    condition: Callable[[], bool]
    within: float


Script = Generator[Until, bool, T]


@dataclass(frozen=True, slots=True)
class PhoneSpec:
    """A phone of a world.

    Attributes:
        user: The user part of its address, and its digest user name.
        password: Its password.
        address: The IP address it calls from.
        transport: "udp", "tcp" or "tls".
        secure_media: Whether its audio is SRTP.
        transfers: How it answers a REFER, and what it then reports.
        telephone_event: Whether it agrees on telephone-event.
        line: The number, or "client:" and the identity, that leads to it, or "".
        host: The host name by which it is called, or "".
        priority: The lower, the sooner it is called of several with one host name.
        weight: Its share of the calls among those of one priority.
        silent: Whether it answers nothing at all.
        display_name: The name in its From, or "".
        recorder: Whether it is a session recording server too.
    """

    user: str
    password: str
    address: str = "127.0.0.1"
    transport: str = "udp"
    secure_media: bool = False
    transfers: tuple[int, ...] = ()
    telephone_event: bool = True
    line: str = ""
    host: str = ""
    priority: int = 0
    weight: int = 0
    silent: bool = False
    display_name: str = ""
    recorder: bool = False


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """What a world is made of.

    Attributes:
        configuration: Account, lists and domains.
        replies: The webhook application's replies by path.
        bots: The application's bots behind WebSockets, by path.
        phones: Phones by name.
        profile: "documented" or "observed".
        seed: For all that is random.
        speech: Whether `<Say>` has a voice (live only).
        hearing: How words are heard (live only).
        faults: What befalls datagrams between phones and emulator, in this order.
        rtp_faults: What befalls packets of audio between phones and emulator, in this order.
        webhook_faults: What befalls requests to the application, in this order.
        behaviours: What the emulator does on purpose.
        dns: Where a DNS server answers for the domains' names, or None for none (live only).
        edges: Where edges have listeners of their own, by their names (live only).
        route_set: Whether dialogs have the edge's route set; None leaves it to the profile.
        sip: Where the emulator listens, or None for a free port of the loopback network (live only).
        ipv6: Whether the emulator listens on ::1 though no phone of this world calls from there (live only).
        application: A WSGI application in place of one that gives `replies`.
        app_url: The base of one that runs by itself, without a final slash, or ""; `hosts` answer public names (live only).
        tapped: Whether the packets of its audio are kept, for a capture.
    """

    configuration: Configuration = field(default_factory=Configuration)
    replies: Mapping[str, Any] = field(default_factory=dict)
    bots: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    phones: Mapping[str, PhoneSpec] = field(default_factory=dict)
    profile: ProfileName = "documented"
    seed: int = 0
    speech: bool = True
    hearing: HearingSettings = SCRIPTED
    faults: tuple[Fault, ...] = ()
    rtp_faults: tuple[Fault, ...] = ()
    webhook_faults: tuple[WebhookFault, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    dns: Address | None = None
    edges: Mapping[str, Address] = field(default_factory=dict)
    ipv6: bool = False
    sip: Address | None = None
    route_set: bool | None = None
    application: WSGIApplication | None = None
    app_url: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
    tapped: bool = False

    @property
    def words_of_bots(self) -> list[str]:
        """All that bots say."""
        return [line for bot in self.bots.values() for line in words_of_bot(bot)]

    @property
    def switches(self) -> Profile:
        """The profile's value, with what was switched."""
        profile = PROFILES[self.profile]
        return profile if self.route_set is None else replace(profile, route_set=self.route_set)


def make_account(store: Store, settings: AccountSettings | None, now: float) -> Account:
    """Make the main account of a configuration, with the development values where it names none.

    Raises:
        ConfigurationError: Its SID is none, or it or its token is empty.
    """
    if settings is not None:
        for name, written in (("sid", settings.sid), ("auth_token", settings.auth_token)):
            if written is not None and not written.strip():
                hint = "leave it out to have the development value"
                raise ConfigurationError(f"`{name}` is empty", ("account", name), hint=hint)
    sid = (settings.sid if settings else None) or ACCOUNT_SID
    token = (settings.auth_token if settings else None) or AUTH_TOKEN
    try:
        return store.accounts.create(now=now, sid=sid, auth_token=token)
    except RestError as error:
        hint = f"write such as `sid: {ACCOUNT_SID}`"
        raise ConfigurationError(str(error), ("account", "sid"), hint=hint) from None


def name_tokens(account: Account, spec: WorldSpec) -> dict[str, str]:
    """Return by account SID where its auth token comes from, in words."""
    settings = spec.configuration.account
    return {account.sid: token_name(account.auth_token, settings.auth_token if settings else None)}


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
    firsts = [str(next(iter(flow.routes))) for flow in webhook_stub("flows").FLOWS]
    if (path := f"/{name}") not in firsts:
        known = ", ".join(each.removeprefix("/") for each in firsts)
        raise ValueError(f"there is no flow `{name}`; there are {known}")
    return path


def whole_path(path: str, account_sid: str) -> str:
    """Return a path of the API; one without a leading slash is below the account's own, with or without `.json`."""
    own = f"/2010-04-01/Accounts/{account_sid}/{path.removesuffix('.json')}.json"
    return path if path.startswith("/") else own


def ask_rest(
    api: RestApi, account: Account, method: str, path: str, form: Mapping[str, str], now: float
) -> tuple[int, dict[str, Any]]:
    """Ask the REST API as an account; a path without a leading slash is below the account's own."""
    pairs = tuple(form.items())
    login = base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()
    asked = RestRequest(
        method=method,
        path=whole_path(path, account.sid),
        query=pairs if method == "GET" else (),
        form=() if method == "GET" else pairs,
        authorization=f"Basic {login}",
        content_type="" if method == "GET" else FORM,
        body_too_large=len(urlencode(pairs)) > LARGEST_FORM,
    )
    answer = api.handle(asked, now)
    return answer.status, json.loads(answer.body) if answer.body else {}


def recording(
    api: RestApi, calls: CallStore, account: Account, call_id: str, now: float
) -> npt.NDArray[np.int16]:
    """Return the finished recordings of a call as the REST API serves them: one after another, at 8 kHz, of one channel.

    Args:
        api: The REST API.
        calls: The calls on record.
        account: Whose call it is.
        call_id: The SIP Call-ID.
        now: Unix seconds.
    """
    import numpy as np

    store = calls.recordings
    sids = {each.sid for each in calls.newest_first(account.sid) if each.sip_call_id == call_id}
    parts = [
        _downloaded(api, f"/2010-04-01/Accounts/{account.sid}/Recordings/{each.sid}.wav", now)
        for each in store.newest_first(account.sid, now)
        if each.call_sid in sids and store.audio(each.sid)
    ]
    return np.frombuffer(b"".join(reversed(parts)), "<i2")


def _downloaded(api: RestApi, path: str, now: float) -> bytes:
    """Return the samples of a WAV file of the REST API, which needs no login."""
    asked = RestRequest(method="GET", path=path, query=(("RequestedChannels", "1"),))
    with wave.open(io.BytesIO(api.handle(asked, now).whole)) as file:
        samples: bytes = file.readframes(file.getnframes())
        return samples


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


def phone_settings(
    name: str, spec: PhoneSpec, domain: str, local: Address, proxy: Address, secure_proxy: Address
) -> PhoneSettings:
    """Return the settings of a world's phone; `secure_proxy` is where TLS leads."""
    return PhoneSettings(
        name=name, user=spec.user, domain=domain, username=spec.user, password=spec.password,
        local=local, proxy=proxy, transport=spec.transport, srtp=spec.secure_media, secure_proxy=secure_proxy,
        transfers=spec.transfers, telephone_event=spec.telephone_event, silent=spec.silent,
        display_name=spec.display_name, recorder=spec.recorder,
    )  # fmt: skip


def name_host(peers: dict[str, list[SipServer]], phone: PhoneSpec, local: Address) -> None:
    """Let a phone be a server of its host name, if it has one."""
    if phone.host:
        server = SipServer(local, phone.priority, phone.weight)
        peers.setdefault(phone.host.lower(), []).append(server)


def connect_line(store: Store, account: Account, phone: PhoneSpec, local: Address, now: float) -> None:
    """Let a phone be the number or the client that it is given as, if any: its address is called by SIP."""
    if phone.line:
        transport = "" if phone.transport == "udp" else f";transport={phone.transport}"
        uri = f"sip:{phone.user}@{local}{transport}"
        store.subscribers.define(account.sid, phone.line, now=now, phone=uri)


def rng_for(seed: int, name: str) -> random.Random:
    """Return a generator of its own for each part of a world, so that one part's draws do not move another's."""
    return random.Random(f"{seed}:{name}")
