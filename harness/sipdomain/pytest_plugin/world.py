"""A world as tests use it: phones, an emulator and an application, and what may be expected of calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sipdomain.entries import Entry
    from sipdomain.phone import PhoneCall as OwnCall
    from sipdomain.pytest_plugin.session import SipSession
    from sipdomain.runtime.worlds.app_request import AppRequest
    from sipdomain.scenario.mismatch import Mismatch
    from sipdomain.scenario.runner import Result
    from sipdomain.scenario.stage import Stage
    from sipdomain.scenario.world import PhoneCall, PhoneHandle, World

ARRIVING: Final = 0.25
"""How long messages under way may take before a failure is reported, in seconds."""


class UnmetError(AssertionError):
    """What `expect` expected did not come; the text is that of a failing scenario.

    Attributes:
        call_ids: The calls whose ladder the text has.
    """

    def __init__(self, text: str, call_ids: frozenset[str]) -> None:
        super().__init__(text)
        self.call_ids = call_ids


def made(session: SipSession, given: Mapping[str, Any], app: Any, folder: Path) -> tuple[World, Stage]:
    """Make a world.

    Args:
        session: What it shares with others.
        given: What a scenario file says below `given:`.
        app: A WSGI application, or replies by path; None for what `given` says.
        folder: Where files that are named begin.

    Raises:
        ValueError: Something is given that cannot be.
    """
    from sipdomain.runtime.development import AUTH_TOKEN
    from sipdomain.scenario.given import IN_PYTHON
    from sipdomain.scenario.keywords import given_in_words
    from sipdomain.scenario.stage import Stage
    from sipdomain.twilio.configuration.model import ConfigurationError

    checked = given_in_words(dict(given), folder, app)
    try:
        # Replies in the words of files are those of a file.
        own = app if checked.app == IN_PYTHON else None
        world = session.worlds.make(checked, profile=session.profile, seed=session.seed, app=own)
    except ConfigurationError as error:
        place = ".".join(map(str, error.path))
        hint = f"; {error.hint}" if error.hint else ""
        raise ValueError(f"given({place}=…): {error}{hint}") from None
    stage = Stage(world, checked, folder, seed=session.seed)
    stage.secrets.add(AUTH_TOKEN)
    return world, stage


class SipWorld:
    """One emulator, its domains, its phones, and the webhook application behind it.

    Attributes:
        world: All of it.
        name: What reports call it.
    """

    def __init__(self, world: World, stage: Stage, name: str) -> None:
        self.world = world
        self.name = name
        self._stage = stage
        self._is_open = True

    def close(self) -> None:
        """End every call, and let what is under way arrive."""
        self._is_open = False
        self._stage.close()
        self.world.close()

    def phone(self, name: str) -> PhoneHandle:
        """Return a phone by its name."""
        return self.world.phone(name)

    def call(self, phone: str, to: str, **options: Any) -> PhoneCall:
        """Have a phone place a call, and return it at once.

        Args:
            phone: Its name.
            to: A SIP URI; a host without a dot gets `.sip.twilio.com`.
            options: `headers`, `user`, `password`, `transport` as in `dial` steps.
        """
        from sipdomain.scenario.steps.dial import full_uri

        if password := options.get("password"):
            self._stage.secrets.add(password)
        handle = self.world.phone(phone)
        placed = handle.dial(full_uri(to), **options)
        self._stage.add_call(self._next_name(), placed, handle)
        return placed

    def behave(self, **behaviours: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
        """Have the emulated cloud do something on purpose from now on, too; called without any, nothing any more.

        Args:
            behaviours: By word the keys of a behaviour of the far end, or of several: `status={"code": 503, "nth": 2}`.

        Raises:
            SetupError: One is wrong, or there would be too many.
        """
        from sipdomain.twilio.behaviours.reading import read_behaviours

        entries = [
            {word: keys}
            for word, given in behaviours.items()
            for keys in ([given] if isinstance(given, Mapping) else given)
        ]
        self.world.behave(read_behaviours(entries))

    def inject(self, *faults: str) -> None:
        """Let something go wrong from now on, too; called without any, nothing any more.

        Args:
            faults: Each a line, such as `sip drop 30% from phone` or `webhook slow headers 3`.

        Raises:
            SetupError: One is wrong, or there would be too many.
        """
        self.world.inject(faults)

    def wait_ringing(self, within: float = 5.0, *, phone: str = "") -> OwnCall:
        """Let time pass until a phone rings; return the call, for its `answer` or `refuse`.

        Args:
            within: How long to wait, in seconds.
            phone: Which phone; may be left out when there is one only.

        Raises:
            AssertionError: It does not ring.
        """
        __tracebackhide__ = True
        from sipdomain.scenario.mismatch import ExpectationError
        from sipdomain.scenario.steps.wait_ringing import ringing

        try:
            name = self._stage.phone_name(phone)
            return self.world.run(ringing(self._stage, name, self._next_name(), within, "wait_ringing"))
        except ExpectationError as failure:
            raise UnmetError(self._failure(failure.mismatches), frozenset()) from None

    def expect(self, call: PhoneCall, /, **words: Any) -> None:
        """Let time pass until a call is as a scenario's `expect` wants it.

        Args:
            call: The call.
            words: Those of scenario files: `responses=[100, 407, 100, 180, 200]`, `webhook="/voice"`,
                `heard={"say": "Hello"}`, `within=10`.

        Raises:
            AssertionError: Something is not met; with all that a failing scenario prints.
            ValueError: A word is not known, or its value does not fit.
        """
        __tracebackhide__ = True
        from sipdomain.scenario.keywords import expectation, judged

        mismatches = self.world.run(judged(expectation(words, self._stage.given), self._stage, call))
        if mismatches:
            raise UnmetError(self._failure(mismatches), frozenset(each.call_id for each in mismatches))

    def wait(self, condition: Callable[[], bool], within: float = 5.0) -> bool:
        """Let time pass until a condition holds; False when `within` seconds ran out first."""
        from sipdomain.runtime.worlds.world import Script, Until

        def script() -> Script[bool]:
            return (yield Until(condition, within))

        return self.world.run(script())

    def wait_until_over(self, call: PhoneCall, within: float = 30.0) -> bool:
        """Let time pass until a call is over, with its recordings, and its last callback is answered.

        Returns:
            False when `within` seconds ran out first: what did not come by then may still come.
        """
        over = self.wait(lambda: call.ended_at is not None and not self.world.is_busy(call.call_id), within)
        self.wait(lambda: False, 0.3)
        return over

    def heard(self, call: PhoneCall, text: str) -> float:
        """Return how surely the phone heard a text said: the correlation, 0 to 1."""
        from sipdomain.media.match import find

        self.world.learn(text)
        return find(self.world.heard(call), self.world.prompt_samples(text)).correlation

    @property
    def requests(self) -> list[AppRequest]:
        """What the webhook application was asked, oldest first."""
        return self.world.app_requests()

    def report(self, *, without_ladder: frozenset[str] = frozenset()) -> str:
        """Return what happened in the newest calls: alerts, what was said, decisions, ladders; without passwords.

        Args:
            without_ladder: The Call-IDs of calls whose ladder is known already.
        """
        from sipdomain.report.calls import calls_report

        return calls_report(
            self._entries(), self._names(), self._stage.secrets, without_ladder=without_ladder
        )

    def result(self, test: str, when: str, why: str) -> Result:
        """Return how a test went as reports take it.

        Args:
            test: Its node ID.
            when: In which phase it failed, such as `call`; "" when it did not.
            why: With what message.
        """
        from sipdomain.scenario.mismatch import Mismatch
        from sipdomain.scenario.runner import Result

        file, _, title = test.partition("::")
        world = self.world
        return Result(
            file, title, "failed" if when else "passed", world.profile, world.substrate,
            mismatches=(Mismatch(f"test ({when})", "to pass", why),) if when else (),
            entries=self._entries(), calls=self._names(), secrets=frozenset(self._stage.secrets),
            traffic=world.traffic(),
        )  # fmt: skip

    def _entries(self) -> tuple[Entry, ...]:
        """Return the journal once the messages under way have arrived: a ladder shows others as lost."""
        arrived: tuple[Entry, ...] = ()

        def have_arrived() -> bool:
            # Taken at this moment: before the wait returns, a phone may answer what has arrived.
            nonlocal arrived
            arrived = () if self.world.under_way else tuple(self.world.journal)
            return not self.world.under_way

        if self._is_open and self.wait(have_arrived, ARRIVING):
            return arrived
        return tuple(self.world.journal)

    def _failure(self, mismatches: tuple[Mismatch, ...]) -> str:
        from sipdomain.report.failure import failure
        from sipdomain.scenario.runner import Result

        return failure(
            Result(
                "", self.name, "failed", self.world.profile, self.world.substrate, mismatches=mismatches,
                entries=self._entries(), calls=self._names(), secrets=frozenset(self._stage.secrets),
            )
        )  # fmt: skip

    def _names(self) -> dict[str, str]:
        return {call.call_id: name for name, call in self._stage.calls.items()}

    def _next_name(self) -> str:
        return f"call {len(self._stage.calls) + 1}"


class SipDomain(SipWorld):
    """A domain with one user or some, the webhook application behind it, and their phones.

    Attributes:
        name: The domain's full name.
    """

    def __init__(self, world: World, stage: Stage, name: str, user: str) -> None:
        super().__init__(world, stage, name)
        self._user = user

    def dial(self, user: str = "100", *, phone: str = "", **options: Any) -> PhoneCall:
        """Have a phone call `sip:USER@DOMAIN`; `headers`, `user` and `password` as in `dial` steps.

        Args:
            user: Whom to call.
            phone: Whose phone calls; alice's when left out.
            options: As `call` takes them.
        """
        return self.call(phone or self._user, f"sip:{user}@{self.name}", **options)

    def wait_ringing(self, within: float = 5.0, *, phone: str = "") -> OwnCall:
        """Let time pass until a phone rings, alice's when left out; return the call.

        Raises:
            AssertionError: It does not ring.
        """
        __tracebackhide__ = True
        return super().wait_ringing(within, phone=phone or self._user)
