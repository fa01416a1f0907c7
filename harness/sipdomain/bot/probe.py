"""Sockets that the account has not signed: a bot that takes one talks to anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from sipdomain.bot.seen import Probe, Seen
from sipdomain.runtime.http.knocking import knocked
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.twilio.webhooks.urls import is_loopback

WRONG: Final = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""A signature of the right form that no token makes."""
_FIRST: Final = frozenset({"connected", "start", "setup"})
"""The messages with which the emulator begins."""


def is_near(url: str, hosts: Mapping[str, str]) -> bool:
    """Return whether a URL is answered on this machine: by its host, or by what answers for that."""
    host = (urlsplit(url).hostname or "").lower()
    mapped = hosts.get(host)
    host = (urlsplit(mapped).hostname or "") if mapped else host
    return is_loopback(host)


def targets(seen: Seen) -> list[tuple[str, list[str], str]]:
    """Return the sockets to probe, each once: the URL, the messages with which it began, and the User-Agent."""
    found: dict[str, tuple[str, list[str], str]] = {}
    for call in seen.calls:
        for each in call.requested:
            if each.socket not in call.opened or each.url in found:
                continue
            first = [
                message.text for message in call.messages
                if message.socket == each.socket and message.lane == "out"
                and (message.content.get("event") or message.content.get("type")) in _FIRST
            ]  # fmt: skip
            agent = next((value for name, value in each.headers if name.lower() == "user-agent"), "")
            found[each.url] = (each.url, first, agent)
    return list(found.values())


def probed(
    asked: Sequence[tuple[str, list[str], str]], hosts: Mapping[str, str],
    authority: Callable[[], CertificateAuthority],
) -> tuple[Probe, ...]:  # fmt: skip
    """Open each socket with a wrong signature and without one, and return what became of that.

    Args:
        asked: As `targets` returns them.
        hosts: Public host names, and the base URL that answers for each.
        authority: Whose certificates are trusted besides the system's.
    """
    found = []
    for url, first, agent in asked:
        named = (("User-Agent", agent),)
        for words, headers in (
            ("a wrong signature", (*named, ("X-Twilio-Signature", WRONG))),
            ("no signature", named),
        ):
            met, said = knocked(url, headers, first, hosts, authority)
            found.append(Probe(url, words, met, said))
    return tuple(found)
