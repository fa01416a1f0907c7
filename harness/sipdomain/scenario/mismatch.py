"""What a scenario expected and did not see, and steps that cannot be carried out."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.errors import Position, SipDomainError


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What was expected and what came instead.

    Attributes:
        path: Where in the scenario, such as `steps[3].expect.parameters.SipDomain`.
        expected: In words.
        got: In words.
        near: What came close, or would help to see.
        call_id: The SIP Call-ID of the call in question, or "".
        where: The place in the file, or None.
    """

    path: str
    expected: str
    got: str
    near: tuple[str, ...] = ()
    call_id: str = ""
    where: Position | None = None


class ExpectationError(SipDomainError):
    """A scenario saw something else than it expected.

    Attributes:
        mismatches: At least one.
    """

    def __init__(self, *mismatches: Mismatch) -> None:
        super().__init__(
            "; ".join(f"{each.path}: expected {each.expected}, got {each.got}" for each in mismatches)
        )
        self.mismatches = mismatches


class StepError(SipDomainError):
    """A step cannot be carried out: it names a call or a variable that is not there."""
