"""What a capture or a journal shows of each call, in words: its ladder, its audio, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.entries import Alert, Announced, AudioMeasured, Decision, Entry, Injected, SipMessage
from sipdomain.errors import RemoteProtocolError
from sipdomain.mask import masking, printable
from sipdomain.report.explain import explain as decided
from sipdomain.report.ladder.words import injected, message_words
from sipdomain.report.measured import of_figures
from sipdomain.runtime.copies import Copies
from sipdomain.sip.codec import parse
from sipdomain.sip.outputs import Address
from sipdomain.trace.calls import Call
from sipdomain.trace.checks import findings
from sipdomain.trace.finding import Finding
from sipdomain.trace.streams import RtpStream
from sipdomain.trace.trace import SipPacket, Trace

MOST_CALLS: Final = 50
"""How many calls are shown; those with findings come first."""
MOST_ROWS: Final = 80
"""How many messages of a call are shown: the first and the last ones."""
_WIDTH: Final = 32
_SIGNS: Final = {"error": "✗", "warning": "!"}
_ASCII: Final = {"error": "x", "warning": "!"}
_mask = masking(())


def of_capture(
    trace: Trace, name: str, remark: str = "", *, ascii_only: bool = False
) -> tuple[list[str], int]:
    """Return what a capture shows, as lines, and how many things are wrong.

    Args:
        trace: What was read.
        name: What the capture is called.
        remark: Why it was not read to its end, or "".
        ascii_only: Whether the reader's terminal has no more.
    """
    first = min((each.at for each in trace.messages), default=trace.last_at)
    first = min([first, *(each.first_at for each in trace.streams.values())])
    counted = (
        f"{name}: {trace.frames} packets in {max(0.0, trace.last_at - first):.1f} s, "
        f"{len(trace.messages)} messages of SIP, {len(trace.streams)} streams of RTP"
    )
    lines = [printable(counted), *(f"note: {each}" for each in _notes(trace, remark))]
    found = findings(trace)
    total = sum(len(wrong) for _, wrong in found)
    shown = sorted(found, key=lambda each: not each[1])[:MOST_CALLS]
    for call, wrong in sorted(shown, key=lambda each: each[0].packets[0].at):
        lines += ["", *_call(call, wrong, first, "packet", ascii_only=ascii_only)]
    if len(found) > len(shown):
        lines += ["", f"{len(found) - len(shown)} further calls, in which nothing was found, are not shown"]
    return [*lines, "", _sum(total)], total


def of_journal(
    entries: Sequence[Entry], title: str = "", *, ascii_only: bool = False
) -> tuple[list[str], int]:
    """Return what a journal shows, as lines, and how many things are wrong; entries are counted from 1."""
    numbered = list(enumerate(entries, 1))
    trace = trace_of_journal(entries)
    lines = [printable(_mask(title))] if title else []
    total = 0
    for call, wrong in findings(trace):
        own = [(number, each) for number, each in numbered if getattr(each, "call_id", "") == call.call_id]
        wrong += [found for number, each in own for found in _of_entry(number, each, call)]
        total += len(wrong)
        lines += ["", *_call(call, wrong, trace.messages[0].at, "entry", ascii_only=ascii_only)]
        made = [f"    {printable(_mask(injected(each)))}" for _, each in own if isinstance(each, Injected)]
        lines += ["  injected, on purpose", *made[:MOST_ROWS]] if made else []
        decisions = [each for _, each in own if isinstance(each, Decision)]
        afterwards = [each for _, each in own if isinstance(each, Alert | Announced | AudioMeasured)]
        if decisions or afterwards:
            lines += [
                "  decisions",
                *(f"    {each}".rstrip() for each in decided(decisions, afterwards).splitlines()),
            ]
    return [*lines, "", _sum(total)], total


def _notes(trace: Trace, remark: str) -> Iterator[str]:
    if remark:
        yield remark
    if trace.encrypted and not any(each.transport == "tls" for each in trace.messages):
        yield f"{trace.encrypted} records of TLS cannot be read; capture decrypted SIP, or let tshark decrypt and export it"
    if trace.unreadable:
        yield f"{trace.unreadable} messages of SIP cannot be read"
    if trace.left_out:
        yield f"{trace.left_out} messages and packets were too many, and are left out"
    if trace.messages and not trace.streams:
        yield "there is no RTP: nothing can be said of audio"
    if not trace.messages:
        yield "there is no SIP"


def _call(
    call: Call, wrong: Sequence[Finding], first: float, unit: str, *, ascii_only: bool
) -> Iterator[str]:
    yield printable(_mask(f"{call.call_id or 'no Call-ID'}"))
    yield f"  caller {call.caller}, called {call.callee}"
    rows = [_row(call, each, first, ascii_only=ascii_only) for each in _shown(call.packets)]
    if left_out := len(call.packets) - len(rows):
        rows.insert(MOST_ROWS // 2, f"  {left_out} messages are not shown")
    yield from rows
    if call.streams:
        yield "  audio"
        yield from (f"    {_stream(side, stream)}" for side, stream in call.streams)
    if not wrong:
        yield "  nothing found"
    for each in wrong:
        sign = (_ASCII if ascii_only else _SIGNS)[each.severity]
        numbers = ", ".join(map(str, each.numbers[:8])) + (", …" if len(each.numbers) > 8 else "")
        units = unit if len(each.numbers) == 1 else {"packet": "packets"}.get(unit, "entries")
        yield f"  {sign} {each.name}  at {each.at - first:.3f} s, {units} {numbers}"
        for word, said in (("seen", each.what), ("why", each.why), ("mend", each.mend)):
            yield printable(_mask(f"      {word:<5} {said}"))


def _shown(packets: Sequence[SipPacket]) -> Sequence[SipPacket]:
    half = MOST_ROWS // 2
    return packets if len(packets) <= MOST_ROWS else [*packets[:half], *packets[-half:]]


def _row(call: Call, packet: SipPacket, first: float, *, ascii_only: bool) -> str:
    """Return a message with its moment and number; the caller is on the left."""
    words, details = message_words(packet.message)
    line, left, right = ("-", "<", ">") if ascii_only else ("─", "◀", "▶")
    shaft = line * max(3, _WIDTH - len(words))
    sides = call.side(packet.source), call.side(packet.target)
    if sides[0] == sides[1] or not (call.is_end(packet.source) and call.is_end(packet.target)):
        arrow = f"{packet.source} to {packet.target}: {words}"
    elif sides[0] == "caller":
        arrow = f"{words} {shaft}{right}"
    else:
        arrow = f"{left}{shaft} {words}"
    said = printable(_mask("  ".join((arrow, *details))))
    return f"  {packet.at - first:9.3f} {packet.number:>6}  {said}"


def _stream(side: str, stream: RtpStream) -> str:
    keys = "".join(each.key for each in (stream.events or stream.tones)[:40])
    how = "" if stream.events else " as tones"
    return (
        f"{side}: {stream.source} to {stream.target}, {stream.packets} packets, {stream.lost} lost ({stream.loss:.1%}), "
        f"jitter up to {stream.most_jitter * 1000:.1f} ms" + (f", keys {keys}{how}" if keys else "")
    )


def trace_of_journal(entries: Sequence[Entry]) -> Trace:
    """Return the messages of a journal; what both ends wrote down is there once."""
    trace = Trace()
    copies = Copies()
    for number, entry in enumerate(entries, 1):
        trace.last_at = entry.at
        if not isinstance(entry, SipMessage) or copies.has(entry):
            continue
        source, target = map(Address.read, entry.ends)
        try:
            message = parse(entry.data)
        except RemoteProtocolError:
            trace.unreadable += 1
            continue
        trace.add(SipPacket(number, entry.at, source, target, entry.transport, message, entry.data))
    return trace


def _of_entry(number: int, entry: Entry, call: Call) -> Iterator[Finding]:
    """Yield what an entry itself says went wrong."""
    if isinstance(entry, Alert):
        yield Finding(
            f"alert-{entry.code}", entry.level, (number,), entry.at, entry.text,
            "the provider's debugger shows it", f"https://www.twilio.com/docs/api/errors/{entry.code}",
        )  # fmt: skip
    elif isinstance(entry, AudioMeasured):
        yield from of_figures(number, entry, call)


def _sum(total: int) -> str:
    return "nothing found" if not total else f"{total} thing{'s' if total > 1 else ''} found"
