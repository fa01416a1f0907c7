"""What the tests of a session share: the voice and the event loop of live worlds, and the results for reports."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from sipdomain.report.kept import KeptSound
    from sipdomain.scenario.loader import WrongFile
    from sipdomain.scenario.runner import Result
    from sipdomain.scenario.world import Profile, Substrate
    from sipdomain.scenario.worlds import Worlds


class SipSession:
    """What is shared by the tests of one process.

    Attributes:
        net: Live or in virtual time.
        profile: Whose behaviour.
        seed: For all that is random.
        wants_results: Whether reports are to be written.
        results: How scenarios, and tests with calls, went; kept only where reports are to be written.
        written: Lines for the terminal that say where reports are.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.net: Substrate = config.getoption("--sip-net")
        self.profile: Profile = config.getoption("--sip-profile")
        self.seed: int = config.getoption("--sip-seed")
        self._named: str = config.getoption("--sip-report") or ""
        self._folder = config.invocation_params.dir / self._named if self._named else None
        self.wants_results = self._folder is not None
        self.results: list[Result] = []
        self.written: list[str] = []
        self._wrong: dict[str, WrongFile] = {}
        self._kept: KeptSound | None = None
        self._worlds: Worlds | None = None

    @property
    def worlds(self) -> Worlds:
        """Makes the world of each test; the voice is loaded once, when the first live one is made."""
        if self._worlds is None:
            from sipdomain.scenario.worlds import maker

            self._worlds = maker(self.net, tapped=self.wants_results)
        return self._worlds

    def prepare(self) -> None:
        """See, before anything plays, that reports can be written.

        Raises:
            pytest.UsageError: They cannot.
        """
        if self._named == "-":
            raise pytest.UsageError("--sip-report - cannot be: it writes a folder of files; name one")
        if self._folder is not None:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise pytest.UsageError(
                    f"--sip-report {self._named} is not a folder that can be written to: {error.strerror or error}"
                ) from None

    def refused(self, wrong: WrongFile) -> None:
        """Take note of a scenario file that cannot be read; each process of pytest-xdist finds it."""
        self._wrong[wrong.path] = wrong

    def keep(self, result: Result) -> None:
        """Keep how something went for the reports, its sound as far as there is room."""
        if self._kept is None:
            from sipdomain.report.kept import KeptSound

            self._kept = KeptSound()
        self.results.append(self._kept.fitted(result))

    def handed_over(self) -> bytes:
        """Return the results as bytes, for the process that writes the reports."""
        return pickle.dumps((self.results, self._wrong)) if self.wants_results else b""

    def take(self, handed_over: bytes) -> None:
        """Take what `handed_over` returned in another process of this run."""
        if handed_over:
            results, wrong = pickle.loads(handed_over)  # noqa: S301 - from a process that this one started
            for each in results:
                self.keep(each)
            self._wrong |= wrong

    def write(self) -> bool:
        """Write every kind of report into the folder of `--sip-report`, if there is one; False when that failed."""
        if self._folder is None:
            return True
        from sipdomain.errors import SetupError
        from sipdomain.report.folder import write_all

        results = sorted(self.results, key=lambda each: (each.file, each.title))
        try:
            self.written = write_all(self._folder, results, list(self._wrong.values()))
        except SetupError as error:
            self.written = [f"sip report: {error}"]
            return False
        return True

    def close(self) -> None:
        """End what the worlds shared."""
        if self._worlds is not None:
            self._worlds.close()
            self._worlds = None


_SESSION: Final[pytest.StashKey[SipSession]] = pytest.StashKey()


def session_of(config: pytest.Config) -> SipSession:
    """Return what the tests of this process share."""
    if _SESSION not in config.stash:
        config.stash[_SESSION] = SipSession(config)
    return config.stash[_SESSION]


def close_session(config: pytest.Config) -> None:
    """End what the tests of this process shared."""
    if _SESSION in config.stash:
        config.stash[_SESSION].close()
