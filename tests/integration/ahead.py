"""Plays the live scenarios of the next tests while that of this one waits: most of a call is silence and real time.

Each play has a process of its own, so that its result is the one that it has alone.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import pytest

from sipdomain.runtime.worlds.studio import Studio
from sipdomain.scenario.loader import load_scenario
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.world import Profile, Substrate
from sipdomain.scenario.worlds import maker
from tests.own_time import OwnTimeLoop
from tests.patience import PATIENCE

AT_ONCE: Final = 2
"""How many scenarios are under way in one process of the test run, that of the present test included."""


def play(path: Path, substrate: Substrate, profile: Profile) -> Result:
    """Play a scenario with tones on both sides: the same prompts, of the same length."""
    return run_scenario(
        load_scenario(path), maker(substrate, speech=False), substrate=substrate, profile=profile
    )


def play_in_own_time(path: Path, profile: Profile) -> Result:
    """Play a scenario live, so that the machine may do something else in between."""
    worlds = maker("live", speech=False, studio=Studio(speech=False, loop=OwnTimeLoop()))
    try:
        return run_scenario(load_scenario(path), worlds, substrate="live", profile=profile)
    finally:
        worlds.close()


class Player:
    """A process that plays one scenario after another."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(target=_play_all, args=(there,), daemon=True)
        self._process.start()
        there.close()

    def begin(self, path: Path, profile: Profile) -> None:
        """Begin to play a scenario live."""
        self._here.send((path, profile))

    def result(self) -> Result:
        """Return how it went."""
        if not self._here.poll(PATIENCE):
            raise TimeoutError(f"no result in {PATIENCE:g} s")
        found: Result | str = self._here.recv()
        if isinstance(found, str):
            pytest.fail(found)
        return found

    def dismiss(self) -> None:
        """Have the process end once its play is over: a foreign program ends with the play that began it."""
        self._here.close()

    def close(self, patience: float) -> None:
        """End the process, once its play is over or the patience is, in seconds."""
        self._process.join(patience)
        self._process.kill()
        self._process.join(5)


class Ahead:
    """Live plays that were begun before they are wanted."""

    def __init__(self) -> None:
        self._idle: list[Player] = []
        self._begun: dict[str, Player] = {}
        self._leaving: list[Player] = []

    def play(
        self, name: str, path: Path, profile: Profile, following: Mapping[str, tuple[Path, Profile]]
    ) -> Result:
        """Begin what follows, by name, and return this play's result, which may have begun before."""
        mine = self._begun.pop(name, None)
        for stale in self._begun.keys() - following.keys():
            # Another process of the test run has taken that test.
            self._leaving.append(self._begun.pop(stale))
            self._leaving[-1].dismiss()
        for key, wanted in following.items():
            if key not in self._begun:
                self._begun[key] = player = self._idle.pop() if self._idle else Player()
                player.begin(*wanted)
        if mine is None:
            return play(path, "live", profile)
        found = mine.result()
        self._idle.append(mine)
        return found

    def close(self) -> None:
        """End the processes."""
        for each in self._idle:
            each.close(0.0)
        for each in (busy := (*self._begun.values(), *self._leaving)):
            each.dismiss()
        for each in busy:
            each.close(PATIENCE)


def _play_all(pipe: Connection) -> None:
    # Both ends of the pipe are closed when nobody wants more.
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            path, profile = pipe.recv()
            try:
                pipe.send(play(path, "live", profile))
            except Exception:  # noqa: BLE001 - it is the test's to see
                pipe.send(traceback.format_exc())
