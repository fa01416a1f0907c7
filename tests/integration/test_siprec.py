"""A foreign session recording server, SIPp, takes a call's recording; plain sockets hear both tracks."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sipdomain.entries import Alert, HttpRequested
from sipdomain.media import g711
from sipdomain.media.match import find
from sipdomain.runtime.worlds.live import LiveWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration
from tests.integration.foreign_peers import sipp
from tests.patience import PATIENCE

DOCUMENT = (
    '<Response><Start><Siprec connectorName="archive" statusCallback="/siprec"/></Start>'
    '<Say>Welcome to Acme</Say><Pause length="30"/></Response>'
)


def spec(port: int) -> WorldSpec:
    given = {
        "access_lists": {"office": ["127.0.0.10"]},
        "connectors": {"archive": {"server": f"sip:srs@127.0.0.1:{port}"}},
        "domains": {"acme": {"calls": ["office"], "voice": "/voice"}},
    }
    return WorldSpec(
        configuration=Configuration.model_validate(given),
        replies={"/voice": {"twiml": DOCUMENT}, "/siprec": {"status": 204}},
        phones={"pbx": PhoneSpec("pbx", "", address="127.0.0.10")},
        speech=False,
    )


def listening() -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind(("127.0.0.1", 0))
    opened.setblocking(False)
    return opened


def packets(opened: socket.socket) -> list[bytes]:
    """Return what came until now."""
    found: list[bytes] = []
    while True:
        try:
            found.append(opened.recv(2048))
        except BlockingIOError:
            return found


def audio(came: list[bytes]) -> npt.NDArray[np.int16]:
    """Return the samples of RTP packets without extensions, each with mu-law after twelve bytes."""
    return g711.decode(b"".join(each[12:] for each in came), "PCMU")


def test_sipp_takes_a_recording_session_and_each_track_has_one_side(tmp_path: Path) -> None:
    with ExitStack() as running:
        first, second = (running.enter_context(listening()) for _ in range(2))
        ports = [str(each.getsockname()[1]) for each in (first, second)]
        port, process = running.enter_context(
            sipp("recorder_answers", tmp_path, "-key", "first", ports[0], "-key", "second", ports[1])
        )
        world = LiveWorld(spec(port))
        running.callback(world.close)
        phone = world.phone("pbx")
        call = phone.dial("sip:100@acme.sip.twilio.com")

        def asked() -> list[str]:
            return [
                dict(each.parameters)["SiprecEvent"]
                for each in world.journal.select(HttpRequested)
                if each.purpose == "siprec"
            ]

        def script() -> Script[None]:
            assert (yield Until(lambda: asked() == ["siprec-started"], PATIENCE))
            phone.say(call, "Good morning")
            assert (yield Until(lambda: "Good morning" in call.said, PATIENCE))
            phone.press(call, "5")
            yield Until(lambda: False, 1.0)
            phone.hang_up(call)
            assert (yield Until(lambda: len(asked()) == 2, PATIENCE))
            assert (yield Until(lambda: process.poll() is not None, PATIENCE))

        world.run(script())
        inbound, outbound = packets(first), packets(second)
        assert process.poll() == 0, process.output
        assert asked() == ["siprec-started", "siprec-stopped"]
        assert list(world.journal.select(Alert)) == []
        assert {each[1] & 0x7F for each in (*inbound, *outbound)} == {0}
        said, welcome = (world.prompt_samples(text) for text in ("Good morning", "Welcome to Acme"))
        assert find(audio(inbound), said).correlation > 0.9
        assert find(audio(outbound), welcome).correlation > 0.9
        assert find(audio(inbound), welcome).correlation < 0.5
        assert find(audio(outbound), said).correlation < 0.5
