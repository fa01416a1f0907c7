"""Goes through seeds: one after another in this process, or in several of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.runtime.workers import Lost, Stop, Workers
from sipdomain.scenario.chaos.trial import Trial, Verdict
from sipdomain.scenario.loader import ScenarioFile, load_scenario
from sipdomain.scenario.world import Profile
from sipdomain.scenario.worlds import maker
from sipdomain.twilio.configuration.model import AccountSettings

AT_A_TIME: Final = 20
"""How many seeds a process takes at a time."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is played.

    Attributes:
        path: The scenario's file.
        row: Which row of its matrix, counted from 1.
        account: The account that was chosen for it.
        profile: Which of the service's two faces is emulated.
        words: Which faults may be drawn.
    """

    path: str
    row: int
    account: AccountSettings
    profile: Profile
    words: tuple[str, ...]

    def source(self) -> ScenarioFile:
        """Read the scenario.

        Raises:
            FileError: The file is not a scenario.
        """
        return load_scenario(self.path, row=self.row).with_account(self.account)

    def trial(self) -> Trial:
        """Play it once without faults.

        Raises:
            SetupError: It cannot be played in virtual time, or fails of itself.
        """
        return Trial(self.source(), maker("sim", speech=False), self.profile, self.words)


def verdicts(
    search: Search, trial: Trial, seeds: Sequence[int], *, at_once: int, stop: Stop
) -> Iterator[Verdict]:
    """Yield the verdict of each seed; with several processes some seeds at a time, and not always in their order.

    Args:
        search: What is played.
        trial: The same in this process.
        seeds: The seeds.
        at_once: In how many processes.
        stop: Whether no further seed is to be begun; those that were are still yielded.

    Raises:
        SetupError: A process ended before its time.
    """
    if at_once == 1:
        for seed in seeds:
            if stop():
                return
            yield trial.verdict(seed)
        return
    jobs = [seeds[number : number + AT_A_TIME] for number in range(0, len(seeds), AT_A_TIME)]
    workers: Workers[Sequence[int], list[Verdict]] = Workers(partial(_begin, search), min(at_once, len(jobs)))
    try:
        for _, found in workers.results(jobs, stop=stop, started=lambda _: None):
            if isinstance(found, Lost):
                raise SetupError(f"a process that played the scenario ended with {found.exit_code}")
            yield from found
    finally:
        workers.close()


def _begin(search: Search, _: Stop) -> Callable[[Sequence[int]], list[Verdict]]:
    # What was begun is played to its end: then the lowest seed that breaks is the same however many processes there are.
    trial = search.trial()
    return lambda seeds: [trial.verdict(seed) for seed in seeds]
