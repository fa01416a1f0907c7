"""Finds out why an application refuses a signed request: what was hashed, what else it could have hashed, what to change.

What the application did is not seen. So each usual mistake is tried against the signature with the rule of the
provider's own validators (https://www.twilio.com/docs/usage/security#validating-requests): a URL matches with or without
its port, as they accept both.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit, urlunsplit

from sipdomain.twilio.webhooks.login import without_login
from sipdomain.twilio.webhooks.signature import sign

Parameters = tuple[tuple[str, str], ...]

_PORTS: Final = {"http": 80, "https": 443}
_OF_A_PROXY: Final = "the X-Forwarded-Proto and X-Forwarded-Host of what ends TLS before the application"
_BELIEVE: Final = (
    "(Flask: app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1); "
    "Express: app.set('trust proxy', true))"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that was signed and refused.

    Attributes:
        method: "GET" or "POST".
        url: The whole URL as requested, with the parameters of a GET.
        parameters: The provider's parameters.
        auth_token: What it was signed with; it is never shown.
        token_name: Where that comes from, in words.
        server: The base URL that was asked in place of the URL's own host, or "".
    """

    method: str
    url: str
    parameters: Parameters
    auth_token: str
    token_name: str
    server: str = ""

    @property
    def hashed(self) -> Parameters:
        """The parameters that the signature counts over besides the URL."""
        return self.parameters if self.method == "POST" else ()


@dataclass(frozen=True, slots=True)
class Variant:
    """What an application could have hashed.

    Attributes:
        what: How it differs from what was signed.
        url: The URL.
        parameters: The parameters besides it.
        change: What to change in the application.
    """

    what: str
    url: str
    parameters: Parameters
    change: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor says, in lines for people; no secret is in them.

    Attributes:
        signed: Which URL, token and parameters were hashed.
        variants: Which spellings match, and which do not.
        change: What to change.
    """

    signed: str
    variants: str
    change: str


def diagnose(signed: Signed, answer: bytes = b"") -> Diagnosis:
    """Say why an application may have answered 403 to a signed request.

    Args:
        signed: The request.
        answer: The body of the answer.
    """
    names = ", ".join(dict.fromkeys(name for name, _ in signed.hashed))
    over = f"the URL and {len(signed.hashed)} parameters: {names}" if names else "the URL alone"
    summary = f"{signed.method} {without_login(signed.url)} by {signed.token_name}, over {over}"
    right = [each for each in _ports(signed.url) if accepts(signed, each, signed.hashed)]
    found = list(variants(signed))
    wrong = [each for each in found if not accepts(signed, each.url, each.parameters)]
    right += [each.url for each in found if each not in wrong]
    matching = " and ".join(dict.fromkeys(without_login(each) for each in right))
    others = "; ".join(f"{each.what} ({_short(each)})" for each in wrong)
    return Diagnosis(summary, f"match: {matching}; no match: {others}", _change(signed, wrong, answer))


def accepts(signed: Signed, url: str, parameters: Parameters) -> bool:
    """Return whether the provider's validators take the signature for that of a URL and parameters."""
    signature = sign(signed.auth_token, signed.url, signed.hashed)
    return any(
        hmac.compare_digest(sign(signed.auth_token, each, parameters), signature) for each in _ports(url)
    )


def variants(signed: Signed) -> Iterator[Variant]:
    """Yield what applications are known to hash by mistake, the likeliest first."""
    url, parts, hashed = signed.url, urlsplit(signed.url), signed.hashed
    other = "http" if parts.scheme == "https" else "https"
    yield Variant(f"by {other}", urlunsplit(parts._replace(scheme=other)), hashed, _scheme(signed, parts))
    if signed.server:
        own = urlsplit(signed.server)
        yield Variant(
            "the application's own address", urlunsplit(parts._replace(scheme=own.scheme, netloc=own.netloc)),
            hashed, "hash the host of X-Forwarded-Host or Host, not the address that the application listens on",
        )  # fmt: skip
    if parts.username is not None:
        yield Variant(
            "without user name and password", without_login(url), hashed,
            "hash the URL with the user name and password that it is configured with",
        )  # fmt: skip
    if signed.method == "POST":
        yield Variant(
            "without the parameters", url, (),
            "read the form before the signature is checked (Express: express.urlencoded({extended: false}))",
        )  # fmt: skip
        if parts.query:
            yield Variant(
                "without the query", urlunsplit(parts._replace(query="")), hashed,
                "hash the URL with its query",
            )  # fmt: skip
    else:
        yield Variant(
            "with the query hashed twice", url, tuple(parse_qsl(parts.query, keep_blank_values=True)),
            "hash no parameters of a GET: they are in the URL already",
        )  # fmt: skip
        yield Variant(
            "without the parameters in the query",
            url.partition("?")[0],
            (),
            "hash the URL with its whole query",
        )
    path = parts.path.removesuffix("/") if parts.path.endswith("/") else f"{parts.path}/"
    slash = "without" if parts.path.endswith("/") else "with"
    yield Variant(
        f"{slash} a slash at the end", urlunsplit(parts._replace(path=path)), hashed,
        "hash the path as it was requested, and configure the URL as the application spells it",
    )  # fmt: skip
    if unquote(url) != url:
        yield Variant(
            "with its percent-escapes decoded", unquote(url), hashed, "hash the URL as it came, not decoded"
        )


def _ports(url: str) -> tuple[str, ...]:
    """Return a URL as the provider's validators try it: without its port, and with it."""
    parts = urlsplit(url)
    login, at, _ = parts.netloc.rpartition("@")
    host = (
        f"[{parts.hostname}]"
        if ":" in (parts.hostname or "")
        else parts.netloc[len(login + at) :].partition(":")[0]
    )
    port = parts.port or _PORTS.get(parts.scheme, 80)
    bare = urlunsplit(parts._replace(netloc=f"{login}{at}{host}"))
    return bare, urlunsplit(parts._replace(netloc=f"{login}{at}{host}:{port}"))


def _scheme(signed: Signed, parts: SplitResult) -> str:
    if parts.scheme != "https":
        return "hash the URL that is configured, which begins with http://"
    sent = "X-Forwarded-Proto and X-Forwarded-Host, which are sent" if signed.server else _OF_A_PROXY
    return f"believe {sent} {_BELIEVE}"


def _change(signed: Signed, wrong: list[Variant], answer: bytes) -> str:
    if b"csrf" in answer.lower():
        return "the answer speaks of CSRF, not of a signature: exempt this URL from that check (Django: @csrf_exempt)"
    changes = [f"{each.what}: {each.change}" for each in wrong]
    token = f"another token: give the application {signed.token_name}"
    # Where TLS ends before the application, it sees http; else nothing of the URL changes on its way.
    changes.insert(signed.url.lower().startswith("https:"), token)
    return f"most likely {'; '.join(changes)}"


def _short(variant: Variant) -> str:
    return without_login(variant.url).partition("?")[0]
