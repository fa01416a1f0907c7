"""What a report is: a reader of a run's results that makes a file of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of report that `sipdomain run --NAME FILE` writes when the run is over.

    Attributes:
        help: What the option says of itself.
        write: Makes the file of the results, in the order in which the scenarios were played, and of the files
            that could not be read.
    """

    help: str
    write: Callable[[Sequence[Result], Sequence[WrongFile]], bytes]
