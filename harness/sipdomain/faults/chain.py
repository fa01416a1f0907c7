"""Several faults on one line, one after another."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from sipdomain.faults.fault import Fault, Memory, Passage, Sender, Streams, Transport, stream_of


@dataclass(frozen=True, slots=True)
class Chain:
    """What a line does to datagrams and streams; each fault sees what the one before it let through.

    Attributes:
        faults: In the order in which a message meets them.
    """

    faults: tuple[Fault, ...]
    _memories: dict[tuple[int, Sender | None], Memory] = field(default_factory=dict, compare=False)
    _streams: Streams = field(default_factory=dict, compare=False)

    def decide(
        self,
        data: bytes,
        now: float,
        rng: random.Random,
        sender: Sender | None = None,
        *,
        over: Transport = "udp",
        binding: int = 0,
        met: list[Fault] | None = None,
    ) -> list[Passage]:
        """Return what becomes of a datagram, or of a message in a stream, the earliest first.

        Args:
            data: Its bytes.
            now: The moment at which it is sent, in seconds of the run.
            rng: What chance is drawn from, at first: each fault then draws by itself.
            sender: Who sends it, where that is known.
            over: By which transport.
            binding: Through which port of a NAT it comes.
            met: Gets the faults that changed what becomes of it.
        """
        passages = [Passage(0.0, data, binding)]
        for number, fault in enumerate(self.faults):
            memory = self._memories.setdefault((number, sender), Memory())
            stream = stream_of(number, self.faults, self._streams, rng)
            after: list[Passage] = []
            for before in passages:
                found = fault.decide(
                    before.data, now, stream, sender, over=over, memory=memory, binding=before.binding
                )
                after += [each._replace(delay=before.delay + each.delay) for each in found]
                if before.act and found:
                    # The connection ends after the last of several pieces.
                    after[-1] = after[-1]._replace(act=before.act)
            if met is not None and after != passages:
                met.append(fault)
            passages = after
        return sorted(passages, key=lambda passage: passage.delay)

    def refuses(self, now: float, rng: random.Random, sender: Sender, over: Transport) -> bool:
        """Return whether a connection that somebody opens is refused."""
        return any(
            each.REFUSES
            and over in each.over
            and each.sender in {None, sender}
            and each.comes(now, stream_of(number, self.faults, self._streams, rng))
            for number, each in enumerate(self.faults)
        )

    def concerns(self, over: Transport) -> bool:
        """Return whether any fault may befall what travels by a transport."""
        return any(over in each.over for each in self.faults)
