"""Let SIPp call."""

from __future__ import annotations

from pydantic import Field, field_validator

from sipdomain.runtime.files.folders import temporary_folder
from sipdomain.scenario.given_phone import Transport
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.peers import sipp
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.foreign import ForeignPhone, ended, last_lines
from sipdomain.scenario.world import Script


class Sipp(ForeignPhone):
    """Play an XML scenario with SIPp, which is done when all its calls are; it must find none of them failed."""

    file: str = Field(description="The XML scenario, relative to this file.")
    calls: int = Field(1, ge=1, description="How many calls in all.")
    rate: float = Field(10.0, gt=0, description="How many calls a second.")
    failed: int = Field(0, ge=0, description="How many calls SIPp must find failed.")
    retransmissions: int | None = Field(None, ge=0, description="The most messages that SIPp may send again.")

    @field_validator("transport")
    @classmethod
    def _has_no_tls(cls, transport: Transport) -> Transport:
        if transport == "tls":
            raise ValueError("SIPp as Debian builds it has no TLS; `pjsip` and `baresip` have")
        return transport

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Run SIPp to its end."""
        user, domain = self.target()
        with temporary_folder("sipp") as folder:
            watched = self.watch(stage)
            order = sipp.Order(
                stage.folder / self.file, stage.world.listener(self.transport, self.address), self.address, user,
                domain, self.user, self.password_in(stage), self.calls, self.rate, self.transport, self.within,
            )  # fmt: skip
            process = sipp.start(order, folder)
            try:
                yield from ended(process, self.within + 5.0, path)
                self._judge(sipp.counts(folder), path, (*sipp.errors(folder), *last_lines(process.output, 4)))
            finally:
                process.close()
                watched.phone_is_gone(stage.world.now())

    def _judge(self, counts: sipp.Counts, path: str, near: tuple[str, ...]) -> None:
        expected = [
            ("calls", self.calls, counts.created),
            ("failed", self.failed, counts.failed),
            ("successful", self.calls - self.failed, counts.successful),
        ]
        unmet = [
            Mismatch(f"{path}.{field}", str(wanted), str(got), near)
            for field, wanted, got in expected
            if wanted != got
        ]
        if self.retransmissions is not None and counts.retransmissions > self.retransmissions:
            most, got = f"at most {self.retransmissions}", str(counts.retransmissions)
            unmet.append(Mismatch(f"{path}.retransmissions", most, got, near))
        if unmet:
            raise ExpectationError(*unmet)
