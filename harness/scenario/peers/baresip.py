"""baresip: a softphone without a screen, with a configuration folder of its own for each call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.runtime.process import Process, find_program
from harness.sip.outputs import Address

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PACKAGE = "baresip-core"
RATE = 8000
# What Debian's package and a build from source install.
MODULES = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")

_CONFIG = """\
poll_method epoll
sip_listen {local}:0
net_interface {local}
call_local_timeout 30
call_max_calls 1
audio_player aubridge,line
audio_source aubridge,line
audio_alert aubridge,bell
snd_path {folder}
audio_srate {rate}
audio_channels 1
ausrc_srate {rate}
auplay_srate {rate}
rtp_timeout 60
module_path {modules}
module g711.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What baresip is to do.

    Attributes:
        remote: Its outbound proxy, or the DNS server that it finds the callee's domain by.
        local: The IP address to call from.
        to: The SIP URI to call.
        user: The user part of its own address, and its digest user name.
        domain: The host of its own address.
        password: Its password.
        transport: "udp" or "tcp".
        within: Seconds after which it ends by itself.
        by_name: Whether `remote` is a DNS server, and there is no proxy.
        secure_media: Whether it insists on SRTP.
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


def start(order: Order, folder: Path) -> Process:
    """Start baresip and let it call; what it hears it writes into `folder`.

    Raises:
        SetupError: It is not installed.
    """
    program = find_program("baresip", package=PACKAGE)
    modules = next((path for path in MODULES if Path(path).is_dir()), MODULES[0])
    config = _CONFIG.format(local=order.local, folder=folder, rate=RATE, modules=modules)
    transport = f";transport={order.transport}"
    outbound, to = f'outbound="sip:{order.remote}{transport}";', order.to
    if order.by_name:
        config += f"dns_server {order.remote}\n"
        outbound, to = "", order.to if order.transport == "udp" else order.to + transport
    media = ""
    if order.secure_media:
        config += "module srtp.so\n"
        media = "mediaenc=srtp-mand;"
    (folder / "config").write_text(config, "utf-8")
    (folder / "accounts").write_text(
        f"<sip:{order.user}@{order.domain}>;auth_user={order.user};auth_pass={order.password};regint=0;"
        f"{outbound}{media}audio_codecs=PCMU/8000,PCMA/8000\n",
        "utf-8",
    )
    (folder / "contacts").write_text("", "utf-8")
    command = [program, "-4", "-f", str(folder), "-e", f"/dial {to}", "-t", f"{round(order.within)}"]
    return Process(command, folder=folder)


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
