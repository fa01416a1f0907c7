"""What a report is: a reader of a run's results that makes a file of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result

Makes = Callable[[Sequence[Result], Sequence[WrongFile]], bytes]
MakesSeveral = Callable[[Sequence[Result], Sequence[WrongFile]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A kind of report that `sipdomain run --NAME PATH` writes when the run is over.

    Attributes:
        help: What the option says of itself.
        write: Makes the file of the results, in the order in which the scenarios were played, and of the files
            that could not be read; or where the option names a folder, each file in it by its name.
        in_folder: Whether the option names a folder.
        is_added: Whether it is added to what the file has already, as other programs add theirs.
        announce: Makes the lines that standard output gets once the file is there, each without its end; or None.
        with_audio: Whether it wants to have what was said in calls.
        usual: Its name in a folder with every kind of report, as `pytest --sip-report` makes one; "" keeps it out of that.
        needs: The module that it cannot do without, and the extra that brings it; None when nothing is needed.
    """

    help: str
    write: Makes | MakesSeveral
    in_folder: bool = False
    is_added: bool = False
    announce: Callable[[Sequence[Result], Sequence[WrongFile]], Sequence[str]] | None = None
    with_audio: bool = False
    usual: str = ""
    needs: tuple[str, str] | None = None
