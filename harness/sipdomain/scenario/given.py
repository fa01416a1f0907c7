"""What a scenario is given: accounts, lists, domains, simulated numbers, the webhook application's replies, phones."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final
from wsgiref.types import WSGIApplication

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    field_validator,
    model_validator,
)

from sipdomain.errors import SetupError
from sipdomain.runtime.files.application_file import SUFFIX as APPLICATION, load_application, named
from sipdomain.runtime.worlds.application import flow_path
from sipdomain.scenario.app_url import checked_app_url
from sipdomain.scenario.behaviours import BehavioursGiven
from sipdomain.scenario.bots import BotGiven
from sipdomain.scenario.faults import FaultsGiven, RtpFaultsGiven, WebhookFaultsGiven
from sipdomain.scenario.given_phone import PhoneGiven
from sipdomain.scenario.values import Strict
from sipdomain.scenario.when import When
from sipdomain.sip.outputs import Address
from sipdomain.twilio.configuration.model import (
    AccountSettings,
    Configuration,
    ConfigurationError,
    ConnectorEntry,
    DomainEntry,
)
from sipdomain.twilio.configuration.subscribers import SubscriberEntry
from sipdomain.twilio.store.subscribers import CLIENT
from sipdomain.twiml.short_form import document

IN_PYTHON: Final = "the application of a test"
"""Stands for an application that Python hands over, and of which nothing is known."""
FLOW: Final = "flow:"
"""Before the name of a flow of the application that comes with us."""


def _listening(text: str) -> str:
    try:
        return str(_address(text))
    except ValueError:
        raise ValueError(
            f"`{text}` is not an IP address and a port; write such as `listen: 192.168.1.5:5060`"
        ) from None


def _address(text: str) -> Address:
    host, _, port = text.rpartition(":")
    address = Address(str(ip_address(host.removeprefix("[").removesuffix("]"))), int(port))
    if not 0 < address.port < 65_536:
        raise ValueError("not a port")
    return address


class Reply(Strict):
    """A reply of the webhook application: TwiML verbs run in the order written, or a raw HTTP answer."""

    say: str | list[str] | None = Field(None, description="Words to say; a list says one after another.")
    play: str | list[str] | None = Field(None, description="A URL to play.")
    pause: str | list[str] | None = Field(None, description="A pause, in whole seconds.")
    hangup: str | None = Field(None, description="Hang up; write `hangup:` with nothing behind it.")
    redirect: str | None = Field(None, description="A path or URL to go on with.")
    reject: str | None = Field(None, description="Refuse the call: `rejected` or `busy`.")
    verbs: list[dict[str, Any]] | None = Field(
        None, description="Any verbs with their attributes, as [below](#verbs-in-full)."
    )
    twiml: str | None = Field(None, description="A whole TwiML document.")
    body: str | None = Field(None, description="A raw body.")
    content_type: str | None = Field(None, description="The Content-Type of `twiml`, `body` or `file`.")
    status: int | None = Field(None, ge=200, le=599, description="The HTTP status; 200 when left out.")
    headers: dict[str, str] | None = Field(None, description="Header fields to add.")
    delay: float | None = Field(None, ge=0, le=60, description="Seconds before the answer.")
    file: str | None = Field(
        None,
        description="A file whose content is the answer, relative to this file; its suffix gives the type.",
    )

    when: When | None = Field(
        None, description="For which requests this reply is, as [below](#a-reply-for-certain-requests)."
    )

    _order: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_the_order(cls, value: Any, validate: ModelWrapValidatorHandler[Reply]) -> Reply:
        reply = validate(value)
        if isinstance(value, dict):
            reply._order = tuple(value)  # noqa: SLF001 - its own
        return reply

    @model_validator(mode="after")
    def _write_the_verbs(self) -> Reply:
        if self.verbs is not None:
            beside = self.model_fields_set - {"verbs", "status", "headers", "delay", "when"}
            if beside:
                raise ValueError(f"`verbs` cannot stand beside `{min(beside)}`; write one of the two")
            document(self.verbs)
        return self

    def plain(self, folder: Path) -> dict[str, Any]:
        """Return what was written, converted, in the order written; a file by its absolute path."""
        written = {key: getattr(self, key) for key in self._order}
        if self.file is not None:
            written["file"] = str((folder / self.file).absolute())
        if self.when is not None:
            written["when"] = self.when.plain()
        if self.verbs is not None:
            written["twiml"] = document(written.pop("verbs"))
        return written


class Given(Strict):
    """All that stands before the first step."""

    include: str | list[str] | None = Field(
        default=None,
        description="A file that has keys of `given` too, or several, relative to this one: see [include](#include).",
        examples=["office.given.yaml"],
    )
    account: AccountSettings | None = Field(
        default=None, description="`sid` and `auth_token` of the account."
    )
    credential_lists: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="For each list its user names and passwords."
    )
    access_lists: dict[str, list[str]] = Field(
        default_factory=dict, description="For each IP access control list its addresses."
    )
    domains: dict[str, DomainEntry] = Field(
        default_factory=dict, description="For each SIP domain its lists and URLs."
    )
    bins: dict[str, str] = Field(
        default_factory=dict,
        description="For each TwiML bin its document; a URL of a domain names it as `bin:NAME`.",
    )
    connectors: dict[str, ConnectorEntry] = Field(
        default_factory=dict,
        description="For each [SIPREC connector](siprec.md) its session recording server, header and credential.",
    )
    numbers: dict[str, SubscriberEntry] = Field(
        default_factory=dict, description="For each simulated phone number what it does when it is called."
    )
    clients: dict[str, SubscriberEntry] = Field(
        default_factory=dict, description="For each identity of a client what it does when it is called."
    )
    app: dict[str, Reply | list[Reply]] | str = Field(
        default_factory=dict,
        description="For each path its reply or its successive replies; or `flow:NAME`; or an application of your own: "
        "`FILE.py` or a URL.",
    )
    bots: dict[str, BotGiven] = Field(
        default_factory=dict,
        description="For each path of the application that is a WebSocket the [bot](streams.md#bots) behind it.",
        examples=[{"/bot": {"kind": "echo"}}],
    )
    phones: dict[str, PhoneGiven] = Field(default_factory=dict, description="For each phone its line.")
    faults: FaultsGiven = Field(
        default_factory=FaultsGiven, description="Faults of SIP between phones and emulator."
    )
    rtp_faults: RtpFaultsGiven = Field(
        default_factory=RtpFaultsGiven, description="[Faults of audio](faults.md#audio)."
    )
    webhook_faults: WebhookFaultsGiven = Field(
        default_factory=WebhookFaultsGiven, description="[Faults of webhooks](faults.md#webhooks)."
    )
    cloud: BehavioursGiven = Field(
        default_factory=list,
        description="What the emulated cloud does on purpose: [behaviours of the far end](far-end.md).",
        examples=[[{"status": {"code": 503}}]],
    )
    dns: bool = Field(
        default=False, description="Whether DNS answers for the domains, and baresip finds them by it (live)."
    )
    listen: Annotated[str, AfterValidator(_listening)] | None = Field(
        default=None,
        description="HOST:PORT where the emulator takes SIP by UDP and TCP (live); a free port of 127.0.0.1 when left out.",
        examples=["192.168.1.5:5060"],
    )
    ipv6: bool = Field(
        default=False,
        description="Whether a foreign phone may call from ::1 (live); a phone of ours always may.",
    )
    route_set: bool | None = Field(
        default=None,
        description="Whether a 200 has the edge's Record-Routes and a Contact behind them; by profile when left out.",
    )

    _folder: Path = PrivateAttr(Path())

    @field_validator("app", mode="before")
    @classmethod
    def _is_a_file_a_url_or_replies(cls, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(FLOW):
            return f"{FLOW}{flow_path(value.removeprefix(FLOW))}"
        if isinstance(value, str) and "://" in value:
            return checked_app_url(value)
        if isinstance(value, str) and not named(value)[0].endswith(APPLICATION):
            raise ValueError(
                f"`{value}` is neither a Python file, a URL nor a flow; "
                "write such as `app: app.py`, `app: http://127.0.0.1:5000` or `app: flow:menu`"
            )
        return value

    @model_validator(mode="after")
    def _asks_the_flow(self) -> Given:
        """Have domains ask a flow that have no voice URL of their own."""
        if isinstance(self.app, str) and self.app.startswith(FLOW):
            path = self.app.removeprefix(FLOW)
            for name, domain in self.domains.items():
                self.domains[name] = domain if domain.voice else domain.model_copy(update={"voice": path})
        return self

    @model_validator(mode="after")
    def _has_an_application_for_its_bots(self) -> Given:
        if self.bots and not self.app_is_ours:
            raise ValueError("`bots` are of the application that comes with us; `app` names another one")
        return self

    @model_validator(mode="after")
    def _complete_phones(self) -> Given:
        passwords = {user: word for users in self.credential_lists.values() for user, word in users.items()}
        for name, phone in self.phones.items():
            user = phone.user or name
            password = phone.password or passwords.get(user, "")
            self.phones[name] = phone.model_copy(update={"user": user, "password": password})
        return self

    @model_validator(mode="after")
    def _gives_each_line_once(self) -> Given:
        taken = {*self.numbers, *(f"{CLIENT}{each}" for each in self.clients)}
        for name, phone in self.phones.items():
            if phone.line and phone.line in taken:
                raise ValueError(
                    f"{phone.line} is the phone `{name}`, and somebody else too; say once who it is"
                )
            taken.add(phone.line)
        return self

    def configuration(self) -> Configuration:
        """Return what the emulator is configured with, as a configuration file would say it."""
        return Configuration(
            account=self.account,
            credential_lists=self.credential_lists,
            access_lists=self.access_lists,
            bins=self.bins,
            connectors=self.connectors,
            domains=self.domains,
            numbers=self.numbers,
            clients=self.clients,
        )

    def look_for_files_in(self, folder: Path) -> None:
        """Set what the files of replies are relative to: the folder of the scenario's file."""
        self._folder = folder

    @property
    def folder(self) -> Path:
        """What the files of replies are relative to."""
        return self._folder

    def replies(self) -> dict[str, Any]:
        """Return for each path of the application its reply, or the list of its successive replies."""
        return {
            path: [each.plain(self._folder) for each in reply]
            if isinstance(reply, list)
            else reply.plain(self._folder)
            for path, reply in self.paths.items()
        }

    @property
    def app_is_ours(self) -> bool:
        """Whether the application that comes with us answers, with its replies and its flows."""
        return not isinstance(self.app, str) or self.app.startswith(FLOW)

    @property
    def paths(self) -> dict[str, Reply | list[Reply]]:
        """What the application answers, by path; nothing is known of one in a file or at a URL."""
        return {} if isinstance(self.app, str) else self.app

    @property
    def application_file(self) -> Path | None:
        """The file that has the application, or None."""
        is_file = not self.app_is_ours and not self.app_url and self.app != IN_PYTHON
        return self._folder / named(str(self.app))[0] if is_file else None

    @property
    def sip_address(self) -> Address | None:
        """Where the emulator takes SIP, or None for a free port."""
        return None if self.listen is None else _address(self.listen)

    @property
    def app_url(self) -> str:
        """Where an application runs by itself, without a final slash; "" when it does not."""
        return self.app if isinstance(self.app, str) and "://" in self.app else ""

    def application(self) -> WSGIApplication | None:
        """Return the application of the file that `app` names, or None.

        Raises:
            ConfigurationError: The file cannot be run, or has no application.
        """
        if self.application_file is None:
            return None
        file, name = named(str(self.app))
        try:
            return load_application(self._folder / file, name)
        except SetupError as error:
            raise ConfigurationError(str(error), ("app",)) from error

    def users(self) -> set[str]:
        """Return the user names of its phones and of its credential lists."""
        listed = {user for users in self.credential_lists.values() for user in users}
        return listed | {phone.user for phone in self.phones.values()}

    def secrets(self) -> frozenset[str]:
        """Return the passwords and tokens that no report may show."""
        words = {word for users in self.credential_lists.values() for word in users.values()}
        words |= {phone.password for phone in self.phones.values()}
        words |= {connector.credential for connector in self.connectors.values()}
        words.add((self.account and self.account.auth_token) or "")
        return frozenset(words - {""})
