"""One round of `sipdomain run`: plays files, and reports how they went."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Final

from sipdomain.cli.interruption import Interruption
from sipdomain.cli.standard_streams import write_error
from sipdomain.mask import masking, printable_lines
from sipdomain.report.console import Console
from sipdomain.report.failure import pictures
from sipdomain.report.kept import KeptSound
from sipdomain.report.progress import Progress
from sipdomain.scenario.loader import ScenarioFile, WrongFile
from sipdomain.scenario.mismatch import Mismatch
from sipdomain.scenario.plays import Manner, played
from sipdomain.scenario.runner import Result

_BETWEEN: Final = 0.5
"""How often the line of progress is written anew while nothing ends, in seconds."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a run was asked for, besides what it plays.

    Attributes:
        ladder: Whose ladder is printed: `failed`, `last`, `all` or `none`.
        at_once: How many scenarios are played at a time.
        strict: Whether what is not run counts as failed.
        keep_going: Whether the other files are played when some are wrong.
        fail_fast: Whether the first failure ends it.
    """

    ladder: str = "last"
    at_once: int = 1
    strict: bool = False
    keep_going: bool = False
    fail_fast: bool = False


@dataclass(slots=True)
class Playing:
    """Plays files once."""

    console: Console
    manner: Manner
    wishes: Wishes
    interruption: Interruption
    results: list[Result] = field(default_factory=list)
    wrong: list[WrongFile] = field(default_factory=list)
    _failed: bool = False
    _drawn_at: float = 0.0
    _kept: KeptSound = field(default_factory=KeptSound)

    def play(
        self, files: Sequence[tuple[ScenarioFile, int]], wrong: Sequence[WrongFile], times: int = 1
    ) -> None:
        """Play scenarios.

        Args:
            files: Each with the number of its round.
            wrong: What was found to be wrong already.
            times: How many rounds there are.
        """
        for each in wrong:
            self._refuse(each)
        progress = Progress(len(files), time.monotonic())
        titles = [_title(source, number, times) for source, number in files]

        def started(number: int) -> None:
            mask = masking(sources[number].scenario.given.secrets())
            progress.started(number, mask(titles[number]))
            self._draw(progress, anew=True)

        def stop() -> bool:
            self._draw(progress)
            return bool(self._reason_to_stop())

        ended: dict[int, Result | None] = {}
        sources = [source for source, _ in files]
        plays = played(sources, self.manner, at_once=self.wishes.at_once, stop=stop, started=started)
        with closing(plays):
            for number, found in plays:
                named = found if isinstance(found, WrongFile) else replace(found, title=titles[number])
                ended[number] = self._took(named)
                progress.ended(number, ended[number])
                self._draw(progress, anew=True)
        self.console.status("")
        for number, source in enumerate(sources):
            if number not in ended:
                unplayed = replace(
                    self._unplayed(source), title=titles[number], reason=self._reason_to_stop()
                )
                ended[number] = self._judged(unplayed)
        # In the order of the files, whatever ended first.
        self.results = [result for _, result in sorted(ended.items()) if result is not None]
        passed = [each for each in self.results if each.outcome == "passed"]
        if self.wishes.ladder == "last" and passed:
            self._show(passed[-1])
        self.console.summary(self.results, len(self.wrong))
        if self.wrong and not self.wishes.keep_going:
            write_error("nothing is played while a file is wrong; --keep-going plays the others")

    def _draw(self, progress: Progress, *, anew: bool = False) -> None:
        now = time.monotonic()
        if anew or now - self._drawn_at >= _BETWEEN:
            self._drawn_at = now
            self.console.status(progress.line(now))

    def _took(self, found: Result | WrongFile) -> Result | None:
        """Print how a scenario went, and return that; None for a file that is wrong."""
        if isinstance(found, WrongFile):
            self._refuse(found)
            return None
        if found.outcome == "not run" and (self.interruption.came() or self._is_over):
            found = replace(found, reason=f"broken off {self._by}")
        result = self._kept.fitted(self._judged(found))
        self._failed = self._failed or result.outcome == "failed"
        self.console.finished(result, with_ladders=self.wishes.ladder != "none")
        if self.wishes.ladder == "all" and result.outcome == "passed":
            self._show(result)
        return result

    def _judged(self, result: Result) -> Result:
        """Return a result as `--strict` takes it."""
        if self.wishes.strict and result.outcome == "not run" and not self._reason_to_stop():
            mismatch = Mismatch("scenario", "to be run, as --strict asks", f"not run: {result.reason}")
            return replace(result, outcome="failed", mismatches=(mismatch,))
        return result

    @property
    def _is_over(self) -> bool:
        return self.wishes.fail_fast and self._failed

    @property
    def _by(self) -> str:
        return f"by {self.interruption.name}" if self.interruption.came() else "after the first failure"

    def _reason_to_stop(self) -> str:
        if self.interruption.came():
            return f"not reached before {self.interruption.name}"
        if self._is_over:
            return "not reached before the first failure"
        return "another file is wrong" if self.wrong and not self.wishes.keep_going else ""

    def _unplayed(self, source: ScenarioFile) -> Result:
        manner = self.manner
        scenario = source.scenario
        return Result(
            source.path,
            scenario.scenario,
            "not run",
            manner.profile,
            manner.substrate,
            tags=tuple(scenario.tags),
        )

    def _refuse(self, wrong: WrongFile) -> None:
        self.wrong.append(wrong)
        self.console.status("")
        write_error(printable_lines(masking(())(str(wrong.error))) + "\n")

    def _show(self, result: Result) -> None:
        mask = masking(result.secrets)
        self.console.show(mask(result.title), pictures(result, mask, ascii_only=self.console.ascii_only))


def _title(source: ScenarioFile, number: int, times: int) -> str:
    title = source.scenario.scenario
    return title if times == 1 else f"{title} ({number} of {times})"
