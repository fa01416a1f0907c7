"""How much sound of a run is kept for its reports: results are all in memory until it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sipdomain.runtime.media.tap import Traffic, size_of
from sipdomain.scenario.runner import Result

MOST_AUDIO: Final = 32 * 1024 * 1024
"""How much audio a run keeps for its reports, in bytes as it is packed; scenarios that passed fill half of that."""
MOST_TRAFFIC: Final = 256 * 1024 * 1024
"""How many bytes the packets of a run may have, 100 added for each; those of scenarios that passed fill half of that."""


@dataclass(slots=True)
class KeptSound:
    """Counts what the results of a run keep."""

    _audio: int = 0
    _traffic: int = 0

    def fitted(self, result: Result) -> Result:
        """Return a result without what there is no room for any more; its packets are counted as left out."""
        share = 1 if result.outcome == "failed" else 2
        audio = sum(len(each.data) for each in result.audio)
        if self._audio + audio > MOST_AUDIO // share:
            result = replace(result, audio=())
        else:
            self._audio += audio
        traffic = result.traffic
        size = size_of(traffic.packets)
        if self._traffic + size > MOST_TRAFFIC // share:
            left_out = traffic.left_out + len(traffic.packets)
            return replace(result, traffic=Traffic((), left_out, traffic.is_rendered))
        self._traffic += size
        return result
