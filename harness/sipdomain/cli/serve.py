"""`sipdomain serve`: the emulator, until it is stopped."""

from __future__ import annotations

import asyncio
import random
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sipdomain.cli.addresses import (
    parse_address,
    parse_collector,
    parse_edges,
    parse_host_map,
    parse_peers,
    parse_ports,
)
from sipdomain.cli.certificates import usual_folder
from sipdomain.cli.first_domain import first_domain, full_name, guard, main_account
from sipdomain.cli.labels import about, typed, with_flags
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.tokens import control_token, print_made, stand_in
from sipdomain.cli.welcome import explain, explain_proxy, ready_line
from sipdomain.entries import Entry
from sipdomain.errors import SetupError
from sipdomain.journal import Journal
from sipdomain.runtime.collector import collect_at_rest, collect_in_portions
from sipdomain.runtime.development import token_name
from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.open_files import allow_open_files
from sipdomain.runtime.service import Service, ServiceOptions, certificate_names
from sipdomain.runtime.sip.edge_listeners import secure_beside, usual_edges
from sipdomain.runtime.tls.certificates import CERTIFICATE_FILE, CertificateAuthority, authority_of_this_run
from sipdomain.sip.outputs import Address
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.fidelity.profile import PROFILES
from sipdomain.twilio.names.domain_names import SUFFIX, is_suffix
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Account, Domain, Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.logs import Logs

if TYPE_CHECKING:
    from sipdomain.runtime.files.config_file import ConfigurationFile
    from sipdomain.runtime.state import State

USUAL_SIP = "127.0.0.1:5060"


def serve(
    voice_url: Annotated[
        str, typer.Option(envvar="SIPDOMAIN_VOICE_URL", help="Make a domain that asks this URL for TwiML.")
    ] = "",
    fallback_url: Annotated[
        str, typer.Option(envvar="SIPDOMAIN_FALLBACK_URL", help="That domain's fallback URL.")
    ] = "",
    status_url: Annotated[
        str, typer.Option(envvar="SIPDOMAIN_STATUS_URL", help="That domain's status callback URL.")
    ] = "",
    user: Annotated[str, typer.Option(help="That domain's user; a password is made and printed.")] = "",
    password: Annotated[
        str,
        typer.Option(envvar="SIPDOMAIN_PASSWORD", help="That user's password, in place of one that is made."),
    ] = "",
    password_file: Annotated[
        Path | None, typer.Option(help="A file with that password: `ps` shows what --password was given.")
    ] = None,
    domain: Annotated[str, typer.Option(help="That domain's name, before the suffix.")] = "demo",
    allow: Annotated[
        list[str] | None, typer.Option(help="An IP address for that domain's access list (repeatable).")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="A YAML file of lists and domains.")] = None,
    sip: Annotated[
        list[str] | None,
        typer.Option(help="Where to listen for SIP, UDP and TCP (repeatable); 127.0.0.1:5060 by default."),
    ] = None,
    tls: Annotated[
        str,
        typer.Option(help="Where to listen for SIP over TLS, or `off`; by default the port after --sip's."),
    ] = "",
    ca_folder: Annotated[
        Path | None,
        typer.Option(help="Keep the certificate authority here (`sipdomain certificates` makes one)."),
    ] = None,
    tls_certificate: Annotated[
        Path | None, typer.Option(help="A certificate chain of your own in PEM; needs --tls-key.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key in PEM, without a password.")] = None,
    edge: Annotated[
        list[str] | None,
        typer.Option(help="NAME=HOST:PORT: a further listener, for one edge (repeatable)."),
    ] = None,
    edges: Annotated[
        bool, typer.Option("--edges", help="Eight further listeners, one an edge: 127.0.1.1 to 127.0.1.8.")
    ] = False,
    dns: Annotated[
        str, typer.Option(help="Where to answer DNS for the emulated names; off by default.")
    ] = "",
    suffix: Annotated[str, typer.Option(help="What every domain's name ends with.")] = SUFFIX,
    http: Annotated[str, typer.Option(help="Where the REST API listens.")] = "127.0.0.1:8080",
    proxy: Annotated[
        str, typer.Option(help="Where to be an HTTPS proxy that answers for *.twilio.com; off by default.")
    ] = "",
    token: Annotated[
        str,
        typer.Option(
            envvar="SIPDOMAIN_TOKEN",
            help="What the control API asks for as a bearer; beyond loopback one is made and printed.",
        ),
    ] = "",
    token_file: Annotated[Path | None, typer.Option(help="A file with that token.")] = None,
    profile: Annotated[
        Literal["documented", "observed"],
        typer.Option(help="Follow the provider's text, or what its live service was seen to do."),
    ] = "documented",
    route_set: Annotated[
        bool | None,
        typer.Option(
            help="Put the edge's Record-Routes and a Contact behind them into dialogs; on in profile observed."
        ),
    ] = None,
    default_domain: Annotated[
        str, typer.Option(help="The domain for requests whose Request-URI has an IP address.")
    ] = "",
    advertise: Annotated[str, typer.Option(help="The address that SDP and Contact name.")] = "",
    rtp: Annotated[
        str, typer.Option(help="The UDP ports for audio, LOW-HIGH, two for a call; any free ones by default.")
    ] = "",
    audio_timeout: Annotated[
        float,
        typer.Option(min=0.0, help="End a call after so many seconds without RTP (32014); 0 for never."),
    ] = 300.0,
    map_host: Annotated[
        list[str] | None,
        typer.Option(
            envvar="SIPDOMAIN_MAP_HOST", help="NAME=URL: answer a public host name locally (repeatable)."
        ),
    ] = None,
    map_sip: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=ADDRESS:PORT[;priority=N][;weight=N][;transport=T][,ADDRESS:PORT…]: where phones or PBXs take "
            "SIP that are called by name (repeatable)."
        ),
    ] = None,
    hep: Annotated[str, typer.Option(help="Send SIP by HEP over UDP to this HOST:PORT, as it happens.")] = "",
    speech: Annotated[
        bool, typer.Option(help="Say words with a voice, where the extra is installed.")
    ] = True,
    ladders: Annotated[bool, typer.Option(help="Print each call's ladder when it is over.")] = True,
    state: Annotated[
        Path | None,
        typer.Option(
            help="Keep domains, lists, finished calls and alerts in this file; it is made when it is not there."
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Give the same SIDs in each run to what --config and these flags make.")
    ] = None,
) -> None:
    """Run the emulator until SIGTERM, SIGHUP or Ctrl-C; calls are then ended with BYE."""
    if not is_suffix(suffix):
        raise SetupError(f"--suffix needs labels in lower case, such as {SUFFIX} (got {suffix!r})")
    password = secret_of(password, password_file, "--password", "SIPDOMAIN_PASSWORD")
    token = secret_of(token, token_file, "--token", "SIPDOMAIN_TOKEN")
    if password and not user:
        raise SetupError(
            f"{typed('--password', '--password-file', variable='SIPDOMAIN_PASSWORD')} needs --user"
        )
    for url, flag, variable in (
        (fallback_url, "--fallback-url", "SIPDOMAIN_FALLBACK_URL"),
        (status_url, "--status-url", "SIPDOMAIN_STATUS_URL"),
    ):
        if url and not (voice_url or user or allow):
            raise SetupError(f"{typed(flag, variable=variable)} needs --voice-url")
    main, *also = [parse_address(each, "--sip") for each in sip or [USUAL_SIP]]
    options = ServiceOptions(
        sip=main,
        also=tuple(also),
        http=(listening := parse_address(http, "--http")),
        token=control_token(token, listening),
        picture=_picture,
        settings=Settings(
            profile=PROFILES[profile]
            if route_set is None
            else replace(PROFILES[profile], route_set=route_set),
            default_domain=full_name(default_domain, suffix) if default_domain else None,
            advertise=_advertised(advertise),
            media_host=_media_host(main),
            audio_timeout=audio_timeout,
            peers=parse_peers(map_sip or [], "--map-sip"),
        ),
        hosts=parse_host_map(map_host or [], typed("--map-host", variable="SIPDOMAIN_MAP_HOST")),
        rtp=parse_ports(rtp, "--rtp") if rtp else None,
        speech=speech,
        dns=parse_address(dns, "--dns") if dns else None,
        edges=_edges(edge or [], main.port if edges else None),
        tls=_tls_address(tls, main),
        names=(advertise,) if advertise else (),
        proxy=parse_address(proxy, "--proxy") if proxy else None,
        certificate=_certificate(tls_certificate, tls_key),
        hep=parse_collector(hep, "--hep"),
    )
    if proxy and ca_folder is None:
        ca_folder = usual_folder()
    options = replace(options, authority=_authority(ca_folder, certificate_names(options, suffix)))
    file = _read(config) if config is not None else None
    kept = _state(state) if state is not None else None
    starts_empty = kept is None or kept.is_new
    # A file that was filled by the same seed has its SIDs already.
    bits = random.Random(seed) if seed is not None and starts_empty else secrets.SystemRandom()
    store, calls, logs = Store(Ids(bits), suffix=suffix), CallStore(), Logs()
    if kept is not None:
        options = replace(options, state=kept)
        with about("--state"):
            kept.load(store, calls, logs)
    replacement = stand_in(options.http, options.proxy)
    account = main_account(store, file, replacement)
    if account.auth_token == replacement:
        print_made(replacement)
    given_token = file.configuration.account.auth_token if file and file.configuration.account else None
    names = {account.sid: token_name(account.auth_token, given_token)}
    options = replace(options, settings=replace(options.settings, token_names=names, servers=options.hosts))
    domains = file.apply(store, account.sid, now=time.time()) if file is not None and starts_empty else []
    if not starts_empty:
        domains = store.domains.of(account.sid)
        if file is not None or voice_url or user or allow:
            print(
                f"{state} has its own domains: --config and the flags of the first one change nothing",
                file=sys.stderr,
            )
    if starts_empty and (voice_url or user or allow):
        given = first_domain(store, account, domain, voice_url, fallback_url, status_url)
        made = guard(store, account, given, user, password, allow or [])
        # What the person knows stays out of the logs of CI.
        secret = "as given" if password else made
        domains.append(given)
    else:
        given, secret = None, ""
    loop = new_event_loop()
    try:
        loop.run_until_complete(
            _serve(
                options,
                store,
                calls,
                logs,
                account,
                domains,
                given,
                user,
                secret,
                ladders=ladders,
                authority=(ca_folder or Path()).absolute() / CERTIFICATE_FILE,
            )
        )
    except SetupError as error:
        raise with_flags(error, _flags(options, edge or [])) from error
    finally:
        loop.close()


def _flags(options: ServiceOptions, named_edges: list[str]) -> Iterator[tuple[str, object]]:
    """Yield the flags whose values are first used when the service opens, each with its value."""
    for address in (options.sip, *options.also):
        yield "--sip", address
    yield "--tls", options.tls
    yield "--http", options.http
    yield "--dns", options.dns
    yield "--proxy", options.proxy
    for address in options.edges.values():
        yield "--edge" if named_edges else "--edges", address
    if options.certificate is not None:
        yield from zip(("--tls-certificate", "--tls-key"), options.certificate, strict=True)


def _advertised(text: str) -> str | None:
    if not text:
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        raise SetupError(f"--advertise needs an IP address (got {text!r})") from None


def _tls_address(text: str, sip: Address) -> Address | None:
    if text == "off":
        return None
    return parse_address(text, "--tls") if text else secure_beside(sip)


def _authority(folder: Path | None, names: list[str]) -> Callable[[], CertificateAuthority]:
    if folder is None:
        return lambda: authority_of_this_run(names)
    # Read now, so that a wrong file is reported before anything listens.
    with about("--ca-folder"):
        kept = CertificateAuthority.kept_in(folder, names)
    return lambda: kept


def _picture(entries: Sequence[Entry], call_id: str) -> Iterator[str]:
    # The ladder is imported when one is asked for.
    from sipdomain.cli.watch import pieces

    return pieces(entries, call_id)


def _certificate(certificate: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise SetupError("--tls-certificate and --tls-key go together")
    return certificate, key


def _state(path: Path) -> State:
    # Those who keep no state do not pay for the import.
    from sipdomain.runtime.state import State

    with about("--state"):
        return State(path)


def _read(path: Path) -> ConfigurationFile:
    from sipdomain.runtime.files.config_file import ConfigurationFile

    with about("--config"):
        return ConfigurationFile.read(path)


def _edges(given: list[str], port: int | None) -> dict[str, Address]:
    """Return the edges' own listeners: all eight when there is a port for them, and what was given by name."""
    found: dict[str, Address] = {}
    if port is not None:
        found, absent = usual_edges(port)
        if absent:
            print(f"no listener for {', '.join(absent)}: this system lacks their addresses", file=sys.stderr)
    return found | parse_edges(given, "--edge")


def _media_host(sip: Address) -> str | None:
    return sip.host if sip.host in {"0.0.0.0", "::"} else None  # noqa: S104 - only when --sip says so


async def _serve(
    options: ServiceOptions,
    store: Store,
    calls: CallStore,
    logs: Logs,
    account: Account,
    domains: list[Domain],
    given: Domain | None,
    user: str,
    secret: str,
    *,
    ladders: bool,
    authority: Path,
) -> None:
    allow_open_files()
    journal = Journal()
    service = Service(options, store, calls, journal, logs=logs)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # `nohup` has SIGHUP ignored: then the emulator stays when its terminal goes.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    await service.open()
    collect_in_portions()
    print(ready_line(service, account.sid, options.settings.profile.name), flush=True)
    background = (
        loop.create_task(_watch(journal, ladders=ladders), name="watch"),
        loop.create_task(collect_at_rest(lambda: service.is_at_rest), name="collector"),
    )
    await service.warm_up()
    explain(store, account, domains, given, user, secret, service, options.settings.default_domain)
    if service.proxy_address is not None:
        explain_proxy(service.proxy_address, authority)
    await service.make_certificate()
    await stop.wait()
    await service.close()
    for task in background:
        task.cancel()


async def _watch(journal: Journal, *, ladders: bool) -> None:
    from sipdomain.cli.watch import Watch

    await Watch(journal, sys.stderr, ladders=ladders).run()
