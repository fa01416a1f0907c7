"""Foreign phones on a secure domain: over TLS they hear the prompt by SRTP, and are refused without it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from baresip import Account, Config
from baresip.errors import AudioRestarted, CallFailed
from baresip.runtime import Runtime
from baresip.ua import UserAgent

from sipdomain.entries import SipMessage
from sipdomain.media.match import find
from sipdomain.media.sdes import hide_keys
from sipdomain.report.ladder import ladders, text
from tests.integration.pjsip_process import by_pjsip
from tests.integration.secure_cloud import DOMAIN, secure_cloud
from tests.integration.served import PASSWORD
from tests.patience import PATIENCE


async def by_baresip(port: int, authority: Path, encryption: str) -> npt.NDArray[np.int16]:
    """Call the domain; return the audio heard, at 8 kHz."""
    runtime = Runtime()
    more = f"module srtp.so\nsip_cafile {authority}\nsip_verify_server yes\n"
    await runtime.start(Config(net_interface="127.0.0.1", extra_config_text=more))
    try:
        account = Account(
            "alice", DOMAIN, PASSWORD, registrar=f"127.0.0.1:{port};transport=tls", reg_interval=0, transport="tls",
            extra_params=(f"mediaenc={encryption}",) if encryption else (),
        )  # fmt: skip
        agent = await UserAgent.create(runtime, account)
        call = await agent.dial(f"sip:100@{DOMAIN}")
        await asyncio.wait_for(call.wait_established(), 10)
        heard = bytearray()
        async with asyncio.timeout(PATIENCE):
            while call.state.name != "CLOSED":
                # When the call ends its audio is taken down, and says so once.
                with suppress(AudioRestarted):
                    heard += call.audio.read(65_536)
                await asyncio.sleep(0.02)
        return np.frombuffer(bytes(heard), dtype=np.int16)
    finally:
        await runtime.close()


def test_baresip_hears_the_prompt_over_srtp(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    with secure_cloud() as cloud:
        authority.write_bytes(cloud.authority)
        heard = asyncio.run(by_baresip(cloud.port, authority, "srtp-mand"))
    assert find(heard, cloud.said).correlation > 0.8
    spoken = [each.data.decode() for each in cloud.journal.select(SipMessage) if b"inline:" in each.data]
    keys = {word for each in spoken for word in each.split() if word.startswith("inline:")}
    shown = "".join(map(text, ladders(cloud.journal))) + hide_keys("".join(spoken))
    assert len(keys) == 2
    assert not any(key in shown for key in keys)


@pytest.mark.parametrize("encryption", ["srtp", ""], ids=["optional", "none"])
def test_baresip_without_mandatory_srtp_is_refused(tmp_path: Path, encryption: str) -> None:
    authority = tmp_path / "ca.pem"
    with secure_cloud() as cloud:
        authority.write_bytes(cloud.authority)
        with pytest.raises(CallFailed, match="488"):
            asyncio.run(by_baresip(cloud.port, authority, encryption))
    assert cloud.refused == ["secure-media-required"]


@pytest.mark.parametrize(
    ("secure", "status", "refused"), [(True, 200, []), (False, 488, ["secure-media-required"])]
)
def test_pjsip(tmp_path: Path, secure: bool, status: int, refused: list[str]) -> None:
    pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")
    authority, wav = tmp_path / "ca.pem", tmp_path / "heard.wav"
    with secure_cloud() as cloud:
        authority.write_bytes(cloud.authority)
        outcome = by_pjsip(cloud.port, transport="tls", authority=str(authority), wav=str(wav), secure=secure)
        assert outcome["status"] == status
    assert cloud.refused == refused
    if not refused:
        heard, rate = soundfile.read(wav, dtype="int16")
        assert rate == 8000
        assert find(heard, cloud.said).correlation > 0.8
