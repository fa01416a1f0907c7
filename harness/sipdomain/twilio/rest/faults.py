"""Faults of the REST API, for testing how clients retry: refusals, delays and cut connections, by path and probability."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

from sipdomain.errors import SetupError

MOST_FAULTS: Final = 32
"""How many there may be; more are refused."""
LONGEST_DELAY: Final = 60.0
"""Seconds that an answer may be held up."""
_LONGEST_PATH: Final = 500
CODES: Final = {
    429: (20429, "Too Many Requests"),
    500: (20500, "Internal Server Error"),
    503: (20503, "Service unavailable"),
}
"""The code and message of each status that a fault may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestFault:
    """What befalls requests.

    Attributes:
        path: Which requests: a pattern of the whole path, in which `*` stands for any text, "/" too.
        method: Only with this HTTP method; "" with any.
        probability: How often, 0 to 1.
        times: How often at most; None without end.
        status: Refuse with it, and do nothing else; None carries the request out.
        retry_after: What `Retry-After` of a refusal says, in seconds; None leaves it out.
        delay: How long to wait before that, in seconds.
        cut: "before" closes the connection in place of carrying the request out, "after" in the middle of the answer.
    """

    path: str = "*"
    method: Literal["", "GET", "POST", "DELETE", "HEAD", "OPTIONS"] = ""
    probability: float = 1.0
    times: int | None = None
    status: Literal[429, 500, 503] | None = None
    retry_after: int | None = None
    delay: float = 0.0
    cut: Literal["before", "after"] | None = None


class RestFaults:
    """The faults of one emulator; the same seed and the same requests strike the same ones."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Have none."""
        self.set(0, ())

    def set(self, seed: int, faults: tuple[RestFault, ...]) -> None:
        """Have these in place of all others."""
        self._seed = seed
        self._faults = faults
        # Each draws by itself: what befalls the requests of one does not change with those of another.
        self._draws = [random.Random(f"{seed}:{index}") for index in range(len(faults))]
        self._struck = [0] * len(faults)

    def strike(self, method: str, path: str) -> RestFault | None:
        """Return what befalls a request: the first of the faults that match it and are drawn, or None."""
        for index, fault in enumerate(self._faults):
            spent = fault.times is not None and self._struck[index] >= fault.times
            if spent or fault.method not in {"", method} or not fnmatchcase(path, fault.path):
                continue
            if self._draws[index].random() < fault.probability:
                self._struck[index] += 1
                return fault
        return None

    def shown(self) -> dict[str, Any]:
        """Return them as plain values, each with how often it struck."""
        rows = [
            {**asdict(fault), "struck": struck}
            for fault, struck in zip(self._faults, self._struck, strict=True)
        ]
        return {"seed": self._seed, "faults": rows}


def parse_faults(value: Any) -> tuple[int, tuple[RestFault, ...]]:
    """Return the seed and the faults that plain values describe: {"seed": 1, "faults": [{"path": …}]}.

    Raises:
        SetupError: They do not; the first mistake is named.
    """
    # Those who ask for none do not pay for the import.
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    seed, given = seeded(value, [])
    try:
        adapter = TypeAdapter(list[RestFault], config=ConfigDict(extra="forbid"))
        faults = tuple(adapter.validate_python(given))
    except ValidationError as error:
        from sipdomain.model_errors import in_words

        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise SetupError(f"faults.{place}: {in_words(first)}") from None
    if len(faults) > MOST_FAULTS:
        raise SetupError(f"there may be {MOST_FAULTS} faults at most (got {len(faults)})")
    for index, fault in enumerate(faults):
        wrong = _wrong(fault)
        if wrong:
            raise SetupError(f"faults.{index}: {wrong}")
    return seed, faults


def seeded(value: Any, nothing: Any) -> tuple[int, Any]:
    """Return the seed of faults, and what stands beside it for them.

    Args:
        value: A mapping of both: {"seed": 1, "faults": …}; each may be left out.
        nothing: What stands for no faults.

    Raises:
        SetupError: It is not such a mapping.
    """
    if not isinstance(value, Mapping) or set(value) - {"seed", "faults"}:
        raise SetupError('a mapping with "seed" and "faults" is needed')
    seed = value.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise SetupError("seed must be a whole number")
    return seed, value.get("faults", nothing)


def _wrong(fault: RestFault) -> str:
    """Return what is wrong with a fault, or ""."""
    if not 0 <= fault.probability <= 1:
        return f"probability must be from 0 to 1 (got {fault.probability})"
    if not 0 <= fault.delay <= LONGEST_DELAY:
        return f"delay must be from 0 to {LONGEST_DELAY:g} seconds (got {fault.delay})"
    if fault.times is not None and fault.times < 1:
        return f"times must be at least 1 (got {fault.times})"
    if fault.retry_after is not None and (fault.status is None or fault.retry_after < 0):
        return "retry_after needs a status, and must be at least 0"
    if len(fault.path) > _LONGEST_PATH:
        return f"path must have at most {_LONGEST_PATH} characters"
    if fault.status is not None and fault.cut is not None:
        return "status and cut exclude each other"
    return "" if fault.status or fault.cut or fault.delay else "status, delay or cut is needed"
