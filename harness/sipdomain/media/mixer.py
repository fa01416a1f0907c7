"""One step of mixing: what was said in this frame, and what each listener hears of it. No time passes in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sipdomain.media import g711
from sipdomain.media.patchbay import Patchbay

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]
    Sums = npt.NDArray[np.int32]


class Frame(NamedTuple):
    """Some samples of one voice; all frames of a step have the same number of them.

    Attributes:
        codec: "PCMU" or "PCMA".
        payload: A byte for each sample.
    """

    codec: str
    payload: bytes


Part = Frame | tuple["Sums", float]
"""What one edge brings: a frame that may go on as it is, or samples and what they are to be multiplied by."""


def mix(bay: Patchbay, said: Mapping[str, Frame], codecs: Mapping[str, str]) -> dict[str, Frame]:
    """Return what is heard: the sum of the others, clipped; one voice alone in the listener's codec as it came.

    Args:
        bay: Who hears whom.
        said: What each endpoint says, by its name; of a room what is played into it. Who is silent is missing.
        codecs: Who listens, and by which codec. A room listens when it is recorded.

    Returns:
        What each hears; who hears nothing is missing.
    """
    parts: dict[str, list[Part]] = {}
    for room in bay.rooms:
        _mix_room(bay, room, said, codecs, parts)
    for sink in codecs:
        for source, edge in bay.into(sink).items():
            frame = said.get(source)
            if frame is not None and edge.is_open and not edge.coached and not bay.is_room(source):
                parts.setdefault(sink, []).append(_part(frame, edge.gain))
    heard: dict[str, Frame] = {}
    for codec in dict.fromkeys(codecs.values()):
        rows: dict[str, Sums] = {}
        for sink, found in parts.items():
            if codecs[sink] == codec:
                first = found[0]
                if len(found) == 1 and isinstance(first, Frame):
                    heard[sink] = _recoded(first, codec)
                else:
                    rows[sink] = _sum(found)
        heard.update(_encoded(rows, codec))
    return heard


def _mix_room(
    bay: Patchbay,
    room: str,
    said: Mapping[str, Frame],
    codecs: Mapping[str, str],
    parts: dict[str, list[Part]],
) -> None:
    """Add what a room brings to each of its listeners."""
    into = bay.into(room)
    ways = {speaker: edge for speaker, edge in into.items() if edge.is_open and speaker in said}
    public = {speaker: edge.gain for speaker, edge in ways.items() if not edge.coached}
    if room in said:
        public[room] = 1.0
    listeners = {
        sink: edge for sink in bay.sinks(room) if sink in codecs and (edge := bay.into(sink)[room]).is_open
    }
    others = None
    for sink, edge in listeners.items():
        found = (
            [(speaker, gain) for speaker, gain in public.items() if speaker != sink]
            if len(public) <= 2
            else []
        )
        if len(found) == 1:
            speaker, gain = found[0]
            parts.setdefault(sink, []).append(_part(said[speaker], gain * edge.gain))
        elif found or len(public) > 2:
            if others is None:
                others = _others([(speaker, said[speaker], gain) for speaker, gain in public.items()])
            rows, total = others
            parts.setdefault(sink, []).append((rows.get(sink, total), edge.gain))
    for speaker, edge in ways.items():
        if edge.coached in listeners and edge.coached != speaker:
            gain = edge.gain * listeners[edge.coached].gain
            parts.setdefault(edge.coached, []).append(_part(said[speaker], gain))


def _others(voices: Iterable[tuple[str, Frame, float]]) -> tuple[dict[str, Sums], Sums]:
    """Return for each speaker the sum of the others, and the sum of all."""
    import numpy as np

    names, frames, gains = zip(*voices, strict=True)
    matrix = np.stack([_samples(frame, gain) for frame, gain in zip(frames, gains, strict=True)])
    total = matrix.sum(axis=0, dtype=np.int32)
    return dict(zip(names, minus_own(matrix), strict=True)), total


def minus_own(matrix: Sums) -> Sums:
    """Return for each row the sum of the other rows, not clipped.

    Args:
        matrix: A row of samples for each speaker.
    """
    import numpy as np

    sums: Sums = matrix.sum(axis=0, dtype=np.int32) - matrix
    return sums


def clipped(sums: Sums) -> Samples:
    """Return sums as 16-bit samples; what is louder than they can say is cut off."""
    import numpy as np

    return np.clip(sums, -32_768, 32_767).astype(np.int16)


def added(frame: Frame, other: Frame) -> Frame:
    """Return two voices as one, in the codec of the first."""
    return Frame(frame.codec, g711.encode(clipped(_samples(frame, 1.0) + _samples(other, 1.0)), frame.codec))


def _part(frame: Frame, gain: float) -> Part:
    return frame if gain == 1.0 else (_samples(frame, gain), 1.0)


def _samples(frame: Frame, gain: float) -> Sums:
    import numpy as np

    samples = g711.decode(frame.payload, frame.codec)
    return samples.astype(np.int32) if gain == 1.0 else np.rint(samples * gain).astype(np.int32)


def _recoded(frame: Frame, codec: str) -> Frame:
    if frame.codec == codec:
        return frame
    return Frame(codec, frame.payload.translate(g711.recoding(frame.codec, codec)))


def _sum(parts: list[Part]) -> Sums:
    import numpy as np

    total: Sums | int = 0
    for part in parts:
        if isinstance(part, Frame):
            total = _samples(part, 1.0) + total
        else:
            sums, gain = part
            total = (sums if gain == 1.0 else np.rint(sums * gain).astype(np.int32)) + total
    return np.asarray(total, np.int32)


def _encoded(rows: dict[str, Sums], codec: str) -> dict[str, Frame]:
    """Encode all that goes by one codec at once."""
    if not rows:
        return {}
    import numpy as np

    count = len(next(iter(rows.values())))
    data = g711.encode(clipped(np.stack(list(rows.values()))), codec)
    return {sink: Frame(codec, data[place * count : (place + 1) * count]) for place, sink in enumerate(rows)}
