"""`sipdomain audit`: attack a SIP server of one's own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final

import typer

from sipdomain.audit.attacker import Attacker, attacking
from sipdomain.audit.finding import SEVERITIES, Finding, Severity, is_at_least
from sipdomain.audit.probes import PROBES
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.reach import Reach
from sipdomain.audit.report import junit as junit_xml, lines, summary
from sipdomain.audit.rest import Rest
from sipdomain.audit.target import Target, permitted
from sipdomain.cli.addresses import parse_address, parse_url
from sipdomain.cli.report_files import ReportFile, words_beside
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.standard_streams import SteadyStream
from sipdomain.errors import SetupError
from sipdomain.mask import masking
from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN

_FASTEST: Final = 1000
_LATER: Final = 1.0


def audit(
    target: Annotated[
        str, typer.Argument(help="HOST:PORT where the server takes SIP by UDP; an IP address.")
    ],
    domain: Annotated[str, typer.Option(help="The host of its URIs.")] = "demo.sip.twilio.com",
    i_own_this: Annotated[
        str, typer.Option(help="The target's address again; needed for every machine but this one.")
    ] = "",
    user: Annotated[str, typer.Option(help="A user that exists there.")] = "",
    password: Annotated[str, typer.Option(envvar="SIPDOMAIN_PASSWORD", help="That user's password.")] = "",
    password_file: Annotated[Path | None, typer.Option(help="A file with that password.")] = None,
    extension: Annotated[str, typer.Option(help="Whom to call.")] = "100",
    words: Annotated[
        Path | None,
        typer.Option(help="Passwords to try, a line each, at most 1,000; some usual ones are always tried."),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Run this probe only (repeatable): {', '.join(PROBES)}.")
    ] = None,
    rate: Annotated[int, typer.Option(min=1, max=_FASTEST, help="At most so many requests a second.")] = 100,
    patience: Annotated[
        float, typer.Option(min=0.1, max=60.0, help="How long an answer is waited for, in seconds.")
    ] = 2.0,
    tls: Annotated[str, typer.Option(help="HOST:PORT where the same server takes SIP by TLS.")] = "",
    rest: Annotated[
        str, typer.Option(help="The base URL of its REST API; a domain is made there, and deleted again.")
    ] = "",
    account: Annotated[
        str, typer.Option(envvar="TWILIO_ACCOUNT_SID", help="The SID of the account there.")
    ] = ACCOUNT_SID,
    auth_token: Annotated[
        str, typer.Option(envvar="TWILIO_AUTH_TOKEN", help="That account's auth token.")
    ] = "",
    auth_token_file: Annotated[Path | None, typer.Option(help="A file with that token.")] = None,
    trusted: Annotated[
        list[str] | None,
        typer.Option(help="An IP address that its access list has (repeatable); it is claimed, and forged."),
    ] = None,
    nonce_age: Annotated[
        int, typer.Option(min=0, max=3600, help="Use a nonce again after so many seconds; 0 for not at all.")
    ] = 0,
    watch: Annotated[
        list[Path] | None,
        typer.Option(help="A log of it, or the folder of its captures and reports (repeatable)."),
    ] = None,
    fail_on: Annotated[
        str, typer.Option(help=f"Exit 1 from this severity on: {', '.join(SEVERITIES)}.")
    ] = "low",
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report.")] = None,
) -> None:
    """Attack a SIP server on this machine, or a private one that you own; exit 1 when something bad was found."""
    address = permitted(parse_address(target, "TARGET"), i_own_this)
    least = _severity(fail_on)
    unknown = [each for each in only or [] if each not in PROBES]
    if unknown:
        raise SetupError(f"--only {unknown[0]!r} is not a probe; there are {', '.join(PROBES)}")
    secret = secret_of(password, password_file, "--password", "SIPDOMAIN_PASSWORD")
    if secret and not user:
        raise SetupError("--password needs --user")
    token = secret_of(auth_token, auth_token_file, "--auth-token", "TWILIO_AUTH_TOKEN")
    for each in watch or []:
        if not each.exists():
            raise SetupError(f"--watch: nothing is there: {each}")
    inputs = [each for each in (words, *(watch or [])) if each is not None]
    file = ReportFile(junit, "--junit", inputs=inputs) if junit is not None else None
    given = Target(
        address=address, domain=domain, extension=extension, user=user, password=secret,
        passwords=_words(words) if words is not None else (), pause=1 / rate, patience=patience,
        tls=permitted(parse_address(tls, "--tls"), i_own_this) if tls else None,
        rest=Rest(rest, account, token or AUTH_TOKEN) if _is_same_machine(rest, address.host) else None,
        trusted=tuple(map(_ip_address, trusted or [])), nonce_age=nonce_age, watched=tuple(watch or []),
    )  # fmt: skip
    stream = SteadyStream(words_beside(file))
    mask = masking({secret, token} - {""})
    found: list[Finding] = []
    with attacking(given) as attacker:
        for finding in _findings(only or list(PROBES), attacker):
            found.append(finding)
            stream.write("".join(f"{mask(line)}\n" for line in lines(finding, ascii_only=stream.ascii_only)))
            stream.flush()
    stream.write(f"{summary(found)}\n")
    stream.flush()
    if file is not None:
        file.write(junit_xml(found, least))
    if any(each.outcome == "found" and is_at_least(each.severity, least) for each in found):
        raise typer.Exit(1)
    if not any(each.outcome in {"found", "clean"} for each in found):
        raise typer.Exit(3)


def _findings(names: Sequence[str], attacker: Attacker) -> Iterator[Finding]:
    """Run the probes, until the target stops answering."""
    reach = Reach(attacker)
    yield from reach.before()
    for name in names:
        probe = PROBES[name]
        if reach.is_gone:
            yield Finding(name, "not run", "info", f"{probe.purpose}: the server answers no more")
            continue
        yield from reach.after(name, _found(probe, attacker))


def _found(probe: Probe, attacker: Attacker) -> list[Finding]:
    """Run a probe; when the target asked to come later, once more, and slowly."""
    attacker.slowed = False
    found = list(probe.run(attacker))
    if not attacker.slowed or attacker.paced:
        return found
    attacker.paced = True
    time.sleep(_LATER)
    return list(probe.run(attacker))


def _is_same_machine(rest: str, host: str) -> bool:
    """Return whether there is a REST API; it may be attacked where the target may.

    Raises:
        SetupError: It is no URL, or another machine's.
    """
    if not rest:
        return False
    named = parse_url(rest, "--rest").hostname or ""
    if named not in {host, "localhost" if host.startswith("127.") else host}:
        raise SetupError(f"--rest is at {named}, and TARGET at {host}: both have to be the same machine")
    return True


def _ip_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise SetupError(f"--trusted needs an IP address (got {text!r})") from None


def _severity(text: str) -> Severity:
    found = next((each for each in SEVERITIES if each == text), None)
    if found is None:
        raise SetupError(f"--fail-on needs one of {', '.join(SEVERITIES)} (got {text!r})")
    return found


def _words(path: Path) -> tuple[str, ...]:
    try:
        lines_of_file = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"--words: {getattr(error, 'strerror', None) or 'not UTF-8 text'}: {path}") from None
    found = tuple(line for line in lines_of_file if line)
    if len(found) > 1_000:
        raise SetupError(f"--words: {path} has {len(found)} passwords; at most 1,000 are tried")
    return found
