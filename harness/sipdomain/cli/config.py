"""`sipdomain config`: check a configuration file, put one into a state file, get one out of it, or write one for a PBX."""

from __future__ import annotations

import json
import random
import secrets
import sys
import time
from pathlib import Path
from typing import Annotated, Literal

import typer
import yaml

from sipdomain.cli.certificates import usual_folder
from sipdomain.cli.first_domain import main_account
from sipdomain.cli.labels import about
from sipdomain.cli.pbx_files import settings_of, write
from sipdomain.cli.report_files import OUTPUT, refuse_output
from sipdomain.cli.shared_options import Suffix
from sipdomain.errors import SetupError
from sipdomain.pbx.vendors import VENDORS
from sipdomain.runtime.files.config_file import ConfigurationFile
from sipdomain.runtime.files.folders import rewrite_secret
from sipdomain.runtime.state import State
from sipdomain.twilio.configuration.export import describe
from sipdomain.twilio.configuration.terraform import to_terraform
from sipdomain.twilio.names.domain_names import SUFFIX, is_suffix
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Account, Store
from sipdomain.twilio.store.call_records import CallStore


def config(
    action: Annotated[
        Literal["check", "import", "export", "pbx"],
        typer.Argument(
            help="`check FILE`, `import FILE --state STATE`, `export --state STATE`, or `pbx VENDOR`."
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE|VENDOR",
            help="A configuration in YAML, or in Terraform's JSON (.json); for `pbx` one of: "
            + ", ".join(VENDORS)
            + ".",
        ),
    ] = None,
    state: Annotated[Path | None, typer.Option(help="A state file, as `serve --state` keeps it.")] = None,
    form: Annotated[Literal["yaml", "terraform"], typer.Option(help="What to export.")] = "yaml",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "--output", help="Where to write to, a folder for several files; else it is printed."
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Give the same SIDs each time.")] = None,
    suffix: Suffix = SUFFIX,
    domain: Annotated[str, typer.Option(help="The domain that the PBX calls.")] = "demo",
    user: Annotated[str, typer.Option(help="Its user.")] = "alice",
    password_file: Annotated[
        Path | None, typer.Option(help="A file with the user's password; else a placeholder is written.")
    ] = None,
    edge: Annotated[
        str,
        typer.Option(
            help="Where it sends to, HOST:PORT; 127.0.0.1:5060 by default, 127.0.0.1:5061 with --tls."
        ),
    ] = "",
    listen: Annotated[
        str, typer.Option(help="Where it listens itself, ADDRESS:PORT; a proxy's TLS has the next port.")
    ] = "127.0.0.1:5070",
    tcp: Annotated[bool, typer.Option("--tcp", help="SIP goes over TCP, not UDP.")] = False,
    tls: Annotated[bool, typer.Option("--tls", help="SIP goes over TLS.")] = False,
    srtp: Annotated[
        bool, typer.Option("--srtp", help="Audio is encrypted, as a secure domain wants; with --tls.")
    ] = False,
    ca_folder: Annotated[
        Path | None, typer.Option(help="Whose certificates it trusts over TLS; as for `serve`.")
    ] = None,
) -> None:
    """Check a configuration file, put one into a new state file, get one out of it, or write one for a PBX."""
    if not is_suffix(suffix):
        raise SetupError(f"--suffix needs labels in lower case, such as {SUFFIX} (got {suffix!r})")
    refuse_output(state, "--state", what="a file that is read again")
    out = None if out == OUTPUT else out
    if action == "pbx":
        if file is None or state is not None:
            raise SetupError("`config pbx` needs a vendor, and takes no --state: " + ", ".join(VENDORS))
        if tcp and tls:
            raise SetupError("--tcp and --tls were both given: keep one of them")
        settings = settings_of(
            domain, suffix, user, password_file, edge or f"127.0.0.1:{5061 if tls else 5060}", listen,
            "tls" if tls else "tcp" if tcp else "udp", (ca_folder or usual_folder()).absolute(), srtp=srtp,
        )  # fmt: skip
        write(str(file), settings, out)
        return
    if (file is None) != (action == "export"):
        raise SetupError("`config check` and `config import` need a file, `config export` takes none")
    if (state is None) != (action == "check"):
        raise SetupError("`config import` and `config export` need --state, `config check` takes none")
    bits = random.Random(seed) if seed is not None else secrets.SystemRandom()
    store = Store(Ids(bits), suffix=suffix)
    if file is None:
        assert state is not None  # noqa: S101 - seen above
        _export(state, store, form, out)
        return
    given = ConfigurationFile.read(file)
    account = main_account(store, given)
    given.apply(store, account.sid, now=time.time())
    if state is not None:
        with about("--state"):
            _keep(state, store)
    print(f"{file}: {_counted(store, account)}")


def _keep(path: Path, store: Store) -> None:
    kept = State(path)
    try:
        if not kept.is_new:
            raise SetupError(f"{path} has its own domains and lists: import into a new file")
        kept.load(Store(Ids(random.Random(0)), suffix=store.suffix), CallStore())
        kept.fill(store)
    finally:
        kept.close_now()


def _export(path: Path, store: Store, form: Literal["yaml", "terraform"], out: Path | None) -> None:
    if not path.is_file():
        raise SetupError(f"--state: there is no file {path}")
    with about("--state"):
        kept = State(path)
        try:
            kept.load(store, CallStore())
        finally:
            kept.close_now()
    accounts = [each for each in store.accounts if each.account_sid == each.sid]
    if not accounts:
        raise SetupError(f"--state: {path} is empty")
    account = accounts[0]
    found = describe(store, account.sid)
    if form == "terraform":
        text = json.dumps(to_terraform(found, store.suffix), indent=2) + "\n"
    else:
        plain = found.model_dump(exclude_defaults=True, exclude_none=True)
        text = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110)
    left_out = _left_out(store, account, form)
    if left_out:
        print(f"left out: {left_out}, which a configuration has no words for", file=sys.stderr)
    if out is None:
        print(text, end="")
        return
    try:
        rewrite_secret(out, text.encode())
    except OSError as error:
        raise SetupError(f"--out: cannot write {out}: {error.strerror}") from None


def _left_out(store: Store, account: Account, form: Literal["yaml", "terraform"]) -> str:
    addresses = [
        each
        for found in store.access_lists.of(account.sid)
        for each in store.access_lists.entries_of(account.sid, found.sid)
    ]
    domains = store.domains.of(account.sid)
    counts = {
        "friendly names of addresses": sum(
            each.friendly_name not in {str(each), each.ip_address} for each in addresses
        ),
        "settings of domains for emergency calls": sum(
            each.emergency_calling_enabled or each.emergency_caller_sid is not None for each in domains
        ),
        "BYOC trunks of domains": sum(each.byoc_trunk_sid is not None for each in domains),
        "other accounts": len(list(store.accounts)) - 1,
        "API keys": len(list(store.keys)),
        "phone numbers": len(list(store.numbers)),
        "caller IDs": len(list(store.caller_ids)),
        "queues": len(list(store.queues)),
        "names of TwiML bins": sum(each.friendly_name != each.sid for each in store.bins.of(account.sid)),
        "SIPREC connectors": len(list(store.connectors)) if form == "terraform" else 0,
        "applications": len(list(store.applications)),
        "IP records": len(list(store.trunks.ip_records)),
        "source IP mappings": len(list(store.trunks.source_ip_mappings)),
        "connection policies": len(list(store.trunks.policies)),
        "BYOC trunks": len(list(store.trunks.byoc_trunks)),
        "simulated numbers and clients": len(list(store.subscribers)) if form == "terraform" else 0,
    }
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _counted(store: Store, account: Account) -> str:
    lists = store.credential_lists.of(account.sid)
    users = sum(len(store.credential_lists.users(each.sid)) for each in lists)
    return (
        f"domains: {len(store.domains.of(account.sid))}, credential lists: {len(lists)}, users: {users}, "
        f"access lists: {len(store.access_lists.of(account.sid))}"
    )
