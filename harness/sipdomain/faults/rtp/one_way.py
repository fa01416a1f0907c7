"""One-way audio: nothing of one side arrives."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.drop import Drop


@dataclass(frozen=True, slots=True, kw_only=True)
class OneWay(Drop):
    """Lose all that one side sends, as a firewall does or a wrong address in a session description."""

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range, or nobody is said to send.
        """
        Drop.__post_init__(self)
        if self.sender is None:
            raise ValueError("`from` is needed: whose audio is lost, the phone's or the cloud's")
