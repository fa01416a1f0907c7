"""Let baresip call."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import Field

from harness.scenario.peers import baresip
from harness.scenario.peers.watched import WatchedCall
from harness.scenario.stage import ExpectationError, Mismatch, Stage
from harness.scenario.steps.dial import full_uri
from harness.scenario.steps.foreign import ForeignPhone, last_lines
from harness.scenario.world import Script, Until


class Baresip(ForeignPhone):
    """Call with the softphone baresip until the call is over; what it heard can be expected afterwards."""

    secure_media: bool = Field(
        default=False, description="Whether it insists on SRTP, as secure domains demand."
    )

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Run baresip for one call."""
        watched = WatchedCall(stage.world.journal, {call.call_id for call in stage.calls.values()})
        stage.add_call(self.name, watched, None)
        with TemporaryDirectory(prefix="sipdomain-baresip-") as name:
            folder = Path(name)
            dns = stage.world.dns_address
            order = baresip.Order(
                dns or stage.world.sip_address, self.address, full_uri(stage.fill(self.to)), self.user,
                self.target(stage)[1], self.password_in(stage), self.transport, self.within + 5.0,
                by_name=dns is not None, secure_media=self.secure_media,
            )  # fmt: skip
            process = baresip.start(order, folder)
            try:
                yield Until(
                    lambda: watched.state in {"ended", "refused"} or process.poll() is not None, self.within
                )
                if watched.state not in {"ended", "refused"}:
                    near = last_lines(process.output)
                    raise ExpectationError(
                        Mismatch(path, "a call that ends", watched.state, near, watched.call_id)
                    )
                # The BYE is answered first, and the audio file finished after that.
                yield Until(lambda: process.poll() is not None, 0.3)
            finally:
                process.close()
                watched.close()
            stage.add_recording(watched, baresip.heard(folder))
