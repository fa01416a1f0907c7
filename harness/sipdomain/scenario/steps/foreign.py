"""What the steps that run a foreign phone have in common."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from sipdomain.runtime.process import Process
from sipdomain.scenario.given_phone import IpAddress, Transport
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.peers.watched import WatchedCall
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.steps.dial import full_uri, sip_uri
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import Script, Until


class ForeignPhone(Judging):
    """A foreign phone that calls; its first call can be expected of like any other, under `name`."""

    name: str = Field("call", description="What later steps call its first call.")
    to: str = Field(
        examples=["sip:100@acme"],
        description="The SIP URI called; a host without a dot gets `.sip.twilio.com`.",
    )
    user: str = Field(description="Its user name, for its address and for digest.")
    password: str = Field("", description="Its password; the one in the credential lists when left out.")
    address: IpAddress = Field("127.0.0.1", description="The loopback address it calls from.")
    transport: Transport = Field(
        "udp", description="How it reaches the emulator; by `tls` it trusts its authority."
    )
    within: Within = Field(20.0, description="How long it may take, in seconds.")
    register_only: bool = Field(
        default=False,
        alias="register",
        description="Whether it registers as its user, unregisters, and does not call.",
    )

    _is_uri = field_validator("to")(sip_uri)

    def password_in(self, stage: Stage) -> str:
        """Return its password, and keep it out of reports."""
        lists = stage.given.credential_lists.values()
        password = self.password or next((users[self.user] for users in lists if self.user in users), "")
        if password:
            stage.secrets.add(password)
        return password

    def watch(self, stage: Stage) -> WatchedCall:
        """Watch for its call or registration, which later steps know by its name."""
        method = "REGISTER" if self.register_only else "INVITE"
        watched = WatchedCall(stage.world.journal, {call.call_id for call in stage.calls.values()}, method)
        stage.add_foreign_call(self.name, watched)
        return watched

    def target(self) -> tuple[str, str]:
        """Return the user and the host that it calls."""
        uri = full_uri(self.to)
        user, _, host = re.sub("^sips?:", "", uri).rpartition("@")
        return user, re.split("[:;?]", host)[0]


Act = Literal["hold", "resume", "transfer", "hang up"]


class Softphone(ForeignPhone):
    """A foreign phone that takes orders while it talks."""

    secure_media: bool = Field(
        default=False, description="Whether it insists on SRTP, as secure domains demand."
    )
    acts: list[Act] = Field(
        default_factory=list, alias="then", description="What it does once answered, one after another."
    )


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
