"""The pytest plugin: collects `*.scenario.yaml`, and offers `sip_domain`, `sip_phone` and `twiml_app`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sipdomain.entries import Entry
    from sipdomain.phone import PhoneCall as OwnCall
    from sipdomain.runtime.worlds.world import AppRequest
    from sipdomain.scenario.loader import ScenarioFile as LoadedScenario
    from sipdomain.scenario.runner import Result
    from sipdomain.scenario.stage import Mismatch, Stage
    from sipdomain.scenario.world import PhoneCall, PhoneHandle, World

SUFFIX = ".scenario.yaml"
ARRIVING = 0.25
"""How long messages under way may take before a failure is reported, in seconds."""
USER, PASSWORD, DOMAIN = "alice", "Correct-Horse-42", "demo"

_DOMAINS: pytest.StashKey[list[SipDomain]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `sipdomain run` that make sense under pytest."""
    group = parser.getgroup("sipdomain")
    group.addoption(
        "--sip-net", choices=("sim", "live"), default="sim", help="virtual time (default), or real sockets"
    )
    group.addoption(
        "--sip-profile", choices=("documented", "observed"), default="documented", help="whose behaviour"
    )
    group.addoption("--sip-seed", type=int, default=0, help="for all that is random in scenarios")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a scenario file."""
    if file_path.name.endswith(SUFFIX):
        collected: pytest.Collector = ScenarioCollector.from_parent(parent, path=file_path)
        return collected
    return None


class ScenarioCollector(pytest.File):
    """A scenario file; it holds one item, or one for each row of its matrix."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the file; a wrong one is a collection error that prints like a compiler's."""
        from sipdomain.errors import FileError, SetupError
        from sipdomain.scenario.loader import load_rows

        try:
            sources = load_rows(self.path, seed=self.config.getoption("--sip-seed"))
        except (FileError, SetupError) as error:
            raise pytest.Collector.CollectError(str(error)) from error
        for source in sources:
            yield ScenarioItem.from_parent(self, name=source.scenario.scenario, source=source)


class ScenarioFailedError(Exception):
    """A scenario failed; carries its result."""

    def __init__(self, result: Result) -> None:
        super().__init__(result.title)
        self.result = result


class ScenarioItem(pytest.Item):
    """One scenario, played when the test runs."""

    def __init__(self, *, source: LoadedScenario, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._source = source

    def runtest(self) -> None:
        """Play it; one that cannot be played here is skipped, with the reason."""
        from sipdomain.scenario.runner import run_scenario
        from sipdomain.scenario.worlds import maker

        net = self.config.getoption("--sip-net")
        worlds = maker(net)
        try:
            result = run_scenario(
                self._source,
                worlds,
                substrate=net,
                profile=self.config.getoption("--sip-profile"),
                seed=self.config.getoption("--sip-seed"),
            )
        finally:
            worlds.close()
        if result.outcome == "not run":
            pytest.skip(result.reason)
        if result.outcome == "failed":
            raise ScenarioFailedError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what was expected, what came, why, and the ladder."""
        if isinstance(excinfo.value, ScenarioFailedError):
            from sipdomain.report.failure import failure

            return failure(excinfo.value.result)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the file and the scenario."""
        return self.path, 0, self._source.scenario.scenario


class UnmetError(AssertionError):
    """What `sip_domain.expect` expected did not come; the text is that of a failing scenario.

    Attributes:
        call_ids: The calls whose ladder the text has.
    """

    def __init__(self, text: str, call_ids: frozenset[str]) -> None:
        super().__init__(text)
        self.call_ids = call_ids


class SipDomain:
    """A domain with one user, the webhook application behind it, and a phone.

    Attributes:
        world: All of it.
        name: The domain's full name.
    """

    def __init__(self, world: World, name: str, stage: Stage) -> None:
        self.world = world
        self.name = name
        self._stage = stage
        self._is_open = True

    def close(self) -> None:
        """End every call, and let what is under way arrive."""
        self._is_open = False
        self._stage.close()
        self.world.close()

    def dial(self, user: str = "100", **options: Any) -> PhoneCall:
        """Have the phone call `sip:USER@DOMAIN`; `headers`, `user` and `password` as in `dial` steps."""
        if password := options.get("password"):
            self._stage.secrets.add(password)
        phone = self.world.phone(USER)
        call = phone.dial(f"sip:{user}@{self.name}", **options)
        self._stage.add_call(f"call {len(self._stage.calls) + 1}", call, phone)
        return call

    def wait_ringing(self, within: float = 5.0) -> OwnCall:
        """Let time pass until the phone rings; return the call, for `sip_phone.answer` or `refuse`.

        Args:
            within: How long to wait, in seconds.

        Raises:
            AssertionError: It does not ring.
        """
        __tracebackhide__ = True
        from sipdomain.scenario.stage import ExpectationError
        from sipdomain.scenario.steps.wait_ringing import ringing

        try:
            name = f"call {len(self._stage.calls) + 1}"
            return self.world.run(ringing(self._stage, USER, name, within, "wait_ringing"))
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

        mismatches = self.world.run(judged(expectation(words), self._stage, call))
        if mismatches:
            raise UnmetError(self._failure(mismatches), frozenset(each.call_id for each in mismatches))

    def _entries(self) -> tuple[Entry, ...]:
        """Return the journal once the messages under way have arrived: a ladder shows others as lost."""
        if self._is_open:
            self.wait(lambda: not self.world.under_way, ARRIVING)
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

    def report(self, *, without_ladder: frozenset[str] = frozenset()) -> str:
        """Return what happened in the newest calls: alerts, what was said, decisions, ladders; without passwords.

        Args:
            without_ladder: The Call-IDs of calls whose ladder is known already.
        """
        from sipdomain.report.calls import calls_report

        return calls_report(
            self._entries(), self._names(), self._stage.secrets, without_ladder=without_ladder
        )

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


@pytest.fixture
def twiml_app() -> Any:
    """The webhook application: override it to return your own WSGI application.

    By default one that greets at `/voice`, says sorry at `/fallback` and takes callbacks at `/status`.
    """
    return {"/voice": {"say": "Hello"}, "/fallback": {"say": "Sorry"}, "/status": {"status": 204, "body": ""}}


@pytest.fixture
def sip_domain(request: pytest.FixtureRequest, twiml_app: Any) -> Iterator[SipDomain]:
    """A domain `demo` with the user alice, asking the application at /voice, /fallback and /status."""
    from sipdomain.runtime.development import AUTH_TOKEN
    from sipdomain.runtime.worlds.world import PhoneSpec, WorldSpec
    from sipdomain.scenario.given import Given
    from sipdomain.scenario.stage import Stage
    from sipdomain.scenario.worlds import make_world
    from sipdomain.twilio.configuration.model import parse

    config = request.config
    spec = WorldSpec(
        configuration=parse(
            {
                "credential_lists": {"staff": {USER: PASSWORD}},
                "domains": {
                    DOMAIN: {
                        "calls": ["staff"],
                        "registrations": ["staff"],
                        "voice": "/voice",
                        "fallback": "/fallback",
                        "status": "/status",
                    }
                },
            }
        ),
        replies=twiml_app if isinstance(twiml_app, dict) else {},
        application=None if isinstance(twiml_app, dict) else twiml_app,
        phones={USER: PhoneSpec(USER, PASSWORD)},
        profile=config.getoption("--sip-profile"),
        seed=config.getoption("--sip-seed"),
    )
    world = make_world(config.getoption("--sip-net"), spec)
    stage = Stage(world, Given.model_validate({"phones": {USER: {}}}))
    stage.secrets |= {PASSWORD, AUTH_TOKEN}
    domain = SipDomain(world, f"{DOMAIN}.sip.twilio.com", stage)
    request.node.stash.setdefault(_DOMAINS, []).append(domain)
    yield domain
    domain.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a failed test what happened in its calls, be it in set-up, call or teardown."""
    report = yield
    if report.failed:
        raised = call.excinfo.value if call.excinfo is not None else None
        # By its attribute and not by its class: this module may have been imported twice.
        shown: frozenset[str] = getattr(raised, "call_ids", frozenset())
        crash = getattr(report.longrepr, "reprcrash", None)
        if shown and crash is not None:
            # In CI, pytest does not cut its summary: the first paragraph is enough there.
            crash.message = crash.message.partition("\n\n")[0]
        for domain in item.stash.get(_DOMAINS, []):
            try:
                text = domain.report(without_ladder=shown)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not hide why the test failed
                text = f"the calls cannot be shown: {error!r}"
            _add_section(report, f"SIP calls of {domain.name}, the newest first", text)
    return report


def _add_section(report: pytest.TestReport, title: str, text: str) -> None:
    """Put a text below a failure; where that has no room for sections, among what was captured."""
    add = getattr(report.longrepr, "addsection", None)
    if add is None:
        report.sections.append((title, text))
    else:
        add(title, text)


@pytest.fixture
def sip_phone(sip_domain: SipDomain) -> PhoneHandle:
    """The phone of the user alice."""
    return sip_domain.world.phone(USER)
