"""`sipdomain qa`: the scorecard of a PBX that calls a SIP domain."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from sipdomain.cli.addresses import parse_address
from sipdomain.cli.first_domain import made_password
from sipdomain.cli.interruption import Interruption
from sipdomain.cli.qa_keys import Keys
from sipdomain.cli.report_files import ReportFile, refuse_one_for_two, words_beside
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.standard_streams import SteadyStream
from sipdomain.errors import SetupError
from sipdomain.mask import masking
from sipdomain.qa.check import Check, in_columns
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.drivers import DRIVERS
from sipdomain.qa.drivers.by_hand import ByHand
from sipdomain.qa.examination import examine, in_order, situations_of
from sipdomain.qa.grade import Result
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.report.badge import badge as badge_json
from sipdomain.qa.report.card import Card, card, kept, merged, read, written
from sipdomain.qa.report.compare import comparison, worse
from sipdomain.qa.report.html import html_page
from sipdomain.qa.report.junit import junit as junit_xml
from sipdomain.qa.report.text import fitted, page, short
from sipdomain.qa.situation import Situation
from sipdomain.sip.outputs import Address

_USUAL_SIP: Final = Address("127.0.0.1", 5060)


def qa(
    driver: Annotated[
        str, typer.Option(help=f"What makes the PBX call: {', '.join(DRIVERS)}.")
    ] = ByHand.name,
    command: Annotated[
        str,
        typer.Option(
            help="A command that places one call, in place of a driver; {target}, {host}, {port}, {domain}, {extension}, "
            "{user}, {password}, {transport}, {dns} and {authority} are filled in."
        ),
    ] = "",
    only: Annotated[
        list[str] | None, typer.Option(help="Run this check only (repeatable); see --list.")
    ] = None,
    long: Annotated[bool, typer.Option("--long", help="Run the checks that take minutes, too.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the checks, and call nobody.")] = False,
    resume: Annotated[
        Path | None,
        typer.Option(help="Go on from what an earlier --json has: what passed or failed is kept."),
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="BEFORE AFTER", help="Print what differs between two files of --json, and call nobody."
        ),
    ] = None,
    sip: Annotated[
        str, typer.Option(help="Where to listen for SIP; 127.0.0.1:5060 by hand, else any free port.")
    ] = "",
    dns: Annotated[
        str,
        typer.Option(
            help="Where DNS names two edges of the domain, as 127.0.0.1:5353; any free port for baresip and {dns}."
        ),
    ] = "",
    transport: Annotated[
        Literal["udp", "tcp"], typer.Option(help="By which transport a driver that is a program calls.")
    ] = "udp",
    secure: Annotated[
        bool,
        typer.Option("--secure", help="Let the domain be a secure one: the PBX calls by TLS, with SRTP."),
    ] = False,
    domain: Annotated[str, typer.Option(help="The domain's name, before the suffix.")] = "demo",
    user: Annotated[str, typer.Option(help="The user that the PBX calls as.")] = "pbx",
    password: Annotated[
        str,
        typer.Option(envvar="SIPDOMAIN_PASSWORD", help="That user's password, in place of one that is made."),
    ] = "",
    password_file: Annotated[Path | None, typer.Option(help="A file with that password.")] = None,
    extension: Annotated[str, typer.Option(help="Whom the PBX calls.")] = "100",
    patience: Annotated[
        float, typer.Option(min=1.0, help="How many seconds a person may take to place a call.")
    ] = 180.0,
    json_: Annotated[
        Path | None,
        typer.Option("--json", help="Write the scorecard after each situation, for --resume and --compare."),
    ] = None,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with all messages of the evidence.")] = None,
    badge: Annotated[Path | None, typer.Option(help="Write the grade as shields.io reads it.")] = None,
) -> None:
    """Grade a PBX that calls a SIP domain: it, or who sits at it, is asked to call; exit 1 when a must failed."""
    if list_:
        _print(SteadyStream(sys.stdout), _listed())
        return
    if compare is not None:
        _compare(SteadyStream(sys.stdout), *compare)
        return
    wanted = _wanted(only or [], is_long=long)
    if driver not in DRIVERS:
        raise SetupError(f"--driver {driver!r} is not one; there are {', '.join(DRIVERS)}")
    if command and driver != ByHand.name:
        raise SetupError("--command and --driver exclude each other")
    earlier = _read(resume, "--resume") if resume is not None else None
    made: dict[str, Callable[[Card], bytes]] = {
        "--junit": junit_xml,
        "--html": html_page,
        "--badge": badge_json,
    }
    paths = {"--junit": junit, "--html": html, "--badge": badge}
    named = {flag: path for flag, path in paths.items() if path is not None}
    refuse_one_for_two(named if json_ is None else {**named, "--json": json_})
    files = [(ReportFile(path, flag), made[flag]) for flag, path in named.items()]
    kept_file = ReportFile(json_, "--json") if json_ is not None else None
    stream = SteadyStream(words_beside(kept_file, *(file for file, _ in files)))
    secret = secret_of(password, password_file, "--password", "SIPDOMAIN_PASSWORD")
    wishes = Wishes(
        driver="" if command else driver, command=command, domain=domain, user=user,
        password=secret or made_password(), extension=extension, transport=transport,
        sip=_listener(sip, by_hand=not command and driver == ByHand.name), patience=patience, secure=secure,
        dns=parse_address(dns, "--dns") if dns else None,
    )  # fmt: skip
    mask = masking({wishes.password})
    with Interruption() as interruption:
        found = _examined(
            stream, wishes, wanted, earlier, Keys(interruption),
            lambda each: kept_file.write(written(each, mask)) if kept_file is not None else None,
            shows_password=not secret,
        )  # fmt: skip
    _print(stream, ["", *page(found, ascii_only=stream.ascii_only)])
    for file, document in files:
        file.write(document(found))
    if interruption.came():
        raise typer.Exit(interruption.exit_code)
    if found.count("failed", "must"):
        raise typer.Exit(1)
    if not found.count("passed") and not found.count("failed"):
        raise typer.Exit(3)


def _examined(
    stream: SteadyStream,
    wishes: Wishes,
    plan: Mapping[Situation, list[Check]],
    earlier: Card | None,
    keys: Keys,
    keep: Callable[[Card], None],
    *,
    shows_password: bool,
) -> Card:
    mask = masking({wishes.password})
    results: dict[str, Result] = kept(earlier) if earlier is not None else {}
    user_agent = earlier.user_agent if earlier is not None else ""
    callers: list[str] = []
    left = {
        situation: todo
        for situation, checks in plan.items()
        if (todo := [each for each in checks if each.name not in results])
    }

    def tell(line: str) -> None:
        # Not broken at the width: a person copies paths and the password from here.
        stream.write(f"{mask(line) if not line.startswith('password ') else line}\n")
        stream.flush()

    def question(text: str) -> Callable[[], bool | None]:
        keys.ask()
        tell(f"? {text} Type y or n and Enter.")
        return keys.answer

    bench = make_bench(wishes, tell=tell, skipped=keys.skipped, question=question if keys.reads else None)
    with closing(bench.world):
        domain = bench.setting.domain

        def now() -> Card:
            rest = "you ended it before" if keys.ended else "it was not asked for"
            return merged(card(in_order(results, rest), user_agent, domain, mask, callers), earlier)

        if bench.driver.by_hand:
            if bench.world.dns_address is not None:
                tell(
                    f"Let it find {domain} by the DNS at {bench.world.dns_address} where that is said, else by this way."
                )
            way = f"TLS, trusting {bench.authority_file}, with SRTP" if wishes.secure else "UDP or TCP"
            tell(f"Let the PBX call {domain} by way of {bench.target} ({way}), as user {wishes.user}.")
            if shows_password:
                tell(f"password {wishes.password}")
            typed = " Type s and Enter to skip a situation, q to end." if keys.reads else ""
            tell(f"`sipdomain config pbx` writes its configuration.{typed}")
        for number, (situation, checks) in enumerate(left.items(), 1):
            if keys.ended:
                break
            keys.begin()
            tell("")
            tell(
                f"[{number}/{len(left)}] {situation.name}: the cloud {situation.provokes} (about {situation.seconds:.0f} s)"
            )
            for stage in examine(bench, {situation: checks}):
                user_agent = user_agent or stage.user_agent
                callers += stage.callers
                results |= {each.check.name: each for each in stage.results}
                shown = now()
                names = {each.check.name for each in stage.results}
                _print(
                    stream,
                    [short(row, ascii_only=stream.ascii_only) for row in shown.rows if row.name in names],
                )
                keep(shown)
        keep(now())
        return now()


def _listener(text: str, *, by_hand: bool) -> Address | None:
    if not text:
        return _USUAL_SIP if by_hand else None
    found = parse_address(text, "--sip")
    if found.host in {"0.0.0.0", "::"}:  # noqa: S104 - refused
        raise SetupError("--sip needs the address that the PBX reaches, and not all of them")
    return found


def _wanted(only: list[str], *, is_long: bool) -> dict[Situation, list[Check]]:
    unknown = [each for each in only if each not in CHECKS]
    if unknown:
        raise SetupError(f"--only {unknown[0]!r} is not a check; `sipdomain qa --list` has them")
    plan = situations_of(CHECKS[name] for name in (only or CHECKS))
    return {each: checks for each, checks in plan.items() if is_long or only or not each.is_long}


def _read(path: Path, flag: str) -> Card:
    try:
        return read(path.read_bytes(), str(path))
    except OSError as error:
        raise SetupError(f"{flag}: {path} cannot be read: {error.strerror or error}") from None


def _compare(stream: SteadyStream, before: Path, after: Path) -> None:
    old, new = _read(before, "--compare"), _read(after, "--compare")
    _print(stream, list(comparison(old, new)))
    grave = {row.name for row in new.rows if row.level == "must"}
    if grave.intersection(worse(old, new)):
        raise typer.Exit(1)


def _listed() -> list[str]:
    lines = []
    for situation, checks in situations_of(CHECKS.values()).items():
        takes = "; only with --long" if situation.is_long else ""
        lines.append(
            f"{situation.name} (about {situation.seconds:.0f} s{takes}): the cloud {situation.provokes}"
        )
        lines += [f"  {in_columns(each.level, each.name)} {each.what}" for each in checks]
    return lines


def _print(stream: SteadyStream, lines: list[str]) -> None:
    if stream.isatty():
        lines = list(fitted(lines, shutil.get_terminal_size().columns))
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()
