"""Makes a configuration by the REST API of a SIP domain that runs elsewhere, and removes it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sipdomain.errors import SetupError
from sipdomain.runtime.worlds.rest_client import RestClient
from sipdomain.twilio.configuration.model import Configuration, DomainEntry
from sipdomain.twilio.names.domain_names import SUFFIX, full_name

_REMOVED: Final = re.compile(
    r"/2010-04-01/Accounts(\.json)?"
    r"|(/2010-04-01/Accounts/\w+/)?(SIP/(CredentialLists|IpAccessControlLists|Domains)|Queues)(\.json)?"
)
"""Paths at which is made what is removed again, those of a sub-account too."""
_ACCOUNT: Final = re.compile(r"/2010-04-01/Accounts/\w+")
"""The path of a sub-account: it is closed, for none can be deleted."""


class Provisioning:
    """What was made at a target, and only that."""

    def __init__(self, rest: RestClient, app_url: str) -> None:
        """Begin with nothing.

        Args:
            rest: The target's REST API.
            app_url: What the paths of URLs are relative to, without a final slash.
        """
        self._rest = rest
        self._app_url = app_url
        self._made: list[str] = []
        self._lists: dict[str, tuple[str, str]] = {}

    def make(self, configuration: Configuration) -> str:
        """Make lists and domains; return the first domain's name, or the suffix.

        Raises:
            SetupError: The target refuses something; what was made by then stays until `remove`.
        """
        for name, users in configuration.credential_lists.items():
            sid = self._post("SIP/CredentialLists", {"FriendlyName": name}, f"the credential list {name}")
            self._lists[name] = "CredentialList", sid
            for user, password in users.items():
                form = {"Username": user, "Password": password}
                self._ask(f"SIP/CredentialLists/{sid}/Credentials", form, f"the user {user}")
        for name, addresses in configuration.access_lists.items():
            sid = self._post("SIP/IpAccessControlLists", {"FriendlyName": name}, f"the access list {name}")
            self._lists[name] = "IpAccessControlList", sid
            for text in addresses:
                address, _, length = text.partition("/")
                form = {"FriendlyName": text, "IpAddress": address, "CidrPrefixLength": length or "32"}
                self._ask(f"SIP/IpAccessControlLists/{sid}/IpAddresses", form, f"the address {text}")
        names = {key: full_name(key) for key in configuration.domains}
        # A parent must be there before what stands under it.
        for key in sorted(names, key=lambda key: names[key].count(".")):
            self._make_domain(names[key], configuration.domains[key])
        return next(iter(names.values()), SUFFIX)

    def keep_in_mind(self, method: str, path: str, status: int, body: Mapping[str, Any]) -> None:
        """Take note of what a scenario makes itself by the REST API, so that it is removed too."""
        if method == "POST" and status == 201 and _REMOVED.fullmatch(path) and body.get("sid"):
            self._made.append(f"{path.removesuffix('.json')}/{body['sid']}")

    def remove(self) -> list[str]:
        """Remove all of it, the latest first; return what could not be removed, in words."""
        left = []
        # A list that guards a domain cannot be removed before it.
        made = self._made[::-1]
        made.sort(key=_rank)
        self._made.clear()
        for path in made:
            try:
                status, body = (
                    self._rest.ask("POST", f"{path}.json", {"Status": "closed"})
                    if _ACCOUNT.fullmatch(path)
                    else self._rest.ask("DELETE", f"{path}.json" if path.startswith("/") else path, {})
                )
            except SetupError as error:
                left.append(f"{path}: {error}")
                continue
            if status not in {200, 204, 404}:
                left.append(f"{path}: {status} {body.get('message', '')}".rstrip())
        return left

    def _make_domain(self, name: str, entry: DomainEntry) -> None:
        registers = bool(entry.registrations) if entry.sip_registration is None else entry.sip_registration
        form = {
            "DomainName": name,
            "FriendlyName": entry.friendly_name or name,
            "SipRegistration": str(registers).lower(),
            "Secure": str(entry.secure).lower(),
        }
        urls = (
            ("VoiceUrl", "VoiceMethod", entry.voice, entry.voice_method),
            ("VoiceFallbackUrl", "VoiceFallbackMethod", entry.fallback, entry.fallback_method),
            ("VoiceStatusCallbackUrl", "VoiceStatusCallbackMethod", entry.status, entry.status_method),
        )
        for key, method_key, url, method in urls:
            if url:
                form |= {key: self.url(url), method_key: method}
        sid = self._post("SIP/Domains", form, f"the domain {name}")
        for purpose, lists in (("Calls", entry.calls), ("Registrations", entry.registrations)):
            for each in lists:
                kind, list_sid = self._lists[each]
                path = f"SIP/Domains/{sid}/Auth/{purpose}/{kind}Mappings"
                self._ask(path, {f"{kind}Sid": list_sid}, f"the list {each} for {purpose.lower()} of {name}")

    def url(self, text: str) -> str:
        """Return a URL of a configuration as the target has to ask it."""
        return text if "://" in text else f"{self._app_url}/{text.removeprefix('/')}"

    def _post(self, path: str, form: Mapping[str, str], what: str) -> str:
        sid = str(self._ask(path, form, what).get("sid", ""))
        self._made.append(f"{path}/{sid}")
        return sid

    def _ask(self, path: str, form: Mapping[str, str], what: str) -> dict[str, Any]:
        status, body = self._rest.ask("POST", path, form)
        if status != 201:
            raise SetupError(f"the target does not make {what}: {status} {body.get('message', '')}".rstrip())
        return body


def _rank(path: str) -> int:
    """Return when something is removed: a domain before the lists that guard it, a sub-account behind all that it has."""
    return 2 if _ACCOUNT.fullmatch(path) else int("SIP/Domains/" not in path)
