"""`python -m tests.integration.pjsua FILE URI`: PJSIP with the options of a file of pjsua; it registers, and calls once.

Debian has no pjsua. The options mean what `pjsua --help` says, and one that is not known here ends it. It prints the
status of its registration and of its call, as JSON.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pjsua2 as pj

LIMIT = 20.0


def options(file: Path) -> argparse.Namespace:
    """Return the options of a file, as pjsua reads it: an option a line, `#` before a comment."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("id", "registrar", "proxy", "realm", "username", "password", "bound-addr", "tls-ca-file"):
        parser.add_argument(f"--{name}", default="")
    for name in ("reg-timeout", "local-port", "use-srtp", "srtp-secure", "auto-answer"):
        parser.add_argument(f"--{name}", type=int, default=0)
    for name in ("no-tcp", "no-udp", "use-tls", "tls-verify-server", "null-audio"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--dis-codec", action="append", default=[])
    return parser.parse_args(shlex.split(file.read_text(), comments=True))


def endpoint(given: argparse.Namespace) -> Any:
    """Return PJSIP with its transports, started."""
    settings = pj.EpConfig()
    settings.uaConfig.threadCnt, settings.uaConfig.mainThreadOnly = 0, True
    settings.logConfig.consoleLevel = 0
    made = pj.Endpoint()
    made.libCreate()
    made.libInit(settings)
    kinds = [
        (pj.PJSIP_TRANSPORT_UDP, not given.no_udp, 0),
        (pj.PJSIP_TRANSPORT_TCP, not given.no_tcp, 0),
        (pj.PJSIP_TRANSPORT_TLS, given.use_tls, 1),
    ]
    for kind, wanted, above in kinds:
        if wanted:
            transport = pj.TransportConfig()
            transport.boundAddress, transport.port = given.bound_addr, given.local_port + above
            transport.tlsConfig.CaListFile = given.tls_ca_file
            transport.tlsConfig.verifyServer = given.tls_verify_server
            made.transportCreate(kind, transport)
    made.libStart()
    made.audDevManager().setNullDev()
    for codec in made.codecEnum2():
        if any(codec.codecId.startswith(each) for each in given.dis_codec):
            made.codecSetPriority(codec.codecId, 0)
    return made


def account_settings(given: argparse.Namespace) -> Any:
    """Return the settings of the account."""
    settings = pj.AccountConfig()
    settings.idUri = given.id
    settings.regConfig.registrarUri, settings.regConfig.timeoutSec = given.registrar, given.reg_timeout
    credentials = pj.AuthCredInfo("digest", given.realm, given.username, 0, given.password)
    settings.sipConfig.authCreds.append(credentials)
    settings.sipConfig.proxies.append(given.proxy)
    settings.mediaConfig.srtpUse = given.use_srtp
    settings.mediaConfig.srtpSecureSignaling = given.srtp_secure
    settings.mediaConfig.transportConfig.boundAddress = given.bound_addr
    return settings


class Account(pj.Account):  # type: ignore[misc]
    """Notes the status of its registration."""

    status = 0

    def onRegState(self, state: Any) -> None:  # noqa: N802 - PJSIP's name
        """Note it."""
        self.status = state.code


class Call(pj.Call):  # type: ignore[misc]
    """Notes how far it came."""

    status, over = 0, False

    def onCallState(self, _: Any) -> None:  # noqa: N802 - PJSIP's name
        """Note it."""
        info = self.getInfo()
        self.status, self.over = info.lastStatusCode, info.state == pj.PJSIP_INV_STATE_DISCONNECTED


def wait(pjsip: Any, until: Callable[[], bool]) -> None:
    """Let PJSIP work until something is so, for a while at most."""
    give_up_at = time.monotonic() + LIMIT
    while not until() and time.monotonic() < give_up_at:
        pjsip.libHandleEvents(20)


def converse(pjsip: Any, account: Account, uri: str) -> None:
    """Call, and wait until the other side hangs up; PJSIP must still be there when the call is forgotten."""
    wait(pjsip, lambda: account.status > 0)
    call = Call(account)
    call.makeCall(uri, pj.CallOpParam(True))
    wait(pjsip, lambda: call.over)
    print(json.dumps({"registered": account.status, "called": call.status, "over": call.over}))


def main(file: str, uri: str) -> None:
    """Register, and call."""
    given = options(Path(file))
    pjsip, account = endpoint(given), Account()
    account.create(account_settings(given))
    converse(pjsip, account, uri)
    account.shutdown()
    pjsip.libDestroy()


if __name__ == "__main__":
    main(*sys.argv[1:])
