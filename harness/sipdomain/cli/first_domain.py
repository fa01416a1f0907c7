"""The account and the domain that `sipdomain serve` makes of its flags."""

from __future__ import annotations

import secrets
import string
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from sipdomain.cli.environment import account_of_environment
from sipdomain.cli.labels import about, typed
from sipdomain.cli.tokens import chosen
from sipdomain.errors import RestError, SetupError
from sipdomain.runtime.development import ACCOUNT_SID
from sipdomain.twilio.names.domain_names import full_name
from sipdomain.twilio.store import Account, Domain, Store, checks

if TYPE_CHECKING:
    from sipdomain.runtime.files.config_file import ConfigurationFile

PASSWORD_LENGTH = 16


def main_account(store: Store, file: ConfigurationFile | None, replacement: str = "") -> Account:
    """Return the main account that environment, file or default values name; it is made when it is not there.

    Args:
        store: Where it is.
        file: What names it, if anything does.
        replacement: Its token where it would be the public one; "" where that is taken.

    Raises:
        SetupError: Its SID in the environment is none, or its token must be another one.
        FileError: Its SID in the file is none.
    """
    settings = file.configuration.account if file is not None else None
    environment = account_of_environment()
    sid = environment.sid or (settings.sid if settings else None) or ACCOUNT_SID
    named = {
        "TWILIO_AUTH_TOKEN": environment.auth_token,
        "account.auth_token": settings.auth_token if settings else None,
    }
    token = chosen(named, replacement)
    try:
        known = {each.sid: each for each in store.accounts}.get(sid)
        if known is None:
            return store.accounts.create(now=time.time(), sid=sid, auth_token=token)
        if not named["TWILIO_AUTH_TOKEN"]:
            token = chosen({"": known.auth_token}, replacement)
        if known.auth_token != token:
            store.accounts.table.put(replace(known, auth_token=token))
        return store.accounts.fetch(sid)
    except RestError as error:
        if file is None:
            raise SetupError(str(error)) from error
        # Whoever has no configuration file does not pay for its models.
        from sipdomain.twilio.configuration.model import ConfigurationError

        raise file.placed(ConfigurationError(str(error), ("account", "sid"))) from None


def first_domain(
    store: Store, account: Account, name: str, voice_url: str, fallback_url: str, status_url: str
) -> Domain:
    """Make the domain of `--voice-url`; raises SetupError, which names the flag or variable."""
    for text, flag, variable in (
        (voice_url, "--voice-url", "SIPDOMAIN_VOICE_URL"),
        (fallback_url, "--fallback-url", "SIPDOMAIN_FALLBACK_URL"),
        (status_url, "--status-url", "SIPDOMAIN_STATUS_URL"),
    ):
        label = typed(flag, variable=variable)
        with about(label):
            checks.url(text or None, name=label)
    with about("--domain"):
        return store.domains.create(
            account.sid,
            full_name(name, suffix=store.suffix),
            now=time.time(),
            voice_url=voice_url or None,
            voice_fallback_url=fallback_url or None,
            voice_status_callback_url=status_url or None,
        )


def guard(store: Store, account: Account, domain: Domain, user: str, password: str, allow: list[str]) -> str:
    """Map a credential list for `user`, who may register too, and an access list for `allow`; return the password.

    Raises:
        SetupError: The user, the password or an address is refused; it names the flag or variable.
    """
    now = time.time()
    secret = password or made_password()
    if user:
        users = store.credential_lists.create(account.sid, f"{domain.domain_name} users", now=now)
        with about("--user"):
            checks.username(user)
        with about(typed("--password", "--password-file", variable="SIPDOMAIN_PASSWORD")):
            store.credential_lists.add(account.sid, users.sid, user, password=secret, now=now)
        store.map_list(account.sid, domain.sid, users.sid, "calls", now=now)
        # Softphones register before they call, unless they are set not to.
        store.map_list(account.sid, domain.sid, users.sid, "registrations", now=now)
        store.domains.update(account.sid, domain.sid, now=now, sip_registration=True)
    if allow:
        with about("--allow"):
            places = store.access_lists.create(account.sid, f"{domain.domain_name} addresses", now=now)
            for address in allow:
                store.access_lists.add(account.sid, places.sid, address, address, now=now)
            store.map_list(account.sid, domain.sid, places.sid, "calls", now=now)
    return secret


def made_password() -> str:
    """Return a password that the provider takes."""
    alphabet = string.ascii_letters + string.digits
    # Upper case, lower case and a digit: the provider's rule for passwords.
    return "Aa1" + "".join(secrets.choice(alphabet) for _ in range(PASSWORD_LENGTH - 3))
