"""Ask the provider's REST API, and look at its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from pydantic import Field, model_validator

from sipdomain.scenario.expect.misspelt import in_words, meant_in_its_case
from sipdomain.scenario.json_fields import text_of, value_of
from sipdomain.scenario.mismatch import ExpectationError, Mismatch, StepError
from sipdomain.scenario.stage import INSTANT, Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.values import Count, Text, Within, fits
from sipdomain.scenario.world import Script, Until

_BEGINS_WITHIN: Final = 5.0
_ASKED_EVERY: Final = 0.1
"""How long after an answer the next request is sent, in seconds."""


class Rest(Judging):
    """Send one request to the REST API as the main account; one of `get`, `post`, `delete` names the path.

    A path is below `/2010-04-01/Accounts/{AccountSid}/`, without `.json`: `SIP/Domains`.
    """

    get: str | None = Field(None, description="The path to GET.")
    post: str | None = Field(None, description="The path to POST to.")
    delete: str | None = Field(None, description="The path to DELETE.")
    form: dict[str, str] = Field(default_factory=dict, description="Form fields; query parameters for GET.")
    status: int | None = Field(None, description="The HTTP status expected; any 2xx when left out.")
    body: dict[str, Text] = Field(
        default_factory=dict,
        description="Fields expected in the answer, as text; `domains.0.sid` goes deeper.",
    )
    missing: list[str] = Field(default_factory=list, description="Fields that the answer must not have.")
    lengths: dict[str, Count] = Field(
        default_factory=dict, description="How many entries lists of the answer have: `calls: 2`, or `none`."
    )
    within: Within | None = Field(
        None,
        description="How long to ask again with `get` until the answer is as expected, in seconds; once when left out.",
    )
    name: str | None = Field(None, description="What later steps call the call that `POST Calls` makes.")
    save: dict[str, str] = Field(
        default_factory=dict, description="What to remember: a name, and the field it comes from."
    )

    @model_validator(mode="after")
    def _names_one_path(self) -> Rest:
        if sum(path is not None for path in (self.get, self.post, self.delete)) != 1:
            raise ValueError("exactly one of get, post and delete is needed")
        if self.within is not None and self.get is None:
            raise ValueError("within stands beside get only: another request would be carried out again")
        self.refuse_empty("body", "missing", "lengths", "save")
        return self

    @property
    def sent(self) -> tuple[str, ...]:
        """Where it posts to, if it does, and what its form says."""
        return (self.post or "", *self.form.values())

    def names_saved(self) -> Iterator[tuple[str, ...]]:
        """Yield the place of each name that it remembers a field by."""
        yield from (("save", name) for name in self.save)

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Send the request, look at the answer, remember what was asked for."""
        method, target = next(
            (name, value)
            for name, value in (("GET", self.get), ("POST", self.post), ("DELETE", self.delete))
            if value is not None
        )
        form = self.form
        stage.chances.mention(form.values())
        stage.secrets |= {value for name, value in form.items() if name == "Password" and value}
        # What a scenario says for all its steps is not for requests that would be carried out again.
        deadline = stage.world.now() + (self.within or 0.0) if self.get is not None else 0.0
        while True:
            status, body = stage.world.rest(method, target, form)
            stage.secrets |= {value for name, value in body.items() if name == "secret" and value}
            unmet = [*self._status(path, status, body), *self._fields(path, body), *self._lengths(path, body)]
            left = deadline - stage.world.now()
            if not unmet or left <= INSTANT:
                break
            yield Until(_never, min(_ASKED_EVERY, left))
        if unmet:
            raise ExpectationError(*unmet)
        for name, field in self.save.items():
            value = text_of(body, field)
            if value is None:
                raise ExpectationError(Mismatch(f"{path}.save", f"a field `{field}`", "none", (brief(body),)))
            stage.memory.save(name, value)
        if self.name is not None:
            yield from self._begun(stage, path, self.name, body.get("sid", ""))

    @staticmethod
    def _begun(stage: Stage, path: str, name: str, sid: str) -> Script[None]:
        """Make the call that was ordered the latest one."""
        yield Until(lambda: stage.call_of(sid) is not None, _BEGINS_WITHIN)
        call = stage.call_of(sid)
        if call is None and stage.comparison is not None:
            raise StepError("the call that it orders is not to a phone of ours, and not seen from outside")
        if call is None:
            raise ExpectationError(
                Mismatch(f"{path}.name", "a call that begins", f"no call {sid or 'of a SID'}")
            )
        stage.add_foreign_call(name, call)

    def _status(self, path: str, status: int, body: dict[str, Any]) -> list[Mismatch]:
        right = 200 <= status < 300 if self.status is None else status == self.status
        if right:
            return []
        wanted = "2xx" if self.status is None else str(self.status)
        return [Mismatch(f"{path}.status", wanted, str(status), (brief(body),))]

    def _fields(self, path: str, body: dict[str, Any]) -> list[Mismatch]:
        unmet = []
        for field, wanted in self.body.items():
            got = text_of(body, field)
            if got is None or not fits(wanted, got):
                seen = "no such field" if got is None else got
                unmet.append(Mismatch(f"{path}.body.{field}", str(wanted), seen))
        for field in self.missing:
            got = text_of(body, field)
            above = field.rpartition(".")[0]
            if got is not None:
                unmet.append(Mismatch(f"{path}.missing", f"no field `{field}`", got))
            elif (likely := _likely(body, field)) is not None:
                unmet.append(Mismatch(f"{path}.missing", f"no field `{field}`", in_words(likely)))
            elif above and not isinstance(value_of(body, above), dict | list):
                unmet.append(
                    Mismatch(f"{path}.missing", f"no field `{field}`", f"nothing at `{above}` to look at")
                )
        return unmet

    def _lengths(self, path: str, body: dict[str, Any]) -> list[Mismatch]:
        unmet = []
        for field, wanted in self.lengths.items():
            found = value_of(body, field)
            got = f"a list of {len(found)}" if isinstance(found, list) else "no such list"
            if not isinstance(found, list) or len(found) != wanted:
                unmet.append(Mismatch(f"{path}.lengths.{field}", f"a list of {wanted}", got, (brief(body),)))
        return unmet


def _likely(body: dict[str, Any], field: str) -> str | None:
    """Return the field that is there and that another is most likely a misspelling of; None when there is none."""
    above, _, name = field.rpartition(".")
    beside = value_of(body, above) if above else body
    return meant_in_its_case(name, beside) if isinstance(beside, dict) else None


def _never() -> bool:
    return False


def brief(body: dict[str, Any]) -> str:
    """Return a JSON body on one line of at most 200 characters."""
    text = json.dumps(body, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:199]}…"
