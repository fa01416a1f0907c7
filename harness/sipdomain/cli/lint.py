"""`sipdomain lint`: what is wrong with scenario files, TwiML and configurations of PBXs, before a call finds out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import typer

from sipdomain.cli.addresses import is_url, parse_url
from sipdomain.errors import FileError, Position, SetupError
from sipdomain.mask import masking, printable, printable_lines
from sipdomain.pbx.lint.check import LARGEST_FILE, Finding as PbxFinding, check, recognised
from sipdomain.pbx.lint.document import Kind
from sipdomain.twiml.findings import Finding, findings
from sipdomain.twiml.parse import LARGEST_BODY

TIMEOUT = 5.0


def lint(
    documents: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER|URL|-",
            help="Scenario files, folders of them, PBXs' configurations, and TwiML: files, URLs, or - for standard input.",
        ),
    ],
    format_: Annotated[
        Literal["text", "json"], typer.Option("--format", help="How to write it; json is one line a finding.")
    ] = "text",
    kind: Annotated[
        Kind | None,
        typer.Option(help="Of which program the configurations are, where names and contents do not say it."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")] = False,
) -> None:
    """Check scenario files, TwiML, and configurations of PBXs: what is refused, and mistakes that people make."""
    # All are read before anything is printed: a wrong name is bad usage, whatever the others hold.
    scenarios = [Path(name) for name in documents if _is_scenario(name)]
    wrong = _wrong_scenarios(scenarios) if scenarios else []
    others = [_read(name) for name in documents if not _is_scenario(name)]
    found = [each for data, name, content_type in others for each in _found(data, name, content_type, kind)]
    mask = masking(())
    for file, error in wrong:
        as_json = {"level": "error", "code": None, "reason": error.message, "hint": error.hint}
        where = asdict(error.where or Position(file, 0, 0))
        text = printable_lines(f"{error}\n")
        print(mask(json.dumps({**as_json, "where": where}) if format_ == "json" else text))
    for each in found:
        line = json.dumps(asdict(each)) if format_ == "json" else printable_lines(_text(each))
        print(mask(line))
    if wrong or any(each.level == "error" or (strict and each.level == "warning") for each in found):
        raise typer.Exit(1)


def _found(data: bytes, name: str, content_type: str, kind: Kind | None) -> Iterable[Finding | PbxFinding]:
    """Return what is wrong with a configuration of a PBX, or else with TwiML."""
    program = kind or recognised(data, name.rpartition("/")[2])
    if program is not None:
        return check(data, name, program)
    if name.endswith((".conf", ".cfg")) and not is_url(name) and not data.lstrip().startswith(b"<"):
        raise SetupError(
            f"{name}: of no program whose configurations are checked, as far as can be told; say it by --kind"
        )
    return findings(data[: LARGEST_BODY + 1], name, content_type=content_type)


def _is_scenario(name: str) -> bool:
    try:
        return name.endswith(".scenario.yaml") or Path(name).is_dir()
    except (OSError, ValueError):
        return False  # what is wrong with it is reported when it is opened


def _wrong_scenarios(paths: list[Path]) -> list[tuple[str, FileError]]:
    """Return the wrong ones of the scenario files among paths and below folders, each with what `run` says of it.

    One of which no step says what must be seen is wrong too.

    Raises:
        FileError: A path does not exist, or holds no scenario file.
    """
    from sipdomain.scenario.judges import EXPECTED, HINT, why_vacuous
    from sipdomain.scenario.loader import find, load_all

    right, wrong = load_all(find(paths), seed=0)
    vacuous = [
        (each.path, FileError(f"{why} of its steps is {EXPECTED}", where=each.place("steps"), hint=HINT))
        for each in right
        if (
            why := next(filter(None, (why_vacuous(each.scenario, one) for one in each.scenario.profiles)), "")
        )
    ]
    return [*((each.path, each.error) for each in wrong), *vacuous]


def _text(finding: Finding | PbxFinding) -> str:
    """Return a finding as a compiler prints one."""
    where = finding.where
    place = f":{where.line}:{where.column}" if where.line else ""
    code = f" {finding.code}" if finding.code else ""
    head = f"{printable(where.file)}{place}: {finding.level}{code}: {printable(finding.reason)}"
    shown = str(FileError("", where=where)).split("\n")[2:] if where.source else []
    return "\n".join([head, *(f"  {each}" for each in shown), f"  hint: {finding.hint}"])


def _read(name: str) -> tuple[bytes, str, str]:
    """Return a document, what to call it, and its Content-Type."""
    if name == "-":
        return sys.stdin.buffer.read(LARGEST_FILE + 1), "standard input", "text/xml"
    if is_url(name):
        return _fetch(name)
    try:
        with Path(name).open("rb") as file:
            return file.read(LARGEST_FILE + 1), name, "text/xml"
    except (OSError, ValueError) as error:
        raise SetupError(f"cannot read {name}: {getattr(error, 'strerror', None) or error}") from error


def _fetch(url: str) -> tuple[bytes, str, str]:
    parse_url(url, "lint", "http://127.0.0.1:5000/voice")
    request = Request(url, headers={"Accept": "*/*"})  # noqa: S310 - http and https only, see above
    try:
        with build_opener(ProxyHandler({}), _Stay()).open(request, timeout=TIMEOUT) as answer:
            return answer.read(LARGEST_FILE + 1), url, answer.headers.get("Content-Type") or "text/xml"
    except HTTPError as refused:
        refused.close()
        raise SetupError(f"{url} answers {refused.code} {refused.reason}") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        raise SetupError(f"nothing answers at {url}: {reason}") from error


class _Stay(HTTPRedirectHandler):
    """Goes nowhere but where the user said."""

    def redirect_request(self, req: Request, fp: Any, *rest: Any, **named: Any) -> None:
        """Refuse a redirect, and say where it leads."""
        fp.close()
        leads_to = urljoin(req.full_url, named.get("newurl") or rest[-1])
        raise SetupError(f"{req.full_url} redirects to {leads_to}: name that if you mean it")
