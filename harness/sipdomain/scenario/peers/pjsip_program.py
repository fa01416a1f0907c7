"""`python -m sipdomain.scenario.peers.pjsip_program PLAN`: one call, or registration, by PJSIP.

PLAN is a file in JSON, see `Plan`; what came of it is printed as JSON. A process of its own, because PJSIP is GPL, keeps
threads, and may crash.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

import pjsua2 as pj

TRANSPORTS = {
    "udp": pj.PJSIP_TRANSPORT_UDP,
    "tcp": pj.PJSIP_TRANSPORT_TCP,
    "tls": pj.PJSIP_TRANSPORT_TLS,
}
BETWEEN_ACTS = 0.5
LIMIT = 20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do.

    Attributes:
        proxy: Where the emulator listens, HOST:PORT, or "" to find it by name.
        to: The URI to call; for a registration, of the registrar.
        user: The caller's user name.
        domain: The caller's domain.
        password: The caller's password.
        local: The IP address to call from.
        transport: "udp", "tcp" or "tls".
        authority: The file of the certificate to trust, for TLS.
        wav: The file to write what is heard to.
        secure: Whether to insist on SRTP.
        headers: Header fields of the INVITE.
        acts: What to do once answered, one after another: "hold", "resume", "transfer", "hang up",
            or keys to press.
        register: Whether to register and unregister, and not to call.
        large_by_tcp: Whether requests above 1300 bytes go by TCP, as PJSIP's own programs send them (RFC 3261
            section 18.1.1), and not by UDP.
        realm: The realm that its password is for; "*" for any.
        shown: The user of its own address, where that is not the caller's.
        codecs: The codecs that it offers, as PJSIP names them; without any, all that it has.
        settings: Further settings of its account, by their dotted names in pjsua2's AccountConfig.
        late_offer: Whether its INVITE has no session description.
        vad: Whether it sends nothing while it hears nothing.
        limit: How long its call may last, in seconds.
        nameserver: The IP address of the DNS server that it asks, or "" to let the system look names up.
    """

    proxy: str
    to: str
    user: str
    domain: str
    password: str
    local: str = "127.0.0.1"
    transport: str = "udp"
    authority: str = ""
    wav: str = ""
    secure: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    acts: tuple[str, ...] = ()
    register: bool = False
    large_by_tcp: bool = False
    realm: str = "sip.twilio.com"
    shown: str = ""
    codecs: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    late_offer: bool = False
    vad: bool = False
    limit: float = LIMIT
    nameserver: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of it.

    Attributes:
        status: The last status of the call.
        referred: The status that the transfer got, or 0.
        registered: The statuses that registering and unregistering got.
    """

    status: int = 0
    referred: int = 0
    registered: list[int] = field(default_factory=list)


class Registrant(pj.Account):  # type: ignore[misc]
    """An account that notes what its registrations got."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self._outcome = outcome

    def onRegState(self, state: Any) -> None:  # noqa: N802 - PJSIP's name
        """Note the answer to a REGISTER."""
        self._outcome.registered.append(state.code)


class Caller(pj.Call):  # type: ignore[misc]
    """A call that records what it hears."""

    def __init__(self, account: Any, path: str, outcome: Outcome) -> None:
        super().__init__(account)
        self._path = path
        self._outcome = outcome
        self.recorder: Any = None
        self.answered = False
        self.over = False

    def onCallState(self, _: Any) -> None:  # noqa: N802 - PJSIP's name
        """Note how far the call came."""
        info = self.getInfo()
        self._outcome.status = info.lastStatusCode
        self.answered = info.state == pj.PJSIP_INV_STATE_CONFIRMED
        self.over = info.state == pj.PJSIP_INV_STATE_DISCONNECTED

    def onCallMediaState(self, _: Any) -> None:  # noqa: N802 - PJSIP's name
        """Record the audio once it is there."""
        info = self.getInfo()  # Kept: what it holds is freed with it.
        for number, media in enumerate(info.media):
            active = media.status == pj.PJSUA_CALL_MEDIA_ACTIVE
            if self._path and media.type == pj.PJMEDIA_TYPE_AUDIO and active:
                if self.recorder is None:
                    self.recorder = pj.AudioMediaRecorder()
                    self.recorder.createRecorder(self._path)
                # Again after each re-INVITE: PJSIP's own one, to settle on one codec, comes at once.
                self.getAudioMedia(number).startTransmit(self.recorder)

    def onCallTransferStatus(self, transfer: Any) -> None:  # noqa: N802 - PJSIP's name
        """Note the answer to a REFER."""
        self._outcome.referred = transfer.statusCode

    def do(self, act: str) -> None:
        """Do one act of a plan."""
        parameters = pj.CallOpParam(True)  # noqa: FBT003 - PJSIP's own
        if act == "hold":
            self.setHold(parameters)
        elif act == "resume":
            parameters.opt.flag |= pj.PJSUA_CALL_UNHOLD
            self.reinvite(parameters)
        elif act == "transfer":
            self.xfer("<sip:bob@example.com>", parameters)
        elif act == "hang up":
            self.hangup(parameters)
        else:
            self.dialDtmf(act)


def endpoint(plan: Plan) -> Any:
    """Return a started endpoint without a sound card, that trusts the plan's authority."""
    made = pj.Endpoint()
    made.libCreate()
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.uaConfig.userAgent = f"PJSIP {made.libVersion().full}"
    if plan.nameserver:
        settings.uaConfig.nameserver.append(plan.nameserver)
    settings.logConfig.level = settings.logConfig.consoleLevel = 0
    settings.medConfig.sndAutoCloseTime = -1
    settings.medConfig.clockRate = 8000
    settings.medConfig.noVad = not plan.vad
    made.libInit(settings)
    # Without a transport of its own for TCP, PJSIP sends by UDP what is large too.
    for kind in {plan.transport, "tcp"} if plan.large_by_tcp else {plan.transport}:
        transport = pj.TransportConfig()
        transport.boundAddress = plan.local
        transport.tlsConfig.CaListFile = plan.authority
        transport.tlsConfig.verifyServer = True
        made.transportCreate(TRANSPORTS[kind], transport)
    made.libStart()
    made.audDevManager().setNullDev()
    for codec in made.codecEnum2() if plan.codecs else ():
        chosen = codec.codecId.partition("/")[0] in plan.codecs
        made.codecSetPriority(codec.codecId, 128 if chosen else 0)
    return made


def account_settings(plan: Plan) -> Any:
    """Return the settings of the caller's account."""
    settings = pj.AccountConfig()
    settings.idUri = f"sip:{plan.shown or plan.user}@{plan.domain}"
    settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", plan.realm, plan.user, 0, plan.password))
    if plan.proxy:
        settings.sipConfig.proxies.append(f"sip:{plan.proxy};transport={plan.transport};lr")
    settings.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_MANDATORY if plan.secure else pj.PJMEDIA_SRTP_DISABLED
    settings.mediaConfig.srtpSecureSignaling = 1 if plan.secure else 0
    settings.mediaConfig.transportConfig.boundAddress = plan.local
    if plan.register:
        settings.regConfig.registrarUri = plan.to
    for name, value in plan.settings.items():
        *path, last = name.split(".")
        holder = reduce(getattr, path, settings)
        if isinstance(value, list):
            entries = getattr(holder, last)
            entries.clear()
            for each in value:
                entries.append(each)
        else:
            setattr(holder, last, value)
    return settings


def wait(pjsip: Any, until: Callable[[], bool], limit: float = LIMIT) -> None:
    """Let PJSIP work until something is so, or the limit is reached, in seconds."""
    give_up_at = time.monotonic() + limit
    while not until() and time.monotonic() < give_up_at:
        pjsip.libHandleEvents(20)


def place(pjsip: Any, account: Any, plan: Plan, outcome: Outcome) -> None:
    """Call, do the plan's acts, and wait until the call is over."""
    call = Caller(account, plan.wav, outcome)
    parameters = pj.CallOpParam(True)  # noqa: FBT003 - PJSIP's own
    if plan.late_offer:
        parameters.opt.flag |= pj.PJSUA_CALL_NO_SDP_OFFER
    for name, value in plan.headers.items():
        header = pj.SipHeader()
        header.hName, header.hValue = name, value
        parameters.txOption.headers.append(header)
    call.makeCall(plan.to, parameters)
    wait(pjsip, lambda: call.answered or call.over)
    for act in plan.acts:
        wait(pjsip, lambda: call.over, BETWEEN_ACTS)
        call.do(act)
    wait(pjsip, lambda: call.over, plan.limit)


def main(plan: Plan) -> Outcome:
    """Carry a plan out."""
    outcome = Outcome()
    pjsip = endpoint(plan)
    account = Registrant(outcome)
    account.create(account_settings(plan))
    if plan.register:
        wait(pjsip, lambda: len(outcome.registered) == 1)
        account.setRegistration(False)
        wait(pjsip, lambda: len(outcome.registered) == 2)
    else:
        place(pjsip, account, plan, outcome)
    account.shutdown()
    pjsip.libDestroy()
    return outcome


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(main(Plan(**json.loads(Path(sys.argv[1]).read_text()))))) + "\n")
