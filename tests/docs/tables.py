"""`python -m tests.docs.tables [--check]`: write the tables of the reference pages from the registries.

A table stands between `<!-- NAME: generated -->` and `<!-- end -->`; the words round it are written by hand.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, TypeGuard

from pydantic import BaseModel

from mock_webhooks.flows import FLOWS
from sipdomain.cli import COMMANDS
from sipdomain.error_codes import lookup
from sipdomain.runtime.http.control_routes import ROUTES as CONTROL_ROUTES
from sipdomain.scenario.asked import Asked
from sipdomain.scenario.decided import Decided
from sipdomain.scenario.expect.voice import Happening
from sipdomain.scenario.given import Given, Reply
from sipdomain.scenario.given_phone import PhoneGiven
from sipdomain.scenario.identities import KINDS
from sipdomain.scenario.loader import find
from sipdomain.scenario.matrix import Matrix
from sipdomain.scenario.model import Scenario
from sipdomain.scenario.schema import FILE, schema_text
from sipdomain.scenario.sought import Between, Message
from sipdomain.scenario.steps import STEPS
from sipdomain.scenario.steps.parallel import Parallel
from sipdomain.scenario.when import When
from sipdomain.sip.transactions import invite_client, invite_server, non_invite_client, non_invite_server
from sipdomain.sip.transactions.table import Table
from sipdomain.twilio.admission.admission import REFUSALS
from sipdomain.twilio.configuration.model import AccountSettings, DomainEntry
from sipdomain.twilio.configuration.subscribers import ActEntry, SubscriberFields
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.fidelity.rules import RULES
from sipdomain.twilio.methods import HANDLERS
from sipdomain.twilio.rest.apis import all_others
from sipdomain.twilio.rest.registry import (
    MONITOR_RESOURCES,
    NOT_EMULATED as REST_NOT_EMULATED,
    RESOURCES,
    VOICE_RESOURCES,
)
from sipdomain.twilio.rest.resource import Resource
from sipdomain.twiml.verbs import NOT_EMULATED as VERBS_NOT_EMULATED, VERBS
from tests.docs.behaviour_tables import BEHAVIOUR_TABLES
from tests.docs.caps import caps, spelled
from tests.docs.command_line import options
from tests.docs.markdown import table
from tests.docs.operations import sip_operations
from tests.docs.pbx_tables import PBX_TABLES
from tests.docs.qa_tables import QA_TABLES

DOCS: Final = Path(__file__).parents[2] / "docs"
PACKAGE: Final = DOCS.parent / "harness" / "sipdomain"
SCHEMA: Final = DOCS.parent / "scenarios" / FILE
FIRST_LINE: Final = f"# yaml-language-server: $schema=../{FILE}\n"
"""By which editors find the schema of a scenario in a folder of its topic."""
_DIGITS: Final = re.compile(r"\d+")
_BLOCK: Final = re.compile(r"(<!-- ([a-z- ]+): generated -->\n).*?(<!-- end -->)", re.DOTALL)
OPERATIONS: Final = ("list", "create", "fetch", "update", "delete")


def _command(command: str) -> str:
    rows = [
        (
            ", ".join(f"`{flag}`" for flag in each.flags),
            each.value,
            each.default and f"`{each.default}`",
            each.help,
        )
        for each in options(command)
    ]
    return table(("Option", "Value", "Default", "Meaning"), rows) if rows else "It has no options.\n"


# --- scenario files --------------------------------------------------------------------------------------
def described(cls: type) -> dict[str, str]:
    """Return what the `Attributes:` section of a docstring says of each attribute."""
    section = (inspect.getdoc(cls) or "").partition("Attributes:\n")[2].split("\n\n")[0]
    found: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        if head := re.match(r" {4}(\w+): (.*)", line):
            name = head[1]
            found[name] = head[2]
        elif name:
            found[name] += " " + line.strip()
    return found


def words(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Return a JSON Schema in the words of a person who writes YAML."""
    if reference := schema.get("$ref"):
        name = str(reference).rpartition("/")[2]
        if name.startswith("ByProfile"):
            return "by profile"
        return "`{matches: …}`" if name == "Matches" else words(definitions[name], definitions) or "mapping"
    if alternatives := schema.get("anyOf", schema.get("oneOf")):
        kinds = dict.fromkeys(words(each, definitions) for each in alternatives)
        return " or ".join(kind for kind in kinds if kind)
    if choices := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return ", ".join(f"`{each}`" for each in choices)
    match schema.get("type"):
        case "array":
            items = schema.get("prefixItems")
            return "`[name, value]`" if items else f"list of {words(schema['items'], definitions)}"
        case "object":
            inner = schema.get("additionalProperties")
            return f"mapping to {words(inner, definitions)}" if isinstance(inner, dict) else "mapping"
        case "null":
            return ""
        case kind:
            names = {"string": "text", "integer": "whole number", "boolean": "`true` or `false`"}
            return names.get(str(kind), str(kind))


def keys(model: type[BaseModel]) -> str:
    """Return a table of a model's keys."""
    schema = model.model_json_schema()
    definitions, told = schema.get("$defs", {}), described(model)
    # One that may be within itself is a definition too.
    schema = definitions[model.__name__] if "$ref" in schema else schema
    required = schema.get("required", [])
    rows = []
    for name, field in schema["properties"].items():
        default = field.get("default")
        shown = (
            ""
            if default in (None, "", [], {})
            else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        )
        rows.append(
            (
                f"`{name}`",
                words(field, definitions),
                "required" if name in required else shown,
                field.get("description") or told.get(name, ""),
            )
        )
    return table(("Key", "Value", "Default", "Meaning"), rows)


def _steps() -> str:
    parts = []
    for name, step in STEPS.items():
        text = inspect.cleandoc(step.__doc__ or "")
        short = (
            f"\n`{name}: TEXT` is short for `{name}: {{{step.shorthand}: TEXT}}`.\n" if step.shorthand else ""
        )
        table_of_keys = "" if issubclass(step, Parallel) else f"\n{keys(step)}"
        parts.append(f"### `{name}`\n\n{text}\n{short}{table_of_keys}")
    return "\n".join(parts)


# --- SIP, TwiML, REST ------------------------------------------------------------------------------------
def _refusals() -> str:
    rows = []
    for each in REFUSALS.values():
        code = f"[{each.code}](https://www.twilio.com/docs/api/errors/{each.code})" if each.code else ""
        status = f"{each.status} {each.reason or ''}".strip()
        rule = RULES[each.rule]
        known = f"`{rule.id}` ({rule.mark})"
        if (of_status := RULES.get(f"{rule.id}-status")) is not None:
            known += f", `{of_status.id}` ({of_status.mark})"
        rows.append((f"`{each.symbol}`", status, code, rule.text, known))
    return table(("Symbol", "Status", "`X-Twilio-Error`", "When", "Rule"), rows)


@cache
def codes() -> dict[int, list[str]]:
    """Return each of the provider's error codes that a module writes, and the packages of those modules."""
    found: dict[int, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.name == "error_codes.py":
            continue
        source = file.read_text("utf-8")
        if not any(map(_is_code, map(int, _DIGITS.findall(source)))):
            continue
        for node in ast.walk(ast.parse(source)):
            # A number with an underscore counts something.
            if (
                isinstance(node, ast.Constant)
                and _is_code(node.value)
                and ast.get_source_segment(source, node) == str(node.value)
            ):
                found.setdefault(node.value, set()).add(file.relative_to(PACKAGE.parent).parent.as_posix())
    return {code: sorted(found[code]) for code in sorted(found)}


def _is_code(value: object) -> TypeGuard[int]:
    return type(value) is int and lookup(value) is not None


def _codes() -> str:
    rows = []
    for code, packages in codes().items():
        known = lookup(code)
        if known is not None:
            link = f"[{code}](https://www.twilio.com/docs/api/errors/{code})"
            title = re.sub(r"<\w+>", r"`\g<0>`", known.title)
            rows.append((link, known.level, title, ", ".join(f"`{each}`" for each in packages)))
    return table(("Code", "Level", "Meaning", "Raised in"), rows)


def _methods() -> str:
    rows = [(f"`{name}`", inspect.cleandoc(handler.__doc__ or "")) for name, handler in HANDLERS.items()]
    return table(("Method", "What is done"), rows)


def _machine(machine: Table) -> str:
    rows = [
        (state.name.title(), what.name.replace("_", " ").lower(), after.name.title(),
         ", ".join(action.name.replace("_", " ").lower() for action in actions))
        for (state, what), (after, actions) in machine.items()
    ]  # fmt: skip
    return table(("State", "Input", "Next state", "Actions"), rows)


def _profiles() -> str:
    told = described(Profile)
    rows = [
        (f"`{name}`", text, _plain(getattr(DOCUMENTED, name)), _plain(getattr(OBSERVED, name)))
        for name, text in told.items()
        if name != "name"
    ]
    return table(("Switch", "Meaning", "`documented`", "`observed`"), rows)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _verbs() -> str:
    rows = [
        (f"`<{verb.name}>`", f"`{each.name}`", f"`{each.default}`" if each.default != "" else "", each.code)
        for verb in VERBS.values()
        for each in verb.attributes or ()
    ]
    return table(("Verb", "Attribute", "Default", "Warning for a bad value"), rows)


def operations() -> list[tuple[str, str]]:
    """Return each operation of the REST API as (path, operation)."""
    return [
        (each.path, operation)
        for each in (*RESOURCES, *MONITOR_RESOURCES, *VOICE_RESOURCES)
        for operation in OPERATIONS
        if getattr(each, operation) is not None
    ]


def _other_apis() -> str:
    rows = [
        (f"`{api}`", version, ", ".join(f"`{name}`" for name in names))
        for api, version, names in all_others()
    ]
    return table(("API", "Version", "What is 501 there"), rows)


def _resources(resources: Iterable[Resource[Any]], version: str) -> str:
    rows = [
        (f"`{each.path}`", f"`{each.list_key}`",
         ", ".join(name for name in OPERATIONS if getattr(each, name) is not None))
        for each in resources
    ]  # fmt: skip
    return table((f"Path below `/{version}/`", "List key", "Operations"), rows)


def _sip_operations() -> str:
    rows = [
        (f"`{each.method} {each.path}`", "yes" if each.is_emulated else "no",
         f"`{each.proof.test}`", f"[page]({each.proof.source})")
        for each in sip_operations()
    ]  # fmt: skip
    return table(("Operation", "Emulated", "Proved by", "Source"), rows)


def _flows() -> str:
    return table(
        ("Path", "What it does"),
        ((", ".join(f"`{path}`" for path in each.routes), each.summary) for each in FLOWS),
    )


def _control_routes() -> str:
    rows = [(f"`{each.method} /_sipdomain/{each.path}`", each.summary) for each in CONTROL_ROUTES]
    return table(["Request", "What it does"], rows)


def _caps() -> str:
    return table(
        ("Where", "Value", "What the code says"),
        ((f"`{each.where}`", spelled(each.value), each.rule) for each in caps()),
    )


def _names(names: Iterable[str], form: str = "`{}`") -> str:
    return ", ".join(form.format(name) for name in sorted(names)) + "\n"


TABLES: Final[dict[str, Callable[[], str]]] = {
    **{f"options of {name}": partial(_command, name) for name in COMMANDS},
    "scenario keys": lambda: keys(Scenario),
    "matrix keys": lambda: keys(Matrix),
    "given keys": lambda: keys(Given),
    "account keys": lambda: keys(AccountSettings),
    "domain keys": lambda: keys(DomainEntry),
    "number keys": lambda: keys(SubscriberFields),
    "act keys": lambda: keys(ActEntry),
    "phone keys": lambda: keys(PhoneGiven),
    "reply keys": lambda: keys(Reply),
    "transcript keys": lambda: keys(Happening),
    "message keys": lambda: keys(Message),
    "between keys": lambda: keys(Between),
    "asked keys": lambda: keys(Asked),
    "decision keys": lambda: keys(Decided),
    "when keys": lambda: keys(When),
    "control routes": _control_routes,
    "placeholders": lambda: _names(KINDS, "`${{faker.{}}}`"),
    "steps": _steps,
    "refusals": _refusals,
    "codes": _codes,
    "methods": _methods,
    "invite server": lambda: _machine(invite_server.TABLE),
    "non-invite server": lambda: _machine(non_invite_server.TABLE),
    "invite client": lambda: _machine(invite_client.TABLE),
    "non-invite client": lambda: _machine(non_invite_client.TABLE),
    "profiles": _profiles,
    "verb attributes": _verbs,
    "verbs not emulated": lambda: _names(VERBS_NOT_EMULATED, "`<{}>`"),
    "resources": lambda: _resources(RESOURCES, "2010-04-01"),
    "monitor resources": lambda: _resources(MONITOR_RESOURCES, "v1"),
    "voice resources": lambda: _resources(VOICE_RESOURCES, "v1"),
    "other apis": _other_apis,
    "resources not emulated": lambda: _names(REST_NOT_EMULATED),
    "sip operations": _sip_operations,
    "flows": _flows,
    "caps": _caps,
    **PBX_TABLES,
    **BEHAVIOUR_TABLES,
    **QA_TABLES,
}


def filled(text: str) -> str:
    """Return a page with its tables written anew."""

    def write(match: re.Match[str]) -> str:
        return f"{match[1]}\n{TABLES[match[2]]()}\n{match[3]}"

    return _BLOCK.sub(write, text)


def used() -> set[str]:
    """Return the names of the tables that a page has."""
    return {match[2] for page in DOCS.rglob("*.md") for match in _BLOCK.finditer(page.read_text("utf-8"))}


def outdated() -> list[Path]:
    """Return the pages whose tables are out of date."""
    return [page for page in sorted(DOCS.rglob("*.md")) if filled(text := page.read_text("utf-8")) != text]


def written() -> dict[Path, str]:
    """Return what is out of date, as it has to be: pages with tables, first lines of scenarios, and their schema."""
    found = {page: filled(page.read_text("utf-8")) for page in outdated()}
    for scenario in find([SCHEMA.parent]):
        if not (text := scenario.read_text("utf-8")).startswith(FIRST_LINE):
            found[scenario] = FIRST_LINE + text
    if not SCHEMA.is_file() or SCHEMA.read_text("utf-8") != schema_text():
        found[SCHEMA] = schema_text()
    return found


def main(arguments: list[str]) -> int:
    """Write all of that, or with `--check` only say what is out of date."""
    pages = written()
    for page, text in pages.items():
        if "--check" in arguments:
            print(f"{page.relative_to(DOCS.parent)} is out of date; run: python -m tests.docs.tables")
        else:
            page.write_text(text, "utf-8")
    return 1 if pages and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
