"""What `sipdomain serve` prints when it is ready."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from sipdomain.mask import masking
from sipdomain.report.moment import moment
from sipdomain.runtime.development import AUTH_TOKEN
from sipdomain.runtime.service import Service
from sipdomain.sip.outputs import Address
from sipdomain.twilio.store import Account, Domain, Store


def explain_proxy(address: Address, authority: Path) -> None:
    """Say on stderr what a program that uses the provider's SDK, or curl, needs in its environment."""
    bundles = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    print(f"proxy       export HTTPS_PROXY=http://{address}", file=sys.stderr)
    print(
        f"            export {' '.join(f'{each}={authority}' for each in bundles)}",
        file=sys.stderr,
        flush=True,
    )


def explain(
    store: Store,
    account: Account,
    domains: list[Domain],
    given: Domain | None,
    user: str,
    secret: str,
    service: Service,
    default_domain: str | None,
) -> None:
    """Say on stderr what a person needs for a first call, and what will keep it from working."""
    hide = masking(())

    def say(text: str) -> None:
        print(hide(text), file=sys.stderr, flush=True)

    now = time.monotonic()
    say(f"clock       {moment(time.time())} is {now:.3f} s in the journal")
    if account.auth_token == AUTH_TOKEN:
        say(f"auth token  {AUTH_TOKEN}   (set TWILIO_AUTH_TOKEN to use your own)")
    for each in domains:
        say(f"domain      {each.domain_name}   voice URL {each.voice_url or '(none)'}")
    if given is not None and user:
        say(f"softphone   user {user}   password {secret}   domain {given.domain_name}")
        secure = f", {service.tls_address} (TLS)" if service.tls_address is not None else ""
        say(
            f"            outbound proxy {service.sip_address} (UDP or TCP){secure}   "
            f"dial sip:100@{given.domain_name}"
        )
    if default_domain is not None and all(each.domain_name != default_domain for each in domains):
        say(f"warning     --default-domain {default_domain} does not exist: calls to an address are refused")
    for each in domains:
        if not each.voice_url:
            say(f"warning     {each.domain_name} has no voice URL: a call that is let in gets 404")
        if not store.auth_type(each):
            say(
                f"warning     {each.domain_name} has no list of users or addresses: it refuses every call (--user, --allow)"
            )
    if not domains:
        say("no domain yet: pass --voice-url and --user, or --config FILE, or create one by the REST API")


def ready_line(service: Service, account_sid: str, profile: str) -> str:
    """Return what is printed once all sockets are bound: where the emulator listens, with real ports in place of 0."""
    tls = f" tls={service.tls_address}" if service.tls_address is not None else ""
    dns = f" dns={service.dns_address}" if service.dns_address is not None else ""
    addresses = service.edges.addresses if service.edges is not None else {}
    edges = ",".join(f"{name}@{address}" for name, address in addresses.items())
    also = ",".join(str(address) for address, _ in service.listeners[1:])
    proxy = f" proxy=http://{service.proxy_address}" if service.proxy_address is not None else ""
    places = (f" also={also}" if also else "") + dns + proxy + (f" edges={edges}" if edges else "")
    return f"ready sip={service.sip_address}{tls} http={service.http_url} account={account_sid} profile={profile}{places}"
