"""What the steps that run a foreign phone have in common."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from harness.runtime.process import Process
from harness.scenario.given import IpAddress
from harness.scenario.stage import ExpectationError, Mismatch, Stage
from harness.scenario.step import Step
from harness.scenario.steps.dial import full_uri, sip_uri
from harness.scenario.world import Script, Until


class ForeignPhone(Step):
    """A foreign phone that calls; its first call can be expected of like any other, under `name`."""

    name: str = Field("call", description="What later steps call its first call.")
    to: str = Field(description="The SIP URI called; a host without a dot gets `.sip.twilio.com`.")
    user: str = Field(description="Its user name, for its address and for digest.")
    password: str = Field("", description="Its password; the one in the credential lists when left out.")
    address: IpAddress = Field("127.0.0.1", description="The loopback address it calls from.")
    transport: Literal["udp", "tcp"] = Field("udp", description="How it reaches the emulator.")
    within: float = Field(20.0, gt=0, description="How long it may take, in seconds.")

    _is_uri = field_validator("to")(sip_uri)

    def password_in(self, stage: Stage) -> str:
        """Return its password, and keep it out of reports."""
        lists = stage.given.credential_lists.values()
        password = self.password or next((users[self.user] for users in lists if self.user in users), "")
        if password:
            stage.secrets.add(password)
        return password

    def target(self, stage: Stage) -> tuple[str, str]:
        """Return the user and the host that it calls."""
        uri = full_uri(stage.fill(self.to))
        user, _, host = re.sub("^sips?:", "", uri).rpartition("@")
        return user, re.split("[:;?]", host)[0]


def ended(process: Process, within: float, path: str) -> Script[int]:
    """Wait until a process ends; return its exit code.

    Raises:
        ExpectationError: It did not end in time.
    """
    yield Until(lambda: process.poll() is not None, within)
    code = process.poll()
    if code is None:
        raise ExpectationError(
            Mismatch(path, f"an end within {within:g} s", "still running", last_lines(process.output))
        )
    return code


def last_lines(text: str, count: int = 12) -> tuple[str, ...]:
    """Return the last lines of an output that are not empty."""
    return tuple(line.rstrip() for line in text.splitlines() if line.strip())[-count:]
