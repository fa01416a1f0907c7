"""`sipdomain serve`: the emulator, until it is stopped."""

from __future__ import annotations

import random
import secrets
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sipdomain.cli.addresses import (
    parse_address,
    parse_collector,
    parse_host_map,
    parse_peers,
    parse_ports,
)
from sipdomain.cli.certificates import usual_folder
from sipdomain.cli.first_domain import first_domain, guard, main_account
from sipdomain.cli.labels import about, typed, with_flags
from sipdomain.cli.listeners import (
    advertised,
    edge_listeners,
    flags_of,
    media_host,
    own_certificate,
    tls_listener,
)
from sipdomain.cli.report_files import refuse_output
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.shared_options import Hearing, HearingModel, Profile, Speech, Suffix, TokenFile
from sipdomain.cli.tokens import control_token, print_made, stand_in
from sipdomain.cli.until_stopped import Prepared, until_stopped
from sipdomain.entries import Entry
from sipdomain.errors import SetupError
from sipdomain.runtime.development import token_name
from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.media.recognition import HearingSettings
from sipdomain.runtime.service_options import ServiceOptions, certificate_names
from sipdomain.runtime.tls.certificates import CERTIFICATE_FILE, CertificateAuthority, authority_of_this_run
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.fidelity.profile import PROFILES
from sipdomain.twilio.names.domain_names import SUFFIX, full_name, is_suffix
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
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
    suffix: Suffix = SUFFIX,
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
    token_file: TokenFile = None,
    profile: Profile = "documented",
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
    speech: Speech = True,
    hearing: Hearing = "scripted",
    hearing_model: HearingModel = None,
    ladders: Annotated[bool, typer.Option(help="Print each call's ladder when it is over.")] = True,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="Let something go wrong: 'sip drop 30% from phone', 'webhook slow headers 3' (repeatable)."
        ),
    ] = None,
    fault_seed: Annotated[
        int | None,
        typer.Option(min=0, help="What the chance of --fault is drawn from; else any, which is printed."),
    ] = None,
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
            default_domain=full_name(default_domain, suffix=suffix) if default_domain else None,
            advertise=advertised(advertise),
            media_host=media_host(main),
            audio_timeout=audio_timeout,
            peers=parse_peers(map_sip or [], "--map-sip"),
        ),
        hosts=parse_host_map(map_host or [], typed("--map-host", variable="SIPDOMAIN_MAP_HOST")),
        rtp=parse_ports(rtp, "--rtp") if rtp else None,
        speech=speech,
        hearing=HearingSettings(hearing, hearing_model),
        dns=parse_address(dns, "--dns") if dns else None,
        edges=edge_listeners(edge or [], main.port if edges else None),
        tls=tls_listener(tls, main),
        names=(advertise,) if advertise else (),
        proxy=parse_address(proxy, "--proxy") if proxy else None,
        certificate=own_certificate(tls_certificate, tls_key),
        hep=parse_collector(hep, "--hep"),
        **_faults(fault or [], fault_seed),
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
            until_stopped(
                Prepared(
                    options=options, store=store, calls=calls, logs=logs, account=account, domains=domains,
                    given=given, user=user, secret=secret, ladders=ladders,
                    authority=(ca_folder or Path()).absolute() / CERTIFICATE_FILE,
                )
            )
        )  # fmt: skip
    except SetupError as error:
        raise with_flags(error, flags_of(options, edge or [])) from error
    finally:
        loop.close()


def _faults(lines: list[str], seed: int | None) -> dict[str, Any]:
    """Check faults before anything listens, and say what goes wrong on purpose, so that it can be replayed."""
    if not lines:
        return {}
    from sipdomain.runtime.fault_lines import parsed

    with about("--fault"):
        found = parsed(lines).lines()
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    again = "".join(f" --fault {shlex.quote(each)}" for each in found)
    print(f"faults are injected; the same again:{again} --fault-seed {seed}", file=sys.stderr)
    return {"faults": tuple(found), "fault_seed": seed}


def _authority(folder: Path | None, names: list[str]) -> Callable[[], CertificateAuthority]:
    if folder is None:
        return lambda: authority_of_this_run(names)
    # Read now, so that a wrong file is reported before anything listens.
    refuse_output(folder, "--ca-folder")
    with about("--ca-folder"):
        kept = CertificateAuthority.kept_in(folder, names)
    return lambda: kept


def _picture(entries: Sequence[Entry], call_id: str) -> Iterator[str]:
    # The ladder is imported when one is asked for.
    from sipdomain.cli.watch import pieces

    return pieces(entries, call_id)


def _state(path: Path) -> State:
    # Those who keep no state do not pay for the import.
    from sipdomain.runtime.state import State

    refuse_output(path, "--state", what="a file that is read again")
    with about("--state"):
        return State(path)


def _read(path: Path) -> ConfigurationFile:
    from sipdomain.runtime.files.config_file import ConfigurationFile

    with about("--config"):
        return ConfigurationFile.read(path)
