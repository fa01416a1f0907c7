"""Let baresip call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sipdomain.runtime.files.folders import temporary_folder
from sipdomain.runtime.tls.certificates import authority_of_this_run
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.peers import baresip
from sipdomain.scenario.peers.watched import WatchedCall
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.dial import full_uri
from sipdomain.scenario.steps.foreign import Softphone, last_lines
from sipdomain.scenario.world import Script, Until

QUIT_WITHIN = 5.0
"""How long it has to unregister and end, in seconds."""


class Baresip(Softphone):
    """Call with the softphone baresip until the call is over; what it heard can be expected afterwards.

    It keeps nothing of the last tenth of a second before the call ends: let the application pause behind the last words.
    """

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Run baresip for one call or registration."""
        with temporary_folder("baresip") as folder:
            watched = self.watch(stage)
            running = baresip.Baresip(self._order(stage), folder)
            try:
                if self.register_only:
                    yield from self._register(running, watched, path)
                else:
                    yield from self._call(running, watched, path)
                # The last answer is on its way, and the audio file is finished after that.
                yield Until(lambda: running.process.poll() is not None, 0.3)
            finally:
                running.process.close()
                watched.phone_is_gone(stage.world.now())
            stage.add_recording(watched, baresip.heard(folder))

    def _order(self, stage: Stage) -> baresip.Order:
        dns = stage.world.dns_address
        return baresip.Order(
            dns or stage.world.listener(self.transport, self.address), self.address,
            "" if self.register_only else full_uri(self.to), self.user, self.target()[1],
            self.password_in(stage), self.transport, self.within + 5.0, by_name=dns is not None,
            secure_media=self.secure_media,
            authority=authority_of_this_run().pem if self.transport == "tls" else b"",
        )  # fmt: skip

    def _call(self, running: baresip.Baresip, watched: WatchedCall, path: str) -> Script[None]:
        over = {"ended", "refused"}
        yield from self._until(
            running, watched, lambda: watched.is_confirmed or watched.state in over, path, "an answer"
        )
        for act in self.acts:
            answered = partial(_more, watched, watched.settled)
            running.do(act)
            yield from self._until(running, watched, answered, path, f"an answer to `{act}`")
        yield from self._until(running, watched, lambda: watched.state in over, path, "a call that ends")

    def _register(self, running: baresip.Baresip, watched: WatchedCall, path: str) -> Script[None]:
        yield from self._until(
            running, watched, lambda: watched.answered_at is not None, path, "a registration"
        )
        running.quit()
        yield Until(lambda: running.process.poll() is not None, QUIT_WITHIN)

    def _until(
        self,
        running: baresip.Baresip,
        watched: WatchedCall,
        condition: Callable[[], bool],
        path: str,
        wanted: str,
    ) -> Script[None]:
        """Wait until something is so; baresip may end before.

        Raises:
            ExpectationError: It did not come to be.
        """
        yield Until(lambda: condition() or running.process.poll() is not None, self.within)
        if not condition():
            near = last_lines(running.process.output)
            raise ExpectationError(Mismatch(path, wanted, watched.state, near, watched.call_id))


def _more(watched: WatchedCall, before: int) -> bool:
    """Whether it knows the final response to more of its requests than before."""
    return watched.settled > before
