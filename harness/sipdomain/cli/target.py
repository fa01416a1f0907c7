"""`sipdomain run --target`: play scenario files at another SIP domain, and say what is the same there."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_type_hints

import typer

from sipdomain.cli.addresses import parse_address, parse_url
from sipdomain.cli.interruption import Interruption
from sipdomain.cli.option_groups import with_group
from sipdomain.cli.report_files import ReportFile
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.standard_streams import write_error
from sipdomain.errors import SetupError
from sipdomain.mask import masking, printable_lines
from sipdomain.report.console import Console
from sipdomain.report.failure import pictures
from sipdomain.report.parity import as_json, summary, table
from sipdomain.runtime.development import ACCOUNT_SID, AUTH_TOKEN
from sipdomain.scenario.loader import ScenarioFile, WrongFile
from sipdomain.sip.outputs import Address

if TYPE_CHECKING:
    from sipdomain.runtime.worlds.target import Target
    from sipdomain.scenario.compare.verdict import Compared

_SCHEME: Final = "sip:"
_PRIVATE: Final = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"),
    )
)
"""Private and link-local networks (RFC 1918, RFC 3927, RFC 4193, RFC 4291)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions:
    """What was said of the target; without `target` there is none."""

    target: Annotated[
        str,
        typer.Option(
            help="Play them at the SIP domain that takes SIP at sip:HOST:PORT, and print what is the same there."
        ),
    ] = ""
    rest: Annotated[str, typer.Option(help="The base URL of that domain's REST API.")] = ""
    account: Annotated[
        str, typer.Option(envvar="TWILIO_ACCOUNT_SID", help="The SID of the account there.")
    ] = ACCOUNT_SID
    auth_token: Annotated[
        str, typer.Option(envvar="TWILIO_AUTH_TOKEN", help="That account's auth token.")
    ] = ""
    auth_token_file: Annotated[Path | None, typer.Option(help="A file with that token.")] = None
    app: Annotated[str, typer.Option(help="Where the application of the scenarios listens.")] = "127.0.0.1:0"
    app_url: Annotated[
        str,
        typer.Option(
            help="By which base URL the target reaches that application; by default where that listens."
        ),
    ] = ""
    i_own_this: Annotated[
        list[str] | None,
        typer.Option(
            help="A host of --target or --rest again (repeatable); needed for names and public addresses."
        ),
    ] = None
    settle: Annotated[
        float,
        typer.Option(
            min=0.1, max=60.0, help="So many seconds after its last sign a call at the target is over."
        ),
    ] = 2.0
    parity: Annotated[Path | None, typer.Option(help="Write what was compared with --target, as JSON.")] = (
        None
    )

    def refuse_beside(self, others: Iterable[str]) -> None:
        """See that there is a target, and that nothing is asked for that cannot stand beside one.

        Args:
            others: The other flags that are given.

        Raises:
            SetupError: There is none, or something is.
        """
        if not self.target:
            raise SetupError(f"{self.given()[0]} needs --target beside it")
        for each in others:
            raise SetupError(f"--target cannot stand beside {each}; leave out one of the two")

    def given(self) -> list[str]:
        """Return the flags that are not as they are by default, the account's apart."""
        names = ("rest", "auth_token_file", "app", "app_url", "i_own_this", "settle", "parity")
        defaults = {each.name: each.default for each in fields(self)}
        return [f"--{each.replace('_', '-')}" for each in names if getattr(self, each) != defaults[each]]

    def read(self) -> Target:
        """Return the target.

        Raises:
            SetupError: Something is missing or wrong, or a host was not named twice.
        """
        # Those who name no target do not pay for the imports: it is reached over sockets.
        from sipdomain.runtime.worlds.target import Target

        if not self.target.startswith(_SCHEME):
            raise SetupError(
                f"--target needs sip:HOST:PORT, such as sip:127.0.0.1:5060 (got {self.target!r})"
            )
        sip = parse_address(self.target.removeprefix(_SCHEME), "--target")
        rest = parse_url(self.rest, "--rest")
        if self.app_url:
            parse_url(self.app_url, "--app-url", "http://192.168.1.7:5000")
        for flag, host in (("--target", sip.host), ("--rest", rest.hostname or "")):
            _permit(host, flag, self.i_own_this or [])
        token = secret_of(self.auth_token, self.auth_token_file, "--auth-token", "TWILIO_AUTH_TOKEN")
        return Target(
            sip=Address(_looked_up(sip.host), sip.port),
            rest_url=self.rest,
            account_sid=self.account,
            auth_token=token or AUTH_TOKEN,
            app=parse_address(self.app, "--app"),
            app_url=self.app_url.rstrip("/"),
            settle=self.settle,
        )


def _permit(host: str, flag: str, named: Sequence[str]) -> None:
    """See that words may go to a host: on loopback, in a private network, or named twice.

    Raises:
        SetupError: They may not.
    """
    if host == "localhost" or host in named:
        return
    try:
        address = ip_address(host)
    except ValueError:
        raise SetupError(
            f"{flag}: {host} is a name, which may lead anywhere: say --i-own-this {host} if it is yours"
        ) from None
    if not (address.is_loopback or any(address in each for each in _PRIVATE)):
        raise SetupError(f"{flag}: {host} is a public address: say --i-own-this {host} if it is yours")


def _looked_up(host: str) -> str:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise SetupError(f"--target: {host} has no address: {error.strerror or error}") from error
    return str(found[0][4][0])


_HINTS: Final = get_type_hints(TargetOptions, include_extras=True)
with_target: Final = with_group(
    "target",
    {each.name: (_HINTS[each.name], each.default) for each in fields(TargetOptions)},
    lambda given: TargetOptions(**given),
)
"""Gives a command the options of a target; they come to it as `target`."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How files are compared.

    Attributes:
        profile: Which expectations count, where they differ by profile.
        seed: For all that is random.
        speech: Whether words have a voice.
        ladder: Whose ladder is printed.
    """

    profile: Literal["documented", "observed"]
    seed: int
    speech: bool
    ladder: str


def compare(
    options: TargetOptions,
    files: Sequence[ScenarioFile],
    wrong: Sequence[WrongFile],
    wish: Wish,
    console: Console,
    interruption: Interruption,
) -> int:
    """Compare files one after another, print and write the report; return the exit code.

    Raises:
        SetupError: Something is missing or wrong, or the report cannot be written.
    """
    from sipdomain.scenario.compare.runner import Comparing

    target = options.read()
    inputs = [Path(each.path) for each in files]
    file = ReportFile(options.parity, "--parity", inputs=inputs) if options.parity is not None else None
    for each in wrong:
        write_error(printable_lines(masking(())(str(each.error))) + "\n")
    if wrong:
        write_error("nothing is played while a file is wrong")
        return 2
    found: list[Compared] = []
    with Comparing(target, profile=wish.profile, seed=wish.seed, speech=wish.speech) as comparing:
        for source in files:
            if interruption.came():
                break
            compared = comparing.compare(source, interruption.came)
            found.append(compared)
            for line in table(compared):
                console.announce(line)
            if wish.ladder != "none" and (compared.outcome == "differs" or wish.ladder == "all"):
                mask = masking(compared.result.secrets)
                console.show("", pictures(compared.result, mask, ascii_only=console.ascii_only))
            console.announce("")
    console.announce(summary(found))
    if file is not None:
        file.write(as_json(found, options.target, wish.profile))
    if interruption.number:
        return interruption.exit_code
    outcomes: Mapping[str, int] = {"differs": 1, "same": 0}
    return min(
        (outcomes.get(each.outcome, 3) for each in found), key=lambda code: (code != 1, code), default=3
    )
