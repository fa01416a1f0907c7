"""A verb's program played without a call: what it wants, and how it ends, when this or that happens."""

from __future__ import annotations

from collections.abc import Iterable

from sipdomain.twiml.program import Happened, Outcome, Program, Want


def played(program: Program, happenings: Iterable[Happened]) -> tuple[list[Want], Outcome]:
    """Return what a program wants, in order, and how it ends; it has to end when the last of these has happened."""
    wants: list[Want] = []
    try:
        wants.append(next(program))
        for each in happenings:
            wants.append(program.send(each))
    except StopIteration as stop:
        return wants, stop.value
    raise AssertionError(wants)
