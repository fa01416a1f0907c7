"""SIPp, a foreign caller, presses keys as telephone-event and as tones; that its INFO is refused, a scenario plays."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sipdomain.media import g711
from sipdomain.media.dtmf import key_packets
from sipdomain.media.rtp import RtpPacket
from sipdomain.media.tones import keys
from sipdomain.scenario.loader import load_scenario
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

PRESSED = "19*D"
SCENARIO = """\
scenario: SIPp presses keys
needs: [sipp]
given:
  access_lists: {office: [127.0.0.31]}
  domains: {acme: {calls: [office], voice: /voice}}
  app:
    /voice: {verbs: [{gather: {numDigits: 4, timeout: 10, action: /pressed}}]}
    /pressed: {hangup: }
steps:
  - sipp: {file: keys.xml, to: sip:100@acme, user: alice, password: Correct-Horse-42, address: 127.0.0.31}
  - expect: {webhook: /pressed, parameters: {Digits: "19*D"}, ended_by: cloud}
"""
FIELDS = """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From: <sip:[caller]@[domain]>;tag=[pid]-[call_number]
Call-ID: [call_id]
Contact: <sip:[caller]@[local_ip]:[local_port]>"""
XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<scenario name="presses keys">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[domain] SIP/2.0
{fields}
To: <sip:[service]@[domain]>
CSeq: 1 INVITE
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP {formats}
a=rtpmap:0 PCMU/8000
{event}a=sendrecv
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
{fields}
[routes]
[last_To:]
CSeq: 1 ACK
Content-Length: 0

]]></send>
  <nop><action><exec {press}/></action></nop>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""
EVENT = "a=rtpmap:101 telephone-event/8000\n"


def captured(file: Path) -> None:
    """Write a capture of keys as telephone-events, for SIPp to send again: Ethernet, IPv4, UDP, RTP."""
    written = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    for number, packet in enumerate(key_packets(PRESSED, 0.1, 0.1)):
        rtp = bytes(RtpPacket(101, packet.marker, number, packet.timestamp, 7, packet.payload))
        udp = struct.pack("!HHHH", 6_000, 6_000, 8 + len(rtp), 0) + rtp
        ip = (
            struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, bytes(4), bytes(4))
            + udp
        )
        frame = bytes(12) + b"\x08\x00" + ip
        seconds, micros = divmod(packet.tick * 20_000, 1_000_000)
        written += struct.pack("<IIII", seconds, micros, len(frame), len(frame)) + frame
    file.write_bytes(written)


def played(folder: Path, *, event: str, press: str) -> None:
    """Play the scenario, in which SIPp presses the keys by an action of its own."""
    formats = "0 101" if event else "0"
    (folder / "keys.xml").write_text(XML.format(fields=FIELDS, formats=formats, event=event, press=press))
    file = folder / "keys.scenario.yaml"
    file.write_text(SCENARIO)
    result = run_scenario(load_scenario(file), maker("live"), substrate="live", profile="documented")
    assert result.outcome == "passed", result


@pytest.mark.rule("keys-heard")
def test_sipp_presses_keys_as_events(tmp_path: Path) -> None:
    captured(tmp_path / "keys.pcap")
    played(tmp_path, event=EVENT, press=f'play_pcap_audio="{tmp_path / "keys.pcap"}"')


@pytest.mark.rule("keys-in-band")
def test_sipp_presses_keys_as_tones(tmp_path: Path) -> None:
    quiet = b"\xff" * 8_000
    (tmp_path / "keys.ulaw").write_bytes(quiet[:800] + g711.encode(keys(PRESSED), "PCMU") + quiet)
    played(tmp_path, event="", press=f'rtp_stream="{tmp_path / "keys.ulaw"},1,0"')
