"""A wire on paper: messages and audio between a caller and a callee, as frames of a capture."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import pack

from sipdomain.media.dtmf import key_packets
from sipdomain.report.frames import udp_frame
from sipdomain.trace.checks import findings
from sipdomain.trace.finding import Finding
from sipdomain.trace.frames import RawFrame
from sipdomain.trace.trace import Trace, TraceReader

CALLER, CALLEE = ("198.51.100.7", 5060), ("203.0.113.9", 5060)
AUDIO = {"caller": (CALLER[0], 4000), "callee": (CALLEE[0], 6000)}
SILENCE = b"\xff" * 160


def description(host: str, port: int, *, formats: str = "0 101", direction: str = "sendrecv") -> str:
    lines = [
        "v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0", f"m=audio {port} RTP/AVP {formats}",
        "a=rtpmap:101 telephone-event/8000", f"a={direction}",
    ]  # fmt: skip
    return "".join(f"{line}\r\n" for line in lines)


@dataclass
class Wire:
    """Frames, in the order in which they are asked for."""

    frames: list[tuple[float, bytes]] = field(default_factory=list)

    def sip(
        self,
        at: float,
        start: str,
        *,
        cseq: str = "1 INVITE",
        body: str = "",
        branch: str = "1",
        more: str = "",
        back: bool = False,
    ) -> None:
        """Send a message from the caller, or back to it."""
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = (
            f"{start}\r\nVia: SIP/2.0/UDP {CALLER[0]}:5060;branch=z9hG4bK{branch}\r\n"
            f"From: <sip:a@a>;tag=1\r\nTo: <sip:b@b>\r\nCall-ID: call@a\r\nCSeq: {cseq}\r\n{more}{kind}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        ends = (CALLEE, CALLER) if back else (CALLER, CALLEE)
        self.frames.append((at, udp_frame(*ends, text.encode())))

    def invite(
        self, at: float = 0.0, *, host: str = CALLER[0], more: str = "", cseq: int = 1, formats: str = "0 101"
    ) -> None:
        body = description(host, 4000, formats=formats)
        self.sip(at, "INVITE sip:b@b SIP/2.0", body=body, branch=str(cseq), more=more, cseq=f"{cseq} INVITE")

    def status(
        self,
        at: float,
        text: str,
        *,
        cseq: str = "1 INVITE",
        branch: str = "1",
        body: str = "",
        more: str = "",
    ) -> None:
        self.sip(at, f"SIP/2.0 {text}", cseq=cseq, branch=branch, body=body, more=more, back=True)

    def ok(self, at: float = 0.2) -> None:
        self.status(at, "200 OK", body=description(CALLEE[0], 6000))

    def ack(self, at: float = 0.21) -> None:
        self.sip(at, "ACK sip:b@b SIP/2.0", cseq="1 ACK", branch="ack")

    def bye(self, at: float = 4.0, *, answered: bool = True) -> None:
        self.sip(at, "BYE sip:b@b SIP/2.0", cseq="2 BYE", branch="bye")
        if answered:
            self.status(at + 0.01, "200 OK", cseq="2 BYE", branch="bye")

    def audio(
        self,
        side: str,
        begin: float = 0.2,
        end: float = 4.0,
        *,
        lost: tuple[int, int] = (0, 1),
        late: float = 0.0,
        payload: bytes = SILENCE,
    ) -> None:
        """Send audio; of each so many packets so many are lost, and every other one is late."""
        here, there = AUDIO[side], AUDIO["callee" if side == "caller" else "caller"]
        for number in range(round((end - begin) / 0.02)):
            if number % lost[1] < lost[0]:
                continue
            head = pack("!BBHII", 0x80, 0, number, number * 160, 7)
            part = payload[number * 160 % len(payload) :][:160]
            self.frames.append(
                (begin + number * 0.02 + late * (number % 2), udp_frame(here, there, head + part))
            )

    def event(
        self, side: str, key: str, at: float, *, sequence: int = 5_000, new_timestamps: bool = False
    ) -> None:
        here, there = AUDIO[side], AUDIO["callee" if side == "caller" else "caller"]
        for number, each in enumerate(key_packets(key, 0.1, 0.1)):
            timestamp = 70_000 + (number * 160 if new_timestamps else 0)
            kind = 101 | (0x80 if number == 0 or new_timestamps else 0)
            flags = bytes([each.payload[0], 0x8A]) + each.payload[2:] if new_timestamps else each.payload
            head = pack("!BBHII", 0x80, kind, sequence + number, timestamp, 7)
            self.frames.append((at + number * 0.02, udp_frame(here, there, head + flags)))

    def call(self) -> None:
        """A call that is as it should be, without its audio."""
        self.invite()
        self.status(0.01, "100 Trying")
        self.status(0.1, "180 Ringing")
        self.ok()
        self.ack()
        self.bye()

    def talk(self) -> None:
        """Audio as it should be."""
        self.audio("caller")
        self.audio("callee")

    def trace(self) -> Trace:
        reader = TraceReader()
        for number, (at, data) in enumerate(sorted(self.frames, key=lambda each: each[0]), 1):
            reader.take(RawFrame(number, at, 1, data))
        return reader.trace

    def found(self) -> list[Finding]:
        return [each for _, wrong in findings(self.trace()) for each in wrong]
