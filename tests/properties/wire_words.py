"""Random expectations of SIP messages, and of requests to the application, one by one."""

from __future__ import annotations

import random
from typing import Any

Value = Any
STATUSES = (100, 180, 200, 403, 404, 407, 480, 486, 487, 603)


def of_the_wire(rng: random.Random, word: str) -> Value:
    """Return a value for `message`, `order` or `between`."""
    if word == "message":
        further: tuple[dict[str, Value], ...] = (
            {}, {"from": "phone"}, {"from": "cloud"}, {"nth": 1}, {"nth": 2}, {"count": 0}, {"count": 1},
        )  # fmt: skip
        return {**_message(rng), **rng.choice(further)}
    if word == "between":
        bound = {rng.choice(("at_least", "at_most")): rng.choice((0.001, 0.1, 0.5, 1, 3))}
        return {"first": _message(rng), "then": _message(rng), **bound}
    if rng.random() < 0.3:
        return [{"webhook": rng.choice(("/voice", "/next", "/sorry"))} for _ in range(2)]
    return [_message(rng) for _ in range(rng.choice((2, 3)))]


def _message(rng: random.Random) -> dict[str, Value]:
    if rng.random() < 0.5:
        return {"method": rng.choice(("INVITE", "ACK", "BYE", "CANCEL", "REGISTER"))}
    return {"status": rng.choice(STATUSES), **rng.choice(({}, {"of": rng.choice(("INVITE", "BYE"))}))}
