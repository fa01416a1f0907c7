"""Do several things at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field, model_validator

from sipdomain.scenario.course import carried_out, together
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import OneStep, Place, Step
from sipdomain.scenario.world import Script

if TYPE_CHECKING:
    from sipdomain.scenario.step import OneStep as AnyStep

MOST_BRANCHES: Final = 64


class Parallel(Step):
    """Branches that run at the same time: a list, each a step or a list of steps; all must pass.

    It ends when all have ended, or when the first fails; the others then stop where they are. Which is first at the same
    moment, is drawn by `--seed`. No two branches place a call of the same name; a call that another branch places is
    waited for. A step that names no call means the latest of its own branch, or that which stood before.
    """

    branches: list[AnyStep | Annotated[list[AnyStep], Field(min_length=1)]] = Field(
        alias="parallel",
        max_length=MOST_BRANCHES,
        examples=[[{"dial": "sip:100@acme"}, {"answer": "bob"}]],
        description="The branches.",
    )

    @model_validator(mode="before")
    @classmethod
    def _is_a_list(cls, value: Any) -> Any:
        if not isinstance(value, list):
            raise ValueError("`parallel` is a list of branches; begin each with `-`")  # noqa: TRY004 - as every model
        if len(value) < 2:
            raise ValueError(
                "one branch alone is not parallel to anything; write its steps without `parallel`"
            )
        return {"parallel": value}

    def branches_within(self) -> list[list[tuple[Place, OneStep]]]:
        """Return the branches."""
        return [
            [((number, at), each) for at, each in enumerate(branch)]
            if isinstance(branch, list)
            else [((number,), branch)]
            for number, branch in enumerate(self.branches)
        ]

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Run the branches until all have ended, or one fails."""
        branches = self.branches_within()
        scripts = [
            carried_out(
                branch, stage.branch(f"{path}[{number}]", f"in branch {number + 1} of {len(branches)}"), path
            )
            for number, branch in enumerate(branches)
        ]
        stage.rng(path).shuffle(scripts)
        yield from together(scripts, stage.world.now)
        stage.join(path)
