"""`python -m tests.integration.pjsip_caller PORT AUTHORITY WAV rtp|srtp`: call the secure domain by TLS with PJSIP.

It prints the last status, and writes what was heard into WAV. A process of its own, because PJSIP is GPL and
keeps threads.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import pjsua2 as pj

from tests.integration.served import PASSWORD


class Caller(pj.Call):  # type: ignore[misc]
    """A call that records what it hears."""

    def __init__(self, account: Any, path: str) -> None:
        super().__init__(account)
        self._path = path
        self.recorder: Any = None
        self.status = 0
        self.over = False

    def onCallState(self, _: Any) -> None:  # noqa: N802 - PJSIP's name
        """Note how far the call came."""
        info = self.getInfo()
        self.status = info.lastStatusCode
        self.over = info.state == pj.PJSIP_INV_STATE_DISCONNECTED

    def onCallMediaState(self, _: Any) -> None:  # noqa: N802 - PJSIP's name
        """Record the audio once it is there."""
        info = self.getInfo()  # Kept: what it holds is freed with it.
        for number, media in enumerate(info.media):
            active = media.status == pj.PJSUA_CALL_MEDIA_ACTIVE
            if media.type == pj.PJMEDIA_TYPE_AUDIO and active:
                if self.recorder is None:
                    self.recorder = pj.AudioMediaRecorder()
                    self.recorder.createRecorder(self._path)
                # Again after each re-INVITE: PJSIP's own one, to settle on one codec, comes at once.
                self.getAudioMedia(number).startTransmit(self.recorder)


def endpoint(authority: str) -> Any:
    """Return a started endpoint without a sound card, that trusts the authority."""
    made = pj.Endpoint()
    made.libCreate()
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt = 0
    settings.uaConfig.mainThreadOnly = True
    settings.logConfig.level = settings.logConfig.consoleLevel = 0
    settings.medConfig.sndAutoCloseTime = -1
    settings.medConfig.clockRate = 8000
    made.libInit(settings)
    transport = pj.TransportConfig()
    transport.boundAddress = "127.0.0.1"
    transport.tlsConfig.CaListFile = authority
    transport.tlsConfig.verifyServer = True
    made.transportCreate(pj.PJSIP_TRANSPORT_TLS, transport)
    made.libStart()
    made.audDevManager().setNullDev()
    return made


def main(port: str, authority: str, path: str, media: str) -> None:
    """Call until the call is over, for at most 20 s."""
    pjsip = endpoint(authority)
    settings = pj.AccountConfig()
    settings.idUri = "sip:alice@demo.sip.twilio.com"
    settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", "alice", 0, PASSWORD))
    settings.sipConfig.proxies.append(f"sip:127.0.0.1:{port};transport=tls;lr")
    settings.mediaConfig.srtpUse = pj.PJMEDIA_SRTP_MANDATORY if media == "srtp" else pj.PJMEDIA_SRTP_DISABLED
    settings.mediaConfig.srtpSecureSignaling = 1 if media == "srtp" else 0
    settings.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    account = pj.Account()
    account.create(settings)
    call = Caller(account, path)
    call.makeCall("sip:100@demo.sip.twilio.com", pj.CallOpParam(True))
    give_up_at = time.monotonic() + 20
    while not call.over and time.monotonic() < give_up_at:
        pjsip.libHandleEvents(20)
    print(call.status, flush=True)
    del call
    account.shutdown()
    pjsip.libDestroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
