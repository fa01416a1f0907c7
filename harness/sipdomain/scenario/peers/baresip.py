"""baresip: a softphone without a screen, with a configuration folder of its own for each call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sipdomain.errors import SetupError
from sipdomain.runtime.process import Process, find_program
from sipdomain.sip.outputs import Address

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PACKAGE = "baresip-core"
RATE = 8000
_REGISTER_FOR = 600
# What Debian's package and a build from source install.
MODULES = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")

_CONFIG = """\
poll_method epoll
sip_listen {local}:0
net_interface {local}
call_local_timeout {within}
call_max_calls 1
audio_player aubridge,line
audio_source {source}
audio_alert aubridge,bell
snd_path {folder}
audio_srate {rate}
audio_channels 1
ausrc_srate {rate}
auplay_srate {rate}
rtp_timeout 60
module_path {modules}
module stdio.so
module g711.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
"""
_COMMANDS = {
    "hold": "hold",
    "resume": "resume",
    "transfer": "transfer sip:bob@example.com",
    "hang up": "hangup",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What baresip is to do.

    Attributes:
        remote: Its outbound proxy, or the DNS server that it finds the callee's domain by.
        local: The IP address to call from.
        to: The SIP URI to call; "" to register, and to unregister when it is made to quit.
        user: The user part of its own address, and its digest user name.
        domain: The host of its own address.
        password: Its password.
        transport: "udp", "tcp" or "tls".
        within: Seconds after which it ends by itself.
        by_name: Whether `remote` is a DNS server, and there is no proxy.
        secure_media: Whether it insists on SRTP.
        authority: For TLS: whom it trusts, in PEM.
        speaks: What it sends, as a WAV file at 8 kHz, once; without it its audio is a bridge, which sends nothing.
    """

    remote: Address
    local: str
    to: str
    user: str
    domain: str
    password: str
    transport: str
    within: float
    by_name: bool = False
    secure_media: bool = False
    authority: bytes = b""
    speaks: bytes = b""


class Baresip:
    """A running baresip; what it hears it writes into its folder.

    Attributes:
        process: The process.
    """

    def __init__(self, order: Order, folder: Path) -> None:
        """Start it, and let it call or register.

        Raises:
            SetupError: It is not installed.
        """
        program = find_program("baresip", package=PACKAGE)
        self._folder = folder
        (folder / "config").write_text(_config(order, folder), "utf-8")
        (folder / "accounts").write_text(_account(order), "utf-8")
        (folder / "contacts").write_text("", "utf-8")
        command = [program, "-6" if ":" in order.local else "-4", "-f", str(folder)]
        if order.to:
            # A URI without a transport is called over UDP, whatever the proxy.
            suffix = "" if order.transport == "udp" or not order.by_name else f";transport={order.transport}"
            command += ["-e", f"/dial {order.to}{suffix}"]
        command += ["-t", f"{round(order.within)}"]
        self.process = Process(command, folder=folder, takes_input=True)

    def do(self, act: str) -> None:
        """Let it hold, resume, transfer or hang up its call.

        Raises:
            SetupError: It takes no orders.
        """
        self._send_command(_COMMANDS[act])

    def quit(self) -> None:
        """Let it unregister and end.

        Raises:
            SetupError: It takes no orders.
        """
        self._send_command("quit")

    def _send_command(self, command: str) -> None:
        """Type a command, as its module stdio reads it: a slash begins one, and a new line ends it."""
        try:
            self.process.write(f"/{command}\n")
        except OSError as error:
            raise SetupError(f"baresip takes no orders: {error.strerror}") from None


def _config(order: Order, folder: Path) -> str:
    modules = next((path for path in MODULES if Path(path).is_dir()), MODULES[0])
    source = f"aufile,{folder / 'said.wav'}" if order.speaks else "aubridge,line"
    # Longer than an INVITE waits for an answer (RFC 3261 section 17.1.1.2), so that the next server may have its turn.
    within = max(30, round(order.within))
    config = _CONFIG.format(
        within=within, local=order.local, folder=folder, rate=RATE, modules=modules, source=source
    )
    if order.speaks:
        (folder / "said.wav").write_bytes(order.speaks)
        config += "module aufile.so\n"
    if order.by_name:
        config += f"dns_server {order.remote}\n"
    if order.secure_media:
        config += "module srtp.so\n"
    if order.authority:
        (folder / "ca.pem").write_bytes(order.authority)
        config += f"sip_cafile {folder / 'ca.pem'}\n"
    return config


def _account(order: Order) -> str:
    outbound = "" if order.by_name else f'outbound="sip:{order.remote};transport={order.transport}";'
    media = "mediaenc=srtp-mand;" if order.secure_media else ""
    return (
        f"<sip:{order.user}@{order.domain};transport={order.transport}>;auth_user={order.user};"
        f"auth_pass={order.password};regint={0 if order.to else _REGISTER_FOR};"
        f"{outbound}{media}audio_codecs=PCMU/8000,PCMA/8000\n"
    )


def heard(folder: Path) -> npt.NDArray[np.int16]:
    """Return what baresip heard, at 8 kHz; nothing when it heard nothing.

    Debian's baresip has no player that writes a file: a bridge gives back to the line what came from it, and a
    filter dumps what was decoded.
    """
    import numpy as np
    import soundfile

    for path in sorted(folder.glob("dump-*-dec.wav")):
        if path.stat().st_size > 0:
            samples: npt.NDArray[np.int16] = soundfile.read(path, dtype="int16")[0]
            return samples
    return np.zeros(0, np.int16)
