"""A configuration as Terraform's JSON, for the provider `twilio/twilio`, and back.

Source: https://registry.terraform.io/providers/twilio/twilio/latest/docs and
https://developer.hashicorp.com/terraform/language/syntax/json. Each resource's name is made from what it is of; one
resource refers to another by "${TYPE.NAME.sid}".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sipdomain.twilio.configuration.model import Configuration, ConfigurationError, Path, parse
from sipdomain.twilio.configuration.terraform_state import is_state, resources_of
from sipdomain.twilio.names.domain_names import full_name, parent_name

_SIP: Final = "twilio_api_accounts_sip_"
DOMAINS: Final = f"{_SIP}domains"
CREDENTIAL_LISTS: Final = f"{_SIP}credential_lists"
CREDENTIALS: Final = f"{_SIP}credential_lists_credentials"
ACCESS_LISTS: Final = f"{_SIP}ip_access_control_lists"
ADDRESSES: Final = f"{_SIP}ip_access_control_lists_ip_addresses"
CALL_CREDENTIALS: Final = f"{_SIP}domains_auth_calls_credential_list_mappings"
CALL_ADDRESSES: Final = f"{_SIP}domains_auth_calls_ip_access_control_list_mappings"
REGISTRATIONS: Final = f"{_SIP}domains_auth_registrations_credential_list_mappings"
# The older paths for the same mappings as for calls.
LEGACY_CREDENTIALS: Final = f"{_SIP}domains_credential_list_mappings"
LEGACY_ADDRESSES: Final = f"{_SIP}domains_ip_access_control_list_mappings"

_KNOWN: Final = (
    DOMAINS, CREDENTIAL_LISTS, CREDENTIALS, ACCESS_LISTS, ADDRESSES, CALL_CREDENTIALS, CALL_ADDRESSES, REGISTRATIONS,
    LEGACY_CREDENTIALS, LEGACY_ADDRESSES,
)  # fmt: skip
_FIELDS: Final = {
    "friendly_name": "friendly_name",
    "voice": "voice_url",
    "voice_method": "voice_method",
    "fallback": "voice_fallback_url",
    "fallback_method": "voice_fallback_method",
    "status": "voice_status_callback_url",
    "status_method": "voice_status_callback_method",
    "secure": "secure",
    "sip_registration": "sip_registration",
}
"""For each key of a domain in a configuration, its argument."""

_ESCAPED: Final = re.compile(r"([$%])\1(?=\{)")
_TEMPLATE: Final = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")
_REFERENCE: Final = re.compile(r"\$\{([a-z_]+)\.([A-Za-z0-9_-]+)\.sid\}")

Resources = dict[str, dict[str, dict[str, Any]]]


def escaped(text: str) -> str:
    """Return a text as Terraform reads it letter by letter: `${` and `%{` would begin a template."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _quoted(text: str) -> str:
    """Return a text as a string within a template (Terraform's quoted strings)."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped(plain)}"'


def to_terraform(configuration: Configuration, suffix: str) -> dict[str, Any]:
    """Return a configuration as the value of a `.tf.json` file.

    Passwords are not known, only their hashes: they become the variable `passwords`, a map by "LIST/USER".

    Args:
        configuration: With whole URLs.
        suffix: What domain names end with that stand there without dots.
    """
    made: Resources = {}
    names = _Names()
    lists: dict[str, tuple[str, str]] = {}
    for title, users in configuration.credential_lists.items():
        name = names.new(title)
        lists[title] = (CREDENTIAL_LISTS, name)
        made.setdefault(CREDENTIAL_LISTS, {})[name] = {"friendly_name": escaped(title)}
        for user in users:
            made.setdefault(CREDENTIALS, {})[names.new(f"{title}_{user}")] = {
                "credential_list_sid": _sid(CREDENTIAL_LISTS, name),
                "username": escaped(user),
                "password": f"${{var.passwords[{_quoted(f'{title}/{user}')}]}}",
            }
    for title, addresses in configuration.access_lists.items():
        name = names.new(title)
        lists[title] = (ACCESS_LISTS, name)
        made.setdefault(ACCESS_LISTS, {})[name] = {"friendly_name": escaped(title)}
        for text in addresses:
            address, _, length = text.partition("/")
            made.setdefault(ADDRESSES, {})[names.new(f"{title}_{text}")] = {
                "ip_access_control_list_sid": _sid(ACCESS_LISTS, name),
                "friendly_name": escaped(text),
                "ip_address": escaped(address),
                "cidr_prefix_length": int(length or 32),
            }
    wholes = {title: full_name(title, suffix=suffix) for title in configuration.domains}
    named = {whole.lower(): names.new(title) for title, whole in wholes.items()}
    for title, entry in configuration.domains.items():
        whole = wholes[title]
        name = named[whole.lower()]
        given = entry.model_dump(exclude_none=True)
        arguments = {argument: given[key] for key, argument in _FIELDS.items() if key in given}
        arguments = {key: escaped(each) if isinstance(each, str) else each for key, each in arguments.items()}
        arguments.setdefault("sip_registration", bool(entry.registrations))
        parent = named.get((parent_name(whole, suffix=suffix) or "").lower())
        if parent is not None:
            # Terraform makes and deletes what is not joined in any order; a subdomain needs its parent.
            arguments["depends_on"] = [f"{DOMAINS}.{parent}"]
        made.setdefault(DOMAINS, {})[name] = {"domain_name": escaped(whole), **arguments}
        for kind, title_of_list in _mapped(entry.calls, entry.registrations, lists):
            type_of_list, name_of_list = lists[title_of_list]
            field = (
                "credential_list_sid" if type_of_list == CREDENTIAL_LISTS else "ip_access_control_list_sid"
            )
            made.setdefault(kind, {})[names.new(f"{name}_{name_of_list}")] = {
                "domain_sid": _sid(DOMAINS, name),
                field: _sid(type_of_list, name_of_list),
            }
    value: dict[str, Any] = {"terraform": {"required_providers": {"twilio": {"source": "twilio/twilio"}}}}
    if CREDENTIALS in made:
        value["variable"] = {"passwords": {"type": "map(string)", "sensitive": True}}
    return {**value, "resource": made}


def _mapped(
    calls: list[str], registrations: list[str], lists: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for title in calls:
        yield (CALL_CREDENTIALS if lists[title][0] == CREDENTIAL_LISTS else CALL_ADDRESSES), title
    for title in registrations:
        yield REGISTRATIONS, title


def _sid(kind: str, name: str) -> str:
    return f"${{{kind}.{name}.sid}}"


class _Names:
    """Names of resources: letters, digits and lines below, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, text: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_") or "unnamed"
        plain = plain if plain[0].isalpha() else f"_{plain}"
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name)
        return name


def from_terraform(value: Any) -> Configuration:
    """Return the configuration that a `.tf.json` file, or a state by `terraform show -json`, describes.

    In a file other resources than those of SIP are refused; in a state they are passed over.

    Args:
        value: Plain values, every scalar as text; null is None.

    Raises:
        ConfigurationError: It is not such a file, or refers to what is not there or only Terraform knows.
    """
    if is_state(value):
        found, places = resources_of(value, _SIP)
        for (kind, _), place in places.items():
            if kind not in _KNOWN:
                raise ConfigurationError(f"`{kind}` is not emulated", place)
        return _Read(found, places).configuration()
    resources = value.get("resource") if isinstance(value, Mapping) else None
    if not isinstance(resources, Mapping):
        raise ConfigurationError(
            "there is no `resource` in this file (of a state, read what `terraform show -json` prints)", ()
        )
    for kind in resources:
        if kind not in _KNOWN:
            raise ConfigurationError(f"`{kind}` is not emulated", ("resource", kind), _KNOWN)
    return _Read(resources).configuration()


class _Read:
    """Terraform's resources on their way to a configuration."""

    def __init__(
        self, resources: Mapping[str, Any], places: Mapping[tuple[str, str], Path] | None = None
    ) -> None:
        """Begin.

        Args:
            resources: By type and name.
            places: Where each stands in a state, whose texts mean what they say; None for a file.
        """
        self._resources = resources
        self._places = places
        self._titles: dict[tuple[str, str], str] = {}

    def _place(self, kind: str, name: str) -> Path:
        return ("resource", kind, name) if self._places is None else self._places[kind, name]

    def configuration(self) -> Configuration:
        credential_lists: dict[str, dict[str, str]] = {
            self._title(CREDENTIAL_LISTS, name): {} for name, _ in self._all(CREDENTIAL_LISTS)
        }
        access_lists: dict[str, list[str]] = {
            self._title(ACCESS_LISTS, name): [] for name, _ in self._all(ACCESS_LISTS)
        }
        for name, _ in self._all(CREDENTIALS):
            owner = self._referred(CREDENTIALS, name, "credential_list_sid", CREDENTIAL_LISTS)
            user = self._text(CREDENTIALS, name, "username")
            credential_lists[owner][user] = self._text(CREDENTIALS, name, "password")
        for name, arguments in self._all(ADDRESSES):
            owner = self._referred(ADDRESSES, name, "ip_access_control_list_sid", ACCESS_LISTS)
            length = str(arguments.get("cidr_prefix_length") or "32")
            address = self._text(ADDRESSES, name, "ip_address")
            access_lists[owner].append(address if length == "32" else f"{address}/{length}")
        domains: dict[str, dict[str, Any]] = {}
        for name, arguments in self._all(DOMAINS):
            found = {
                key: self._text(DOMAINS, name, field) if isinstance(given, str) else given
                for key, field in _FIELDS.items()
                for given in (arguments.get(field),)
                if given is not None and given != ""
            }
            domains[self._text(DOMAINS, name, "domain_name")] = {**found, "calls": [], "registrations": []}
        for kind, key, field, lists in (
            (CALL_CREDENTIALS, "calls", "credential_list_sid", CREDENTIAL_LISTS),
            (CALL_ADDRESSES, "calls", "ip_access_control_list_sid", ACCESS_LISTS),
            (REGISTRATIONS, "registrations", "credential_list_sid", CREDENTIAL_LISTS),
            (LEGACY_CREDENTIALS, "calls", "credential_list_sid", CREDENTIAL_LISTS),
            (LEGACY_ADDRESSES, "calls", "ip_access_control_list_sid", ACCESS_LISTS),
        ):
            for name, _ in self._all(kind):
                domain = self._referred(kind, name, "domain_sid", DOMAINS)
                domains[domain][key].append(self._referred(kind, name, field, lists))
        return parse({"credential_lists": credential_lists, "access_lists": access_lists, "domains": domains})

    def _all(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        found = self._resources.get(kind) or {}
        if not isinstance(found, Mapping):
            raise ConfigurationError("a mapping of names is needed here", ("resource", kind))
        for name, arguments in found.items():
            if not isinstance(arguments, Mapping):
                raise ConfigurationError("a mapping of arguments is needed here", ("resource", kind, name))
        return list(found.items())

    def _text(self, kind: str, name: str, field: str) -> str:
        text = self._resources[kind][name].get(field)
        path = self._place(kind, name)
        if not isinstance(text, str) or not text:
            raise ConfigurationError(f"`{field}` is missing", path)
        if self._places is not None:
            return text
        if _TEMPLATE.search(text):
            raise ConfigurationError(
                f"`{text}` is known to Terraform only: write the value here", (*path, field)
            )
        return _ESCAPED.sub(r"\1", text)

    def _title(self, kind: str, name: str) -> str:
        if kind == DOMAINS:
            return self._text(kind, name, "domain_name")
        known = self._titles.get((kind, name))
        if known is None:
            # In a configuration lists are known by their names: a second one of a name gets a number.
            known = first = self._text(kind, name, "friendly_name")
            number = 1
            while known in self._titles.values():
                number += 1
                known = f"{first} {number}"
            self._titles[kind, name] = known
        return known

    def _referred(self, kind: str, name: str, field: str, to: str) -> str:
        """Return what the resource that an argument refers to is called in a configuration."""
        text = str(self._resources[kind][name].get(field) or "")
        path = self._place(kind, name)
        if self._places is not None:
            for other, arguments in self._all(to):
                if arguments.get("sid") == text:
                    return self._title(to, other)
            raise ConfigurationError(f"`{field}` must be the SID of one in this state (got `{text}`)", path)
        found = _REFERENCE.fullmatch(text)
        if found is None or found[1] != to or found[2] not in (self._resources.get(to) or {}):
            raise ConfigurationError(f"`{field}` must be ${{{to}.NAME.sid}}, of one in this file", path)
        return self._title(to, found[2])
