"""What random servers of sockets have in common: the world they are called in, and the run by hand."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from mock_webhooks.sockets.bot import Bot
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.webhook_stub import bots_of
from tests.parity.streaming import known, world_of

A_CALL = 200
"""How many messages a server sends in one call."""


def random_world(
    kind: type[Bot], document: str, seed: int, ending: str, more: Mapping[str, Any] | None = None
) -> SimWorld:
    """Return a world with a random server at /bot; `made` returns the one that took a call."""
    with known("random", kind):
        return world_of({"kind": "random", "seed": seed, "ending": ending}, document, more, seed)


def made(world: SimWorld) -> Bot:
    """Return the one server that took a call."""
    (bot,) = bots_of(world._app)["/bot"].bots
    assert isinstance(bot, Bot)
    return bot


def main(description: str | None, play: Callable[[int], Counter[str]]) -> int:
    """Play calls until so many messages were sent.

    Args:
        description: What is played.
        play: Plays a call by its seed, and returns what it counted.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began_at, sent, seed = time.monotonic(), 0, options.seed
    counted: Counter[str] = Counter()
    while sent < options.messages:
        try:
            counted += play(seed)
        except BaseException:
            print(f"seed {seed}")
            raise
        sent, seed = sent + A_CALL, seed + 1
    took = time.monotonic() - began_at
    print(f"{sent} messages in {seed - options.seed} calls, {took:.0f} s: {dict(counted)}")
    return 0
