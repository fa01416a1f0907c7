"""Let PJSIP call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import Field

from sipdomain.runtime.files.folders import temporary_folder
from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.peers import pjsip
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.dial import full_uri
from sipdomain.scenario.steps.foreign import Softphone, ended, last_lines
from sipdomain.scenario.world import Script


class Pjsip(Softphone):
    """Call with PJSIP until the call is over; what it heard can be expected afterwards."""

    headers: dict[str, str] = Field(default_factory=dict, description="Header fields to add to the INVITE.")

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Run PJSIP for one call or registration."""
        with temporary_folder("pjsip") as folder:
            watched = self.watch(stage)
            process = pjsip.start(self._plan(stage, folder), folder)
            try:
                code = yield from ended(process, self.within + 5.0, path)
            finally:
                process.close()
                watched.phone_is_gone(stage.world.now())
            if code != 0 or not watched.call_id:
                got, near = f"exit code {code}, {watched.state}", last_lines(process.output)
                raise ExpectationError(Mismatch(path, "a call that ends", got, near, watched.call_id))
            stage.add_recording(watched, pjsip.heard(folder))

    def _plan(self, stage: Stage, folder: Path) -> dict[str, Any]:
        authority = folder / "ca.pem"
        if self.transport == "tls":
            authority.write_bytes(authority_of_this_run().pem)
        return {
            "proxy": str(stage.world.listener(self.transport, self.address)),
            "to": full_uri(self.to),
            "user": self.user,
            "domain": self.target()[1],
            "password": self.password_in(stage),
            "local": self.address,
            "transport": self.transport,
            "authority": str(authority) if self.transport == "tls" else "",
            "secure": self.secure_media,
            "headers": self.headers,
            "acts": self.acts,
            "register": self.register_only,
        }
