"""Run any other program."""

from __future__ import annotations

from pydantic import Field

from sipdomain.scenario.peers import external
from sipdomain.scenario.peers.watched import WatchedCall
from sipdomain.scenario.stage import ExpectationError, Mismatch, Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.steps.foreign import ended, last_lines
from sipdomain.scenario.values import Text, Within, fits
from sipdomain.scenario.world import Script


class External(Step):
    """Run a program to its end, in the folder of this file; its first call can be expected of, under `name`."""

    name: str = Field("call", description="What later steps call its first call, if it makes one.")
    command: list[str] = Field(
        min_length=1,
        description="The program and its arguments; ${sip}, ${http} and ${app} are the addresses.",
    )
    exit_code: int = Field(0, description="The exit code expected.")
    output: Text | None = Field(None, description="A line expected in its output.")
    within: Within = Field(30.0, description="How long it may take, in seconds.")

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Run it to its end."""
        command = self.command
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
