"""SIPp, PJSIP and baresip are called by `<Dial><Sip>`, and talk with the caller through the emulator."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sipdomain.entries import Alert, SipMessage
from sipdomain.media.match import find
from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.runtime.worlds.live import LiveWorld
from tests.integration.callees import HEARD, Seen, Stage, callee_says, caller_says, spec
from tests.integration.foreign_peers import ordered, sipp
from tests.integration.served import PASSWORD, free_ports

pytest.importorskip("pjsua2", reason="pjsua2-python has wheels up to Python 3.12")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("callees")
    pjsip_port, baresip_port = free_ports(2)
    with ExitStack() as running:
        files = {
            "proxy": ("callee_with_digest",),
            "server": ("callee_with_digest", "-set", "server", "yes"),
            "busy": ("callee_refuses",),
            "declined": ("callee_refuses", "-set", "declines", "yes"),
        }
        phones = {
            peer: running.enter_context(sipp(file, folder, *options))
            for peer, (file, *options) in files.items()
        }
        addresses = {peer: f"sip:sipp@127.0.0.1:{port}" for peer, (port, _) in phones.items()}
        addresses["plain"] = f"sip:plain@127.0.0.1:{pjsip_port}"
        addresses["secure"] = "sip:secure@desk.sip.twilio.com;secure=true"
        addresses["baresip"] = f"sip:baresip@127.0.0.1:{baresip_port}"
        world = LiveWorld(spec(addresses))
        running.callback(world.close)
        authority = folder / "ca.pem"
        authority.write_bytes(authority_of_this_run().pem)
        plan = {
            "folder": str(folder),
            "port": pjsip_port,
            "proxy": str(world.listener("udp", "127.0.0.1")),
            "server": str(world.listener("tls", "127.0.0.1")),
            "authority": str(authority),
            "user": "secure",
            "domain": "desk.sip.twilio.com",
            "password": PASSWORD,
        }
        pjsip = running.enter_context(ordered("pjsip_peer", plan))
        baresip = running.enter_context(
            ordered("baresip_peer", {"folder": str(folder), "port": baresip_port})
        )
        stage = Stage(world, {"plain": pjsip, "secure": pjsip, "baresip": baresip}, folder)
        for peer in ("plain", "secure", "baresip"):
            world.learn(callee_says(peer))
            stage.seen.words[callee_says(peer)] = world.prompt_samples(callee_says(peer))
        world.run(stage.all_of_it({peer: process for peer, (_, process) in phones.items()}))
        for peer in ("plain", "secure", "baresip"):
            stage.seen.callee_heard[peer] = stage.peers[peer].heard(peer)
        stage.seen.messages = [each for each in world.journal if isinstance(each, SipMessage)]
        stage.seen.digits = {
            str(each.parameter("SipDomain")).partition(".")[0]: str(each.parameter("Digits"))
            for each in world.app_requests()
            if each.path == "/pressed"
        }
        stage.seen.codes = [each.code for each in world.journal if isinstance(each, Alert)]
        yield stage.seen


@pytest.mark.parametrize("peer", ["plain", "secure", "baresip"])
def test_the_caller_and_a_foreign_phone_hear_each_other(seen: Seen, peer: str) -> None:
    assert find(seen.callee_heard[peer], seen.words[caller_says(peer)]).correlation > HEARD
    assert find(seen.caller_heard[peer], seen.words[callee_says(peer)]).correlation > HEARD


def digest(fields: str, method: str) -> str:
    """Return the response that RFC 2617 has for the fields of a Proxy-Authorization, by the callee's password."""
    said = {
        name: plain or quoted for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', fields)
    }
    secret, asked = f"alice:office:{PASSWORD}", f"{method}:{said['uri']}"
    first, second = (hashlib.md5(each.encode()).hexdigest() for each in (secret, asked))
    whole = f"{first}:{said['nonce']}:{said['nc']}:{said['cnonce']}:{said['qop']}:{second}"
    return hashlib.md5(whole.encode()).hexdigest()


def test_the_challenge_of_a_proxy_is_answered_by_the_password_of_the_noun(seen: Seen) -> None:
    sent = [each.data.decode() for each in seen.messages if each.lane == "out"]
    (fields,) = {
        field
        for data in sent
        for field in re.findall(r"Proxy-Authorization: Digest (.*)\r", data)
        if data.startswith("INVITE ") and 'realm="office"' in field
    }
    assert f'response="{digest(fields, "INVITE")}"' in fields


@pytest.mark.parametrize("peer", ["proxy", "server"])
def test_what_is_said_to_sipp_comes_back_after_its_challenge_was_answered(seen: Seen, peer: str) -> None:
    assert find(seen.caller_heard[peer], seen.words[caller_says(peer)]).correlation > HEARD
    assert seen.exits[peer] == 0


def test_a_called_phone_on_hold_hears_nothing_and_hears_again_when_it_resumes(seen: Seen) -> None:
    heard = seen.callee_heard["plain"]
    assert find(heard, seen.words[caller_says("plain", "second")]).correlation < 0.4
    assert find(heard, seen.words[caller_says("plain", "third")]).correlation > HEARD


def test_the_caller_speaks_rtp_where_the_called_one_has_srtp_over_tls(seen: Seen) -> None:
    invites = {
        each.transport: each.data for each in seen.messages
        if each.lane == "out" and each.data.startswith(b"INVITE sip:secure@")
    }  # fmt: skip
    assert list(invites) == ["tls"]
    assert b" RTP/SAVP " in invites["tls"]
    call_id = seen.calls["secure"].call_id
    to_caller = [each.data for each in seen.messages if each.lane == "out" and call_id.encode() in each.data]
    assert any(b" RTP/AVP " in data for data in to_caller)
    assert not any(b" RTP/SAVP " in data for data in to_caller)


@pytest.mark.parametrize(
    ("peer", "status", "code"),
    [
        ("proxy", "completed", "200"),
        ("server", "completed", "200"),
        ("plain", "completed", "200"),
        ("secure", "completed", "200"),
        ("baresip", "completed", "200"),
        ("busy", "busy", "486"),
        ("declined", "no-answer", "603"),
    ],
)
def test_the_application_hears_how_it_went(seen: Seen, peer: str, status: str, code: str) -> None:
    asked = seen.actions[peer]
    assert (asked.parameter("DialCallStatus"), asked.parameter("DialSipResponseCode")) == (status, code)


def test_a_header_field_of_a_refusal_reaches_the_application(seen: Seen) -> None:
    assert seen.actions["busy"].parameter("DialSipHeader_X-Peer") == "SIPp"


def test_keys_of_foreign_phones_reach_a_gather_by_events_and_as_tones_and_not_by_info(seen: Seen) -> None:
    assert seen.digits == {"events": "12", "info": "7", "tones": "470", "sipp": "42"}
    assert seen.exits["sipp"] == 0


def test_nobody_had_anything_to_complain_of(seen: Seen) -> None:
    assert seen.codes == []
