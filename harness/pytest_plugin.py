"""The pytest plugin: collects `*.scenario.yaml`, and offers `sip_domain`, `sip_phone` and `twiml_app`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.runtime.world import AppRequest
    from harness.scenario.loader import ScenarioFile as LoadedScenario
    from harness.scenario.runner import Result
    from harness.scenario.world import PhoneCall, PhoneHandle, World

SUFFIX = ".scenario.yaml"
USER, PASSWORD, DOMAIN = "alice", "Correct-Horse-42", "demo"


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
    """A scenario file; it holds one item."""

    def collect(self) -> Iterator[pytest.Item]:
        """Read the file; a wrong one is a collection error that prints like a compiler's."""
        from harness.errors import FileError
        from harness.scenario.loader import load_scenario

        try:
            source = load_scenario(self.path, seed=self.config.getoption("--sip-seed"))
        except FileError as error:
            raise pytest.Collector.CollectError(str(error)) from error
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
        from harness.scenario.runner import run_scenario
        from harness.scenario.worlds import maker

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
            from harness.report.failure import failure

            return failure(excinfo.value.result)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the file and the scenario."""
        return self.path, 0, self._source.scenario.scenario


class SipDomain:
    """A domain with one user, the webhook application behind it, and a phone.

    Attributes:
        world: All of it.
        name: The domain's full name.
    """

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name

    def dial(self, user: str = "100", **options: Any) -> PhoneCall:
        """Have the phone call `sip:USER@DOMAIN`; `headers`, `user` and `password` as in `dial` steps."""
        return self.world.phone(USER).dial(f"sip:{user}@{self.name}", **options)

    def wait(self, condition: Callable[[], bool], within: float = 5.0) -> bool:
        """Let time pass until a condition holds; False when `within` seconds ran out first."""
        from harness.runtime.world import Script, Until

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
        from harness.media.match import find

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
    from harness.runtime.world import PhoneSpec, WorldSpec
    from harness.scenario.worlds import make_world
    from harness.twilio.config import parse

    config = request.config
    spec = WorldSpec(
        configuration=parse(
            {
                "credential_lists": {"staff": {USER: PASSWORD}},
                "domains": {
                    DOMAIN: {
                        "calls": ["staff"],
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
    yield SipDomain(world, f"{DOMAIN}.sip.twilio.com")
    world.close()


@pytest.fixture
def sip_phone(sip_domain: SipDomain) -> PhoneHandle:
    """The phone of the user alice."""
    return sip_domain.world.phone(USER)
