"""The pytest plugin: collects `*.scenario.yaml`, offers fixtures, and writes the reports of `--sip-report`."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from sipdomain.pytest_plugin.fixtures import (
    sip_domain,
    sip_phone,
    sip_phones,
    sip_world,
    twiml_app,
    worlds_of,
)
from sipdomain.pytest_plugin.items import SUFFIX, ScenarioCollector, ScenarioItem
from sipdomain.pytest_plugin.session import close_session, session_of
from sipdomain.pytest_plugin.world import SipDomain, SipWorld

__all__ = ["SipDomain", "SipWorld", "sip_domain", "sip_phone", "sip_phones", "sip_world", "twiml_app"]

_OUTCOME: pytest.StashKey[tuple[str, str]] = pytest.StashKey()


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
    group.addoption(
        "--sip-report",
        metavar="DIR",
        help="write the reports of all scenarios, and of tests with calls, into DIR",
    )


def pytest_configure(config: pytest.Config) -> None:
    """See that reports can be written, before anything plays."""
    session_of(config).prepare()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a scenario file."""
    if file_path.name.endswith(SUFFIX):
        collected: pytest.Collector = ScenarioCollector.from_parent(parent, path=file_path)
        return collected
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the reports; a process of pytest-xdist hands over what it has instead."""
    found = session_of(session.config)
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["sipdomain"] = found.handed_over()
    elif not session.config.option.collectonly and not found.write():
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a process of pytest-xdist hands over; one that crashed has nothing."""
    handed_over = getattr(node, "workeroutput", {}).get("sipdomain")
    if handed_over is not None:
        session_of(node.config).take(handed_over)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say where the reports are."""
    for line in session_of(config).written:
        terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the tests shared."""
    close_session(config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a failed test what happened in its calls, be it in set-up, call or teardown."""
    report = yield
    worlds = worlds_of(item)
    if report.failed:
        raised = call.excinfo.value if call.excinfo is not None else None
        # By its attribute and not by its class: this module may have been imported twice.
        shown: frozenset[str] = getattr(raised, "call_ids", frozenset())
        crash = getattr(report.longrepr, "reprcrash", None)
        item.stash.setdefault(_OUTCOME, (report.when, str(raised).partition("\n\n")[0]))
        if shown and crash is not None:
            # In CI, pytest does not cut its summary: the first paragraph is enough there.
            crash.message = crash.message.partition("\n\n")[0]
        for world in worlds:
            try:
                text = world.report(without_ladder=shown)
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not hide why the test failed
                text = f"the calls cannot be shown: {error!r}"
            _add_section(report, f"SIP calls of {world.name}, the newest first", text)
    if report.when == "teardown" and not isinstance(item, ScenarioItem):
        session = session_of(item.config)
        when, why = item.stash.get(_OUTCOME, ("", ""))
        for world in worlds if session.wants_results else ():
            session.keep(world.result(item.nodeid, when, why))
    return report


def _add_section(report: pytest.TestReport, title: str, text: str) -> None:
    """Put a text below a failure; where that has no room for sections, among what was captured."""
    add = getattr(report.longrepr, "addsection", None)
    if add is None:
        report.sections.append((title, text))
    else:
        add(title, text)
