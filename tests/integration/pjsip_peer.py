"""`python -m tests.integration.pjsip_peer PLAN`: PJSIP as a phone that takes orders as JSON, and has several calls.

PLAN is JSON: `folder` for what is heard, `port` to listen on, `proxy` to call by, `server` and `authority` of the
emulator's TLS, and `user`, `domain` and `password` to register there with. It prints what happens, a line of JSON each:
"ready", "registered", and with the name of the call "answered", "active" (its audio), "held", "played" and "over". A call
that comes in has the user part of its To for a name, and is answered at once.

Orders: call (name, to, and keys: "tones" for one that offers no telephone-event), play (name, file), hold, resume, hang up,
press (name, way, keys).
"""

from __future__ import annotations

import json
import os
import re
import select
import sys
from pathlib import Path
from typing import Any

import pjsua2 as pj

from sipdomain.scenario.peers.pjsip_program import Plan, account_settings, endpoint

TONE = 100
"""How long a tone lasts, and the silence behind it, in milliseconds."""
POLL = 10
"""How long PJSIP works before orders are looked for, in milliseconds."""


def report(event: str, call: str = "", **more: Any) -> None:
    """Print what happened."""
    sys.stdout.write(json.dumps({"event": event, "call": call, **more}) + "\n")
    sys.stdout.flush()


class Player(pj.AudioMediaPlayer):  # type: ignore[misc]
    """A file that is played once."""

    def __init__(self, call: str) -> None:
        super().__init__()
        self._call = call

    def onEof2(self) -> None:  # noqa: N802 - PJSIP's name
        """Report that it is over."""
        report("played", self._call)


class Conversation(pj.Call):  # type: ignore[misc]
    """A call of either direction; what is heard goes to a file of its name."""

    def __init__(self, account: Any, name: str, folder: str, number: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, number)
        self.name = name
        self.over = False
        self.without_events = False
        self._folder = folder
        self._recorder: Any = None
        self._players: list[Any] = []

    def onCallSdpCreated(self, created: Any) -> None:  # noqa: N802 - PJSIP's name
        """Take telephone-event out of what is offered, where keys are to go as tones."""
        if self.without_events:
            created.sdp.wholeSdp = without_events(created.sdp.wholeSdp)

    def onCallState(self, _: Any) -> None:  # noqa: N802 - PJSIP's name
        """Report the begin and the end."""
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            report("answered", self.name)
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.over = True

    def onCallMediaState(self, _: Any) -> None:  # noqa: N802 - PJSIP's name
        """Record, and report a hold of our own once it is agreed."""
        info = self.getInfo()
        for number, media in enumerate(info.media):
            if media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                if self._recorder is None and not self.over:
                    self._recorder = pj.AudioMediaRecorder()
                    self._recorder.createRecorder(f"{self._folder}/{self.name}.wav")
                self.getAudioMedia(number).startTransmit(self._recorder)
                report("active", self.name)
            elif media.status == pj.PJSUA_CALL_MEDIA_LOCAL_HOLD:
                report("held", self.name)

    def close(self) -> None:
        """Let what was recorded be finished; PJSIP does that soon after."""
        self._players.clear()
        self._recorder = None

    @property
    def is_kept(self) -> bool:
        """Whether the file's head says how long it is: the last thing that is written."""
        file = Path(self._folder, f"{self.name}.wav")
        return not file.exists() or any(file.read_bytes()[40:44])

    def play(self, file: str) -> None:
        """Play a file once."""
        player = Player(self.name)
        player.createPlayer(file, pj.PJMEDIA_FILE_NO_LOOP)
        player.startTransmit(self.getAudioMedia(-1))
        self._players.append(player)

    def resume(self) -> None:
        """Take the call up again."""
        parameters = pj.CallOpParam(True)
        parameters.opt.flag |= pj.PJSUA_CALL_UNHOLD
        self.reinvite(parameters)

    def press(self, way: str, keys: str) -> None:
        """Press keys as RFC 4733 or as INFO has them, or as tones in the audio."""
        if way == "inband":
            tones = pj.ToneGenerator()
            tones.createToneGenerator(8000)
            tones.startTransmit(self.getAudioMedia(-1))
            tones.playDigits(pj.ToneDigitVector([_digit(key) for key in keys]))
            self._players.append(tones)
            return
        parameters = pj.CallSendDtmfParam()
        methods = {"rfc4733": pj.PJSUA_DTMF_METHOD_RFC2833, "info": pj.PJSUA_DTMF_METHOD_SIP_INFO}
        parameters.method, parameters.digits = methods[way], keys
        self.sendDtmf(parameters)


def _digit(key: str) -> Any:
    digit = pj.ToneDigit()
    digit.digit, digit.on_msec, digit.off_msec = key, TONE, TONE
    return digit


def without_events(sdp: str) -> str:
    """Return a description that does not speak of telephone-event."""
    numbers = re.findall(r"a=rtpmap:(\d+) telephone-event/", sdp)
    for number in numbers:
        sdp = re.sub(rf"a=(rtpmap|fmtp):{number} .*\r\n", "", sdp)
        sdp = re.sub(rf"(m=audio .*) {number}\b", r"\1", sdp)
    return sdp


class Phone(pj.Account):  # type: ignore[misc]
    """Answers whatever comes, at once."""

    def __init__(self, peer: Peer) -> None:
        super().__init__()
        self._peer = peer

    def onRegState(self, state: Any) -> None:  # noqa: N802 - PJSIP's name
        """Report that it is registered."""
        report("registered", status=state.code)

    def onIncomingCall(self, incoming: Any) -> None:  # noqa: N802 - PJSIP's name
        """Answer."""
        call = Conversation(self, "", self._peer.folder, incoming.callId)
        user = re.search(r"sips?:([^@;>]+)", call.getInfo().localUri)
        call.name = user[1] if user else ""
        self._peer.calls[call.name] = call
        answer = pj.CallOpParam()
        answer.statusCode = 200
        call.answer(answer)


class Peer:
    """All of it."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.folder = plan["folder"]
        self.calls: dict[str, Conversation] = {}
        plain = Plan(proxy=plan["proxy"], to="", user="plain", domain="127.0.0.1", password="")
        secure = Plan(
            proxy=plan["server"], to=f"sip:{plan['domain']}", user=plan["user"], domain=plan["domain"],
            password=plan["password"], transport="tls", authority=plan["authority"], secure=True, register=True,
        )  # fmt: skip
        self._endpoint = endpoint(secure)
        transport = pj.TransportConfig()
        transport.boundAddress, transport.port = plain.local, plan["port"]
        self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self._accounts = [self._account(plain), self._account(secure)]

    def _account(self, plan: Plan) -> Phone:
        account = Phone(self)
        account.create(account_settings(plan))
        return account

    def run(self) -> None:
        """Work until the orders end."""
        report("ready")
        orders = b""
        while True:
            self._endpoint.libHandleEvents(POLL)
            for name, call in [*self.calls.items()]:
                if call.over:
                    call.close()
                    if call.is_kept:
                        report("over", name)
                        del self.calls[name]
            while select.select([0], [], [], 0)[0]:
                data = os.read(0, 65_536)
                if not data:
                    return
                *lines, orders = (orders + data).split(b"\n")
                for line in lines:
                    self._do(**json.loads(line))

    def close(self) -> None:
        """End everything."""
        for account in self._accounts:
            account.shutdown()
        self._endpoint.libDestroy()

    def _do(self, do: str, name: str, **more: str) -> None:
        if do == "call":
            call = self.calls[name] = Conversation(self._accounts[0], name, self.folder)
            call.without_events = more.get("keys") == "tones"
            call.makeCall(more["to"], pj.CallOpParam(True))
            return
        call = self.calls[name]
        parameters = pj.CallOpParam(True)
        match do:
            case "play":
                call.play(more["file"])
            case "hold":
                call.setHold(parameters)
            case "resume":
                call.resume()
            case "hang up":
                call.hangup(parameters)
            case "press":
                call.press(more["way"], more["keys"])
            case _:
                raise ValueError(do)


if __name__ == "__main__":
    peer = Peer(json.loads(sys.argv[1]))
    peer.run()
    peer.close()
