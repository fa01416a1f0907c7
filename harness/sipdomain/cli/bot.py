"""`sipdomain bot`: the scorecards of voice bots that are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from sipdomain.bot.card import Card, card, exit_code_of, written
from sipdomain.bot.html import html_page
from sipdomain.bot.junit import junit as junit_xml
from sipdomain.bot.making import MOST_CALLS, MOST_OF_ALL, Wishes, called, check_url, make
from sipdomain.bot.probe import is_near, probed, targets
from sipdomain.bot.seen import Seen
from sipdomain.bot.table import USUAL, read_table
from sipdomain.bot.text import page
from sipdomain.bot.verdict import Limits
from sipdomain.cli.addresses import parse_host_map
from sipdomain.cli.environment import account_of_environment
from sipdomain.cli.interruption import Interruption
from sipdomain.cli.report_files import ReportFile, refuse_one_for_two, words_beside
from sipdomain.cli.shared_options import Speech
from sipdomain.cli.standard_streams import SteadyStream
from sipdomain.errors import SetupError
from sipdomain.mask import masking
from sipdomain.runtime.tls.certificates import authority_of_this_run

_LIMITS: Final = Limits()


def bot(
    urls: Annotated[
        list[str],
        typer.Argument(
            metavar="URL...",
            help="Webhooks that answer with <Connect> (http:, https:), or sockets (ws:, wss:); one after another.",
        ),
    ],
    turns: Annotated[
        Path | None,
        typer.Option(help="What the caller says and presses: YAML, or CSV; three turns when left out."),
    ] = None,
    relay: Annotated[
        bool, typer.Option("--relay", help="Connect a socket by <ConversationRelay>, in place of <Stream>.")
    ] = False,
    parameter: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE: a <Parameter> of a socket (repeatable).")
    ] = None,
    calls: Annotated[int, typer.Option(min=1, max=MOST_CALLS, help="How many calls at the same time.")] = 1,
    repeat: Annotated[int, typer.Option(min=1, max=MOST_OF_ALL, help="How many rounds of calls.")] = 1,
    answer_within: Annotated[
        float, typer.Option(min=0.01, max=600.0, help="How soon it answers, in 95 of 100 turns, in seconds.")
    ] = _LIMITS.answer_within,
    stops_within: Annotated[
        float, typer.Option(min=0.01, max=600.0, help="How soon it falls silent when it is interrupted.")
    ] = _LIMITS.stops_within,
    stale_audio: Annotated[
        float, typer.Option(min=0.0, max=600.0, help="How many seconds are heard of what it was saying then.")
    ] = _LIMITS.stale_audio,
    silence_at_most: Annotated[
        float, typer.Option(min=0.1, max=600.0, help="How long the bot may leave the caller in silence.")
    ] = _LIMITS.silence_at_most,
    talk_over: Annotated[
        float, typer.Option(min=0.0, max=600.0, help="How long it speaks before the caller has ended.")
    ] = _LIMITS.talk_over,
    signature_probe: Annotated[
        bool | None,
        typer.Option(
            "--signature-probe/--no-signature-probe",
            help="Open its socket with a wrong signature too, which it must refuse; by default on this machine only.",
        ),
    ] = None,
    map_host: Annotated[
        list[str] | None,
        typer.Option(
            envvar="SIPDOMAIN_MAP_HOST", help="NAME=URL: answer a public host name locally (repeatable)."
        ),
    ] = None,
    json_: Annotated[Path | None, typer.Option("--json", help="Write the scorecard as JSON.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write a JUnit report.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with all evidence.")] = None,
    speech: Speech = True,
) -> None:
    """Call voice bots, talk and interrupt, and say how they did and what to change; exit 1 when a check failed."""
    if (number := calls * repeat * len(urls)) > MOST_OF_ALL:
        raise SetupError(f"--calls and --repeat make {number} calls: at most {MOST_OF_ALL}")
    account = {name: value for name, value in account_of_environment()._asdict().items() if value}
    wishes = Wishes(
        check_url(urls[0]), read_table(turns) if turns is not None else USUAL,
        "ConversationRelay" if relay else "Stream", [_pair(each) for each in parameter or []], calls, repeat,
        Limits(answer_within, stops_within, stale_audio, silence_at_most, talk_over), account,
        parse_host_map(map_host or [], "--map-host"), speech=speech,
    )  # fmt: skip
    several = [replace(wishes, url=check_url(url)) for url in urls]
    if (relay or parameter) and not all(each.is_socket for each in several):
        raise SetupError(
            "--relay and --parameter are for the URL of a socket; a webhook says both in its TwiML"
        )
    mask = masking({account.get("auth_token", "")})
    made: dict[str, Callable[[Sequence[Card]], bytes]] = {
        "--json": lambda found: written(found, mask),
        "--junit": junit_xml,
        "--html": html_page,
    }
    paths = {"--json": json_, "--junit": junit, "--html": html}
    named = {flag: path for flag, path in paths.items() if path is not None}
    refuse_one_for_two(named)
    inputs = [turns] if turns is not None else []
    files = [(ReportFile(path, flag, inputs=inputs), made[flag]) for flag, path in named.items()]
    stream = SteadyStream(words_beside(*(file for file, _ in files)))
    with Interruption() as interruption:
        found: list[Card] = []
        for each in several:
            if not found or not interruption.came():
                seen = _seen(each, interruption, probe=signature_probe)
                found.append(card(each.url, seen, each.limits, mask))
    stream.write("".join(f"{line}\n" for line in page(found, ascii_only=stream.ascii_only)))
    stream.flush()
    for file, document in files:
        file.write(document(found))
    if interruption.number:
        raise typer.Exit(interruption.exit_code)
    if code := exit_code_of(found):
        raise typer.Exit(code)


def _seen(wishes: Wishes, interruption: Interruption, *, probe: bool | None) -> Seen:
    with closing(make(wishes)) as world:
        seen = called(world, wishes, stop=interruption.came)
        hosts = wishes.hosts or {}
        asked = targets(seen)
        if probe is False:
            return replace(seen, unprobed="--no-signature-probe")
        if interruption.came():
            return replace(seen, unprobed="it was broken off before")
        if not asked:
            return replace(seen, unprobed="no socket was opened")
        far = [address for address, _, _ in asked if not is_near(address, hosts)]
        if far and probe is None:
            why = f"{far[0]} is not on this machine; --signature-probe opens two sockets there that are not signed"
            return replace(seen, unprobed=why)
        return replace(seen, probes=probed(asked, hosts, authority_of_this_run))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SetupError(f"--parameter needs NAME=VALUE (got {text!r})")
    return name, value
