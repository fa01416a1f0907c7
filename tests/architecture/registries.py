"""`python -m tests.architecture.registries`: what a registry's folder holds that is not registered, documented or tested.

Each registry is a folder with one module for each member. A module of the folder that holds no member is listed here
as shared, so that a forgotten line in a registry cannot pass for a helper.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from mock_webhooks.flows import FLOWS
from sipdomain.audit.probes import PROBES
from sipdomain.cli import COMMANDS
from sipdomain.faults import FAULTS
from sipdomain.faults.webhooks import WEBHOOK_FAULTS
from sipdomain.pbx.vendors import VENDORS
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.drivers import PROGRAMS
from sipdomain.qa.drivers.by_hand import ByHand
from sipdomain.qa.drivers.command import CommandDriver
from sipdomain.qa.drivers.phone import PhoneDriver
from sipdomain.qa.situations import SITUATIONS
from sipdomain.report.files import REPORTS
from sipdomain.scenario.steps import STEPS
from sipdomain.twilio.behaviours import BEHAVIOURS
from sipdomain.twilio.fidelity.rules import TOPICS
from sipdomain.twilio.methods import HANDLERS
from sipdomain.twilio.rest.registry import MONITOR_RESOURCES, RESOURCES, VOICE_RESOURCES
from sipdomain.twiml.verbs import VERBS

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry, and where its members are documented and tested.

    Attributes:
        package: The folder, as a package.
        members: The registered objects by their names; a name is what pages and tests call it.
        shared: Modules of the folder that hold no member.
        pages: Where the reference is, below `docs/`.
        documented: What a page shows of a name.
        tests: Where the tests are: files and folders below the root.
        tested: What a test shows of a name.
    """

    package: str
    members: Mapping[str, object]
    pages: tuple[str, ...]
    documented: Callable[[str], str]
    tests: tuple[str, ...]
    tested: Callable[[str], str]
    shared: frozenset[str] = frozenset()


def _commands() -> dict[str, object]:
    return {name: getattr(importlib.import_module(f"sipdomain.cli.{name}"), name) for name in COMMANDS}


def _resources() -> dict[str, object]:
    return {each.path: each for each in (*RESOURCES, *MONITOR_RESOURCES, *VOICE_RESOURCES)}


def _last_literal(path: str) -> str:
    """Return the last part of a resource's path that stands for no SID."""
    return [part for part in path.split("/") if not part.startswith("{")][-1]


def registries() -> dict[str, Registry]:
    """Return all registries by what their members are."""
    return {
        "TwiML verb": Registry(
            "sipdomain.twiml.verbs", VERBS, ("reference/twiml.md",), lambda name: rf"`<{name}>`",
            ("tests/unit/twiml",), lambda name: rf"<{name}\b|\b{name.upper()}\b",
            frozenset(
                {
                    "client", "conference", "connecting", "number", "queue", "relay", "sip", "siprec", "stream",
                    "transcription", "verb",
                }
            ),
        ),
        "SIP method": Registry(
            "sipdomain.twilio.methods", HANDLERS, ("reference/sip.md",), lambda name: rf"`{name}`",
            ("tests/unit/twilio", "tests/parity"), lambda name: rf"\b{name}\b", frozenset({"dispatch"}),
        ),
        "scenario step": Registry(
            "sipdomain.scenario.steps", STEPS, ("reference/scenario-file.md",), lambda name: rf"### `{name}`",
            ("tests/unit/scenario", "tests/integration", "tests/plugin", "scenarios"), lambda name: rf"- {name}:",
            frozenset({"foreign", "in_call"}),
        ),
        "REST resource": Registry(
            "sipdomain.twilio.rest", _resources(), ("reference/rest.md",), lambda path: rf"`{re.escape(path)}`",
            ("tests/unit/twilio/rest", "tests/parity"), _last_literal_or_call, _REST_SHARED,
        ),
        "fault of the line": Registry(
            "sipdomain.faults", FAULTS, ("reference/faults.md",), lambda name: rf"`{name}`",
            ("tests/unit/faults",), lambda name: rf"\b{name.title().replace('_', '')}\b", frozenset({"chain", "fault"}),
        ),
        "fault of webhooks": Registry(
            "sipdomain.faults.webhooks", WEBHOOK_FAULTS, ("reference/faults.md",), lambda name: rf"`{name}`",
            ("tests/unit/faults",), lambda name: rf"\b{name.title()}\b", frozenset({"webhook_fault"}),
        ),
        "behaviour of the far end": Registry(
            "sipdomain.twilio.behaviours", BEHAVIOURS, ("reference/far-end.md",), lambda name: rf"### `{name}`",
            ("scenarios/far-end",), lambda name: rf"\b{name}:",
            frozenset({"behaviour", "far_calls", "far_end", "on_call", "reading"}),
        ),
        "webhook flow": Registry(
            "mock_webhooks.flows", {route: flow for flow in FLOWS for route in flow.routes},
            ("reference/mock-webhooks.md",), lambda route: rf"`{re.escape(route)}`",
            ("tests/unit/mock_webhooks",), lambda route: rf'"{re.escape(route)}', frozenset({"flow"}),
        ),
        "report": Registry(
            "sipdomain.report.files", REPORTS, ("reference/cli.md",), lambda name: rf"`--{name}`",
            ("tests/integration",), lambda name: rf'"--{name}"', frozenset({"report"}),
        ),
        "command": Registry(
            "sipdomain.cli", _commands(), ("reference/cli.md",), lambda name: rf"## `sipdomain {name}`",
            ("tests/integration", "tests/unit/cli"), lambda name: rf'"{name}"|sipdomain {name}\b', _CLI_SHARED,
        ),
        "probe": Registry(
            "sipdomain.audit.probes", PROBES, ("reference/audit.md",), lambda name: rf"`{name}`",
            ("tests/integration",), lambda name: rf'"{name}"', frozenset({"probe"}),
        ),
        "check of a PBX": Registry(
            "sipdomain.qa.checks", CHECKS, ("reference/qa.md",), lambda name: rf"`{name}`",
            ("tests/unit/qa",), lambda name: rf'"{name}"',
        ),
        "situation of a PBX": Registry(
            "sipdomain.qa.situations", SITUATIONS, ("reference/qa.md",), lambda name: rf"`{name}`",
            ("tests/unit/qa", "tests/integration"), lambda name: rf'"{name}"',
        ),
        "driver of a PBX": Registry(
            "sipdomain.qa.drivers",
            {**PROGRAMS, ByHand.name: ByHand, "command": CommandDriver, "phone": PhoneDriver},
            ("reference/qa.md",), lambda name: rf"`(--driver |--)?{name}\b",
            ("tests/unit/qa", "tests/integration"), lambda name: rf'"(--)?{name}"', frozenset({"driver", "program"}),
        ),
        "PBX vendor": Registry(
            "sipdomain.pbx.vendors", VENDORS, ("how-to/connect-a-pbx.md",), lambda name: rf"sipdomain config pbx {name} ",
            ("tests/unit/pbx", "tests/integration"), lambda name: rf'"{name}"',
        ),
        "topic of rules": Registry(
            "sipdomain.twilio.fidelity.rules", TOPICS, ("reference/fidelity.md",), lambda name: rf"## {re.escape(name)}",
            ("tests/parity",), _a_rule_of, frozenset({"rule", "sources"}),
        ),
    }  # fmt: skip


_REST_SHARED: Final = frozenset(
    {
        "api", "apis", "beside", "call_order", "callee", "catalogue", "dates", "faults", "history", "media", "messages",
        "paging", "participant_order",
        "refusals", "registry", "request_checks", "resource", "routes", "stored",
    }
)  # fmt: skip
_CLI_SHARED: Final = frozenset(
    {
        "addresses", "colours", "command", "environment", "first_domain", "interruption", "journal_source", "labels",
        "last_failed", "line_shares", "listeners", "listing", "new_files", "option_groups", "order", "panels",
        "pbx_files", "playing", "qa_keys", "replay", "report_files", "report_options", "secret_files", "shared_options",
        "standard_streams", "target", "tokens", "turns", "until_stopped", "watch", "welcome",
    }
)  # fmt: skip


def _last_literal_or_call(path: str) -> str:
    """Return what a test of a resource shows: its name in a path, or the SDK's spelling of it."""
    name = _last_literal(path)
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return rf"\b{name}\b|\b{snake}\b"


def _a_rule_of(topic: str) -> str:
    return "|".join(rf'rule\([^)]*"{re.escape(rule.id)}"' for rule in TOPICS[topic])


def complaints(root: Path = ROOT) -> Iterator[str]:
    """Yield what is missing, a line each.

    Args:
        root: The tree that holds `docs/` and `tests/`; the registries are those that are imported.
    """
    for kind, registry in registries().items():
        yield from _unregistered(kind, registry)
        pages = "\n".join((root / "docs" / page).read_text("utf-8") for page in registry.pages)
        tests = "\n".join(_texts(root / place for place in registry.tests))
        for name in registry.members:
            if not re.search(registry.documented(name), pages):
                yield f"{kind} {name}: docs/{registry.pages[0]} does not describe it"
            if not re.search(registry.tested(name), tests):
                yield f"{kind} {name}: no test below {' or '.join(registry.tests)} names it"


def _unregistered(kind: str, registry: Registry) -> Iterator[str]:
    package = importlib.import_module(registry.package)
    for module in _modules(package):
        name = module.__name__.rpartition(".")[2]
        holds = any(_is_of(value, registry.members.values()) for value in vars(module).values())
        if name in registry.shared:
            if holds:
                yield f"{kind}: {module.__name__} is listed as shared and holds a member"
        elif not holds:
            yield f"{kind}: {module.__name__} is not in the registry"


def _is_of(value: object, members: Iterable[object]) -> bool:
    return any(value is each for each in members)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for folder in package.__path__:
        for file in sorted(Path(folder).glob("[!_]*.py")):
            yield importlib.import_module(f"{package.__name__}.{file.stem}")


def _texts(places: Iterable[Path]) -> Iterator[str]:
    for place in places:
        files: Any = [place] if place.is_file() else sorted(place.rglob("*.[py]*"))
        yield from (file.read_text("utf-8") for file in files if file.suffix in {".py", ".yaml"})


if __name__ == "__main__":
    found = list(complaints(Path.cwd()))
    print(*found, sep="\n", end="\n" if found else "")
    sys.exit(bool(found))
