"""What `run --list` prints: the scenarios that would be played, and those that would not, without playing any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sipdomain.mask import masking, printable
from sipdomain.scenario.loader import ScenarioFile
from sipdomain.scenario.plays import Manner
from sipdomain.scenario.runner import reason_not_to_run


def listing(files: Sequence[ScenarioFile], manner: Manner) -> Iterator[str]:
    """Yield a line or two for each scenario: its file and title, what it needs, and why it would not be run."""
    played = 0
    for each in files:
        mask = masking(each.scenario.given.secrets())
        scenario = each.scenario
        words = ", ".join(
            [*(f"needs {need}" for need in scenario.needs), *(f"#{tag}" for tag in scenario.tags)]
        )
        yield printable(mask(f"{each.path}: {scenario.scenario}{f'  ({words})' if words else ''}"))
        if reason := reason_not_to_run(each, manner.substrate, manner.profile):
            yield printable(mask(f"  not run: {reason}"))
        else:
            played += 1
    yield f"{played} to be played, {len(files) - played} not"
