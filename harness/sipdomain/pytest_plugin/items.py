"""Scenario files as tests: one item for each scenario."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from sipdomain.pytest_plugin.session import session_of

if TYPE_CHECKING:
    from sipdomain.scenario.loader import ScenarioFile as LoadedScenario
    from sipdomain.scenario.runner import Result

SUFFIX: Final = ".scenario.yaml"


class ScenarioCollector(pytest.File):
    """A scenario file; it holds one item, or one for each row of its matrix."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the file; a wrong one is a collection error that prints like a compiler's."""
        from sipdomain.errors import FileError, SetupError
        from sipdomain.scenario.loader import WrongFile, load_rows

        try:
            sources = load_rows(self.path, seed=self.config.getoption("--sip-seed"))
        except (FileError, SetupError) as error:
            if isinstance(error, FileError):
                session_of(self.config).refused(WrongFile(str(self.path), error))
            raise pytest.Collector.CollectError(str(error)) from error
        for source in sources:
            item: ScenarioItem = ScenarioItem.from_parent(self, name=source.scenario.scenario, source=source)
            for tag in source.scenario.tags:
                # As in pytest.ini: else `--strict-markers` refuses what the file calls itself.
                self.config.addinivalue_line("markers", f"{tag}: a tag of scenario files")
                item.add_marker(tag)
            yield item


class ScenarioFailedError(Exception):
    """A scenario failed; carries its result."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.title)
        self.result = result


class ScenarioItem(pytest.Item):
    """One scenario, played when the test runs."""

    def __init__(self, *, source: LoadedScenario, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._source = source

    def runtest(self) -> None:
        """Play it; one that cannot be played here is skipped, with the reason."""
        from sipdomain.scenario.runner import run_scenario

        session = session_of(self.config)
        result = run_scenario(
            self._source,
            session.worlds,
            substrate=session.net,
            profile=session.profile,
            seed=session.seed,
            with_audio=session.wants_results,
        )
        if session.wants_results:
            session.keep(result)
        if result.outcome == "not run":
            pytest.skip(result.reason)
        if result.outcome == "failed":
            raise ScenarioFailedError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what was expected, what came, why, and the ladder."""
        from sipdomain.errors import FileError

        if isinstance(excinfo.value, ScenarioFailedError):
            from sipdomain.report.failure import failure

            return failure(excinfo.value.result)
        if isinstance(excinfo.value, FileError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the file and the scenario."""
        return self.path, 0, self._source.scenario.scenario
