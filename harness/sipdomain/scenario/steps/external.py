"""Run any other program, or have a person place a call."""

from __future__ import annotations

import sys
from typing import Annotated

from pydantic import Field, model_validator

from sipdomain.entries import Note
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.peers import external
from sipdomain.scenario.peers.watched import WatchedCall
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.steps.foreign import ended, last_lines
from sipdomain.scenario.values import Text, Within, fits
from sipdomain.scenario.world import Script, Until


class External(Judging):
    """Run a program to its end, in the folder of this file, or have a person call: `command` or `say`.

    The first call that comes can be expected of, under `name`. What `say` says is printed, with the address where the
    emulator listens; the step ends when a call has come, and the call goes on.
    """

    name: str = Field("call", description="What later steps call its first call, if it makes one.")
    command: Annotated[list[str], Field(min_length=1)] | None = Field(
        None,
        description="The program and its arguments; ${sip}, ${http} and ${app} are the addresses.",
        examples=[["./test-call", "${sip}"]],
    )
    say: Annotated[str, Field(min_length=1)] | None = Field(
        None,
        description="What a person is to do, such as: Dial 100 from your PBX now (live).",
    )
    exit_code: int = Field(0, description="The exit code expected.")
    output: Text | None = Field(None, description="A line expected in its output.")
    within: Within = Field(
        30.0, description="How long the program may take, or how long a call is waited for, in seconds."
    )

    @model_validator(mode="after")
    def _is_one_of_two(self) -> External:
        if (self.command is None) == (self.say is None):
            raise ValueError("exactly one of command and say is needed; write `say: Dial 100 now`")
        for name in ("exit_code", "output"):
            if self.say is not None and name in self.model_fields_set:
                raise ValueError(f"{name} stands beside command only: a person has none")
        return self

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Run the program to its end, or wait for the call."""
        if self.command is not None:
            yield from self._run(self.command, stage, path)
        else:
            yield from self._ask(self.say or "", stage, path)

    def _ask(self, words: str, stage: Stage, path: str) -> Script[None]:
        watched = WatchedCall(
            stage.world.journal, {call.call_id for call in stage.calls.values()}, is_gone_with_its_call=True
        )
        asked = f"{words} (SIP at {stage.world.sip_address}; waiting {self.within:g} s)"
        stage.world.journal.append(Note(at=stage.world.now(), source="external", text=asked))
        sys.stderr.write(f"▶ {asked}\n")
        sys.stderr.flush()
        yield Until(lambda: watched.call_id != "", self.within)
        if not watched.call_id:
            watched.close()
            raise ExpectationError(Mismatch(path, f"a call within {self.within:g} s", "none came", (asked,)))
        stage.add_foreign_call(self.name, watched)

    def _run(self, command: list[str], stage: Stage, path: str) -> Script[None]:
        watched = WatchedCall(stage.world.journal, {call.call_id for call in stage.calls.values()})
        process = external.start(command, stage.folder)
        try:
            code = yield from ended(process, self.within, path)
        finally:
            process.close()
            watched.phone_is_gone(stage.world.now())
        if watched.call_id:
            stage.add_foreign_call(self.name, watched)
        near = (external.spelled(command), *last_lines(process.output))
        if code != self.exit_code:
            raise ExpectationError(Mismatch(f"{path}.exit_code", str(self.exit_code), str(code), near))
        if self.output is not None and not any(
            fits(self.output, line) for line in process.output.splitlines()
        ):
            raise ExpectationError(Mismatch(f"{path}.output", str(self.output), "no such line", near))
