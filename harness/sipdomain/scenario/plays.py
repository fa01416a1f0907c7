"""Plays several scenarios: one after another in this process, or some at a time in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Self

from sipdomain.errors import FileError
from sipdomain.runtime.media.recognition import SCRIPTED, HearingSettings
from sipdomain.runtime.workers import Lost, Stop, Workers, import_ahead
from sipdomain.scenario.loader import ScenarioFile, WrongFile, load_scenario
from sipdomain.scenario.mismatch import Mismatch
from sipdomain.scenario.runner import Result, not_run, run_scenario
from sipdomain.scenario.world import Profile, Substrate
from sipdomain.scenario.worlds import maker
from sipdomain.sip.outputs import Address
from sipdomain.twilio.configuration.model import AccountSettings

Started = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Manner:
    """How scenarios are played.

    Attributes:
        substrate: Live or in virtual time.
        profile: Which of the service's two faces is emulated.
        seed: For all that is random.
        speech: Whether words have a voice, in live worlds.
        tapped: Whether the packets of the audio are kept, for a capture.
        hep: Where SIP is sent by HEP as it happens, or None.
        with_audio: Whether what is said in calls is kept, for reports.
        hearing: How words are heard, in live worlds.
    """

    substrate: Substrate = "live"
    profile: Profile = "documented"
    seed: int = 0
    speech: bool = True
    tapped: bool = False
    hep: Address | None = None
    with_audio: bool = False
    hearing: HearingSettings = SCRIPTED


_LATE: Final = {
    "live": (
        "sipdomain.runtime.worlds.live",
        "sipdomain.twilio.rest.registry",
        "mock_webhooks",
        "aiohttp.web",
        "numpy.fft",
        "uvloop",
    ),
    "sim": ("sipdomain.runtime.worlds.sim", "mock_webhooks", "numpy.fft"),
}
"""What each kind of world imports when the first of them is made."""


def get_ready(manner: Manner, at_once: int) -> None:
    """Begin to import what several processes need to play in such a manner, if there will be several."""
    if at_once > 1:
        import_ahead([__name__, *_LATE[manner.substrate]])


def played(
    files: Sequence[ScenarioFile], manner: Manner, *, at_once: int, stop: Stop, started: Started
) -> Generator[tuple[int, Result | WrongFile]]:
    """Yield the number of each scenario, counted from 0, with how it went, in the order in which they end.

    Args:
        files: The scenarios.
        manner: How they are played.
        at_once: How many are played at a time; more than one in processes of their own.
        stop: Whether to break off; what was not begun by then is left out.
        started: Called with the number of each that begins.
    """
    if at_once > 1 and len(files) > 1:
        yield from _in_processes(files, manner, min(at_once, len(files)), stop, started)
        return
    with _Player(manner, stop) as play:
        for number, file in enumerate(files):
            if stop():
                return
            started(number)
            yield number, play(file)


def _in_processes(
    files: Sequence[ScenarioFile], manner: Manner, at_once: int, stop: Stop, started: Started
) -> Iterator[tuple[int, Result | WrongFile]]:
    workers: Workers[_Job, Result | WrongFile] = Workers(partial(_begin, manner), at_once)
    jobs = [_Job(each.path, each.row, each.scenario.given.account) for each in files]
    try:
        for number, found in workers.results(jobs, stop=stop, started=started):
            if isinstance(found, Lost):
                yield number, _lost(files[number], manner, found, stopped=stop())
            else:
                yield number, found
    finally:
        workers.close()


@dataclass(frozen=True, slots=True)
class _Job:
    """A scenario as another process can take it: it reads the file again.

    Attributes:
        path: The file.
        row: Which row of its matrix.
        account: The account that was chosen for it.
    """

    path: str
    row: int
    account: AccountSettings | None


def _begin(manner: Manner, stop: Stop) -> Callable[[_Job], Result | WrongFile]:
    player = _Player(manner, stop)

    def work(job: _Job) -> Result | WrongFile:
        try:
            file = load_scenario(job.path, seed=manner.seed, row=job.row)
        except FileError as error:
            return WrongFile(job.path, error)
        return player(file.with_account(job.account or AccountSettings()))

    return work


def _lost(file: ScenarioFile, manner: Manner, lost: Lost, *, stopped: bool) -> Result:
    result = not_run(file, manner.substrate, manner.profile)
    reason = f"its process ended with {lost.exit_code}"
    if stopped:
        return replace(result, reason=f"broken off: {reason}")
    mismatch = Mismatch("scenario", "to be played to its end", reason)
    return replace(result, outcome="failed", mismatches=(mismatch,))


class _Player:
    """Plays one scenario after another."""

    def __init__(self, manner: Manner, stop: Stop) -> None:
        self._manner = manner
        self._stop = stop
        self._worlds = maker(
            manner.substrate,
            speech=manner.speech,
            tapped=manner.tapped,
            hep=manner.hep,
            hearing=manner.hearing,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worlds.close()

    def __call__(self, file: ScenarioFile) -> Result | WrongFile:
        manner = self._manner
        try:
            return run_scenario(
                file, self._worlds, substrate=manner.substrate, profile=manner.profile, seed=manner.seed,
                stop=self._stop, with_audio=manner.with_audio,
            )  # fmt: skip
        except FileError as error:
            return WrongFile(file.path, error)
