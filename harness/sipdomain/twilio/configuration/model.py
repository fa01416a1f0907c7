"""What a configuration file, or a scenario's `given:`, says about an account's domains and lists.

credential_lists: {staff: {alice: Correct-Horse-42}}
access_lists: {office: [127.0.0.10, 10.0.0.0/8]}
bins: {closed: <Response><Say>We are closed</Say></Response>}
domains: {acme: {calls: [staff, office], registrations: [staff], voice: /voice, fallback: "bin:closed"}}
connectors: {archive: {server: "sip:srs@127.0.0.1:5080;secure=true", header: X-Api-Key, credential: key-42}}
numbers: {"+15551234567": {answers_after: 3, then: [{say: This is Bob}]}}
clients: {bob: busy}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urljoin

from pydantic import BeforeValidator, Field, ValidationError

from sipdomain.errors import RestError, SipDomainError
from sipdomain.model_errors import misfit
from sipdomain.steps import Steps, drained
from sipdomain.twilio.configuration.strict import Strict
from sipdomain.twilio.configuration.subscribers import SubscriberEntry, client_of, number_of
from sipdomain.twilio.names.domain_names import full_name
from sipdomain.twilio.names.sids import is_sid
from sipdomain.twilio.store import Domain, DomainSettings, Purpose, Store, checks

Path = tuple[str | int, ...]

BIN: Final = "bin:"
"""What stands before a bin's name in place of its URL."""


class ConfigurationError(SipDomainError):
    """The configuration is wrong.

    Attributes:
        message: What is wrong.
        path: The keys and indexes that lead to the place.
        choices: The words that would be right there, if they can be listed.
        hint: What to do about it, or "".
    """

    def __init__(self, message: str, path: Path, choices: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.choices = choices
        self.hint = hint


def _empty(value: Any) -> Any:
    """Take a key with nothing after it for an empty list or mapping."""
    return {} if value == "" else value


def _empty_list(value: Any) -> Any:
    return [] if value == "" else value


Names = Annotated[list[str], BeforeValidator(_empty_list)]
Users = Annotated[dict[str, str], BeforeValidator(_empty)]
Subscribers = Annotated[dict[str, SubscriberEntry], BeforeValidator(_empty)]


class AccountSettings(Strict):
    """The main account.

    Attributes:
        sid: AC and 32 hexadecimal digits; None for the default one.
        auth_token: Its token; None for the default one.
    """

    sid: str | None = None
    auth_token: str | None = None


class DomainEntry(Strict):
    """A domain.

    Attributes:
        calls: The lists that guard calls, of both kinds.
        registrations: The credential lists of phones that may register.
        voice: The webhook asked for TwiML: a URL, a path at the app's own address, or `bin:` and a bin's name.
        voice_method: GET or POST.
        fallback: Asked when that fails.
        fallback_method: GET or POST.
        status: Told how calls progress.
        status_method: GET or POST.
        friendly_name: For people.
        secure: Whether calls must come by TLS and SRTP.
        sip_registration: Whether phones may register; when not given, they may if `registrations` names a list.
    """

    calls: Names = Field(default_factory=list)
    registrations: Names = Field(default_factory=list)
    voice: str | None = None
    voice_method: str = "POST"
    fallback: str | None = None
    fallback_method: str = "POST"
    status: str | None = None
    status_method: str = "POST"
    friendly_name: str | None = None
    secure: bool = False
    sip_registration: bool | None = None


class ConnectorEntry(Strict):
    """A SIPREC connector.

    Attributes:
        server: The SIP URI of the session recording server; `;secure=true` asks for TLS and SRTP, `;edge=NAME` for an edge.
        header: The header field of the INVITE that has the credential.
        credential: Its value.
    """

    server: str
    header: str = ""
    credential: str = ""


class Configuration(Strict):
    """All of it.

    Attributes:
        account: The main account, or None.
        credential_lists: For each list's name its users and their passwords, or "ha1:" and a hash.
        access_lists: For each list's name its addresses, as a.b.c.d or a.b.c.d/LENGTH.
        bins: For each TwiML bin its document; a name of the form EH and 32 hexadecimal digits is also its SID.
        connectors: For each SIPREC connector's unique name its server.
        domains: For each domain's name what it is set to; a name without dots stands right under the suffix.
        numbers: For each simulated phone number, in E.164 form, what it does when it is called.
        clients: Likewise for each identity of a simulated client.
    """

    account: AccountSettings | None = None
    credential_lists: Annotated[dict[str, Users], BeforeValidator(_empty)] = Field(default_factory=dict)
    access_lists: Annotated[dict[str, Names], BeforeValidator(_empty)] = Field(default_factory=dict)
    bins: Annotated[dict[str, str], BeforeValidator(_empty)] = Field(default_factory=dict)
    connectors: Annotated[dict[str, ConnectorEntry], BeforeValidator(_empty)] = Field(default_factory=dict)
    domains: Annotated[
        dict[str, Annotated[DomainEntry, BeforeValidator(_empty)]], BeforeValidator(_empty)
    ] = Field(default_factory=dict)
    numbers: Subscribers = Field(default_factory=dict)
    clients: Subscribers = Field(default_factory=dict)


def parse(data: Any) -> Configuration:
    """Return the configuration that plain values describe.

    Args:
        data: Strings, lists and dicts, as read from YAML without converting scalars.

    Raises:
        ConfigurationError: They do not; the first mistake is named.
    """
    try:
        return Configuration.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    said = misfit(first, Configuration)
    raise ConfigurationError(
        said.message, first["loc"], said.choices, said.example and f"write `{said.example}`"
    )


def apply(
    configuration: Configuration, store: Store, account_sid: str, *, now: float, base_url: str = ""
) -> list[Domain]:
    """Put a configuration's lists and domains into a store.

    Args:
        configuration: What to make; its `account` is the caller's affair.
        store: Where to; nothing in it is replaced.
        account_sid: The owner.
        now: Unix seconds.
        base_url: What paths such as "/voice" are relative to; "" when only whole URLs are allowed.

    Returns:
        The domains, in the order of the configuration.

    Raises:
        ConfigurationError: The store refuses something, or a name leads nowhere.
    """
    return drained(apply_in_steps(configuration, store, account_sid, now=now, base_url=base_url))


def apply_in_steps(
    configuration: Configuration, store: Store, account_sid: str, *, now: float, base_url: str = ""
) -> Steps[list[Domain]]:
    """Do as `apply`, a record at a step: a long configuration takes a while."""
    return _Applied(configuration, store, account_sid, now, base_url).domains()


class _Applied:
    """One configuration on its way into a store."""

    def __init__(
        self, configuration: Configuration, store: Store, account_sid: str, now: float, base_url: str
    ) -> None:
        self._configuration = configuration
        self._store = store
        self._account_sid = account_sid
        self._now = now
        self._base_url = base_url
        self._lists: dict[str, str] = {}
        self._bins: dict[str, str] = {}

    def domains(self) -> Steps[list[Domain]]:
        """Make everything; return the domains."""
        configuration = self._configuration
        for name, users in configuration.credential_lists.items():
            yield from self._add_credential_list(name, users)
        for name, addresses in configuration.access_lists.items():
            if name in self._lists:
                raise ConfigurationError(f"`{name}` is also a credential list", ("access_lists", name))
            yield from self._add_access_list(name, addresses)
        for name, twiml in configuration.bins.items():
            sid = name if is_sid("EH", name) else ""
            with _at("bins", name):
                made = self._store.bins.create(self._account_sid, name, twiml, sid=sid, now=self._now)
            self._bins[name] = made.url
            yield
        for name, connector in configuration.connectors.items():
            with _at("connectors", name):
                self._store.connectors.create(
                    self._account_sid, name, connector.server, header=connector.header,
                    credential=connector.credential, now=self._now,
                )  # fmt: skip
            yield
        names = {key: full_name(key, suffix=self._store.suffix) for key in self._configuration.domains}
        # A parent must be there before what stands under it.
        domains = {}
        for key in sorted(names, key=lambda key: names[key].count(".")):
            domains[key] = self._add_domain(key, names[key], configuration.domains[key])
            yield
        yield from self._add_subscribers("numbers", configuration.numbers, number_of)
        yield from self._add_subscribers("clients", configuration.clients, client_of)
        return [domains[key] for key in names]

    def _add_subscribers(
        self, kind: str, entries: Mapping[str, SubscriberEntry], address_of: Callable[[str], str]
    ) -> Steps[None]:
        for name, entry in entries.items():
            with _at(kind, name):
                address = address_of(name)
                settings = entry.settings(partial(self._sound, (kind, name)))
                self._store.subscribers.define(self._account_sid, address, now=self._now, **settings)
            yield

    def _sound(self, path: Path, index: int, text: str) -> str:
        return self._url(text, (*path, "then", index, "play")) or ""

    def _add_credential_list(self, name: str, users: dict[str, str]) -> Steps[None]:
        lists, owner, now = self._store.credential_lists, self._account_sid, self._now
        with _at("credential_lists", name):
            sid = lists.create(owner, name, now=now).sid
        for user, secret in users.items():
            hashed = secret[4:] if secret.startswith("ha1:") else ""
            with _at("credential_lists", name, user):
                if secret.startswith("ha1:") and not hashed:
                    raise ConfigurationError("a hash must follow `ha1:`", ("credential_lists", name, user))
                lists.add(owner, sid, user, password=secret, ha1=hashed, now=now)
            yield
        self._lists[name] = sid

    def _add_access_list(self, name: str, addresses: list[str]) -> Steps[None]:
        lists, owner, now = self._store.access_lists, self._account_sid, self._now
        with _at("access_lists", name):
            sid = lists.create(owner, name, now=now).sid
        for index, text in enumerate(addresses):
            address, slash, length = text.partition("/")
            if slash and not (length.isascii() and length.isdecimal() and len(length) < 3):
                raise ConfigurationError(
                    f"`{length}` is not a prefix length from 0 to 32", ("access_lists", name, index)
                )
            with _at("access_lists", name, index):
                lists.add(owner, sid, text, address, cidr_prefix_length=int(length) if slash else 32, now=now)
            yield
        self._lists[name] = sid

    def _add_domain(self, key: str, name: str, entry: DomainEntry) -> Domain:
        settings = DomainSettings(
            friendly_name=entry.friendly_name,
            voice_url=self._url(entry.voice, ("domains", key, "voice")),
            voice_method=self._method(entry.voice_method, ("domains", key, "voice_method")),
            voice_fallback_url=self._url(entry.fallback, ("domains", key, "fallback")),
            voice_fallback_method=self._method(entry.fallback_method, ("domains", key, "fallback_method")),
            voice_status_callback_url=self._url(entry.status, ("domains", key, "status")),
            voice_status_callback_method=self._method(entry.status_method, ("domains", key, "status_method")),
            sip_registration=bool(entry.registrations)
            if entry.sip_registration is None
            else entry.sip_registration,
            secure=entry.secure,
        )
        with _at("domains", key):
            domain = self._store.domains.create(self._account_sid, name, now=self._now, **settings)
        self._map(domain, "calls", entry.calls, ("domains", key, "calls"))
        self._map(domain, "registrations", entry.registrations, ("domains", key, "registrations"))
        return domain

    def _map(self, domain: Domain, purpose: Purpose, names: list[str], path: Path) -> None:
        configuration = self._configuration
        known = dict.fromkeys(configuration.credential_lists)
        if purpose == "calls":
            known |= dict.fromkeys(configuration.access_lists)
        for index, name in enumerate(names):
            if name not in known:
                kind = "list" if purpose == "calls" else "credential list"
                raise ConfigurationError(f"there is no {kind} `{name}`", (*path, index), tuple(known))
            with _at(*path, index):
                self._store.map_list(self._account_sid, domain.sid, self._lists[name], purpose, now=self._now)

    def _url(self, text: str | None, path: Path) -> str | None:
        if not text:
            return None
        if text.startswith(BIN):
            name = text.removeprefix(BIN)
            if name not in self._bins:
                raise ConfigurationError(
                    f"there is no TwiML bin `{name}`", path, tuple(BIN + each for each in self._bins)
                )
            return self._bins[name]
        if "://" not in text:
            if not self._base_url:
                raise ConfigurationError(f"`{text}` is only a path: a whole URL is needed here", path)
            text = urljoin(self._base_url, text)
        with _at(*path):
            return checks.url(text, name=str(path[-1]))

    @staticmethod
    def _method(text: str, path: Path) -> str:
        with _at(*path):
            return checks.method(text, name=str(path[-1]))


@contextmanager
def _at(*path: str | int) -> Iterator[None]:
    """Say where in the configuration the store refused something."""
    try:
        yield
    except RestError as error:
        raise ConfigurationError(str(error), path) from None
