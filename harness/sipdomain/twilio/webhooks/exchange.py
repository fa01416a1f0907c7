"""One exchange with a customer's URL: signed, retried, redirected, and judged; the HTTP is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, Literal
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from sipdomain.entries import Entry, HttpAnswered, HttpRequested
from sipdomain.errors import TwimlError
from sipdomain.twilio.webhooks.cookies import CookieJar
from sipdomain.twilio.webhooks.http import (
    Fetch,
    HttpFailure,
    HttpRequest,
    HttpResponse,
    HttpResult,
    excess_of,
)
from sipdomain.twilio.webhooks.login import Login, Origin, log_in, origin_of, why_refused
from sipdomain.twilio.webhooks.overrides import Overrides, split_overrides
from sipdomain.twilio.webhooks.signature import sign
from sipdomain.twilio.webhooks.signature_doctor import Signed
from sipdomain.twilio.webhooks.urls import Parameters, encode_form, escaped, request_target
from sipdomain.values import lean_value

Purpose = Literal[
    "voice", "fallback", "redirect", "status", "media", "action", "recording", "conference", "stream", "partial",
    "transcription", "siprec",
]  # fmt: skip

MAX_REDIRECTS: Final = 10
MAX_DOCUMENT: Final = 64 * 1024
MAX_MEDIA: Final = 16 * 1024 * 1024
NEWER_FIELDS: Final = (("Accept-Encoding", "gzip"), ("X-Home-Region", "us1"))
"""What requests seen in 2025-26 carry and older ones do not."""
_FOLLOWED: Final = frozenset({301, 302, 303, 307})
_FAILURES: Final = {
    "connect-timeout": 11201,
    "refused": 11202,
    "dns": 11210,
    "tls": 11220,
    "tls-name": 11235,
    "tls-expired": 11236,
    "tls-authority": 11237,
    "timeout": 11205,
    "total-timeout": 11205,
    "protocol": 11206,
    "coding": 11200,
    "too-large": 11750,
    "disconnected": 11206,
    "cut-off": 11206,
    "forbidden": 11200,
}
_WORDS: Final = {
    "connect-timeout": "no connection in {}",
    "refused": "connection refused",
    "dns": "no such host",
    "tls": "TLS handshake failed",
    "tls-name": "the certificate is for another name",
    "tls-expired": "the certificate has expired",
    "tls-authority": "the certificate is from an unknown authority",
    "timeout": "no answer in {}",
    "total-timeout": "no answer in {}",
    "protocol": "not HTTP",
    "coding": "the body is not what its Content-Encoding says",
    "too-large": "body too large",
    "disconnected": "connection closed without an answer",
    "cut-off": "connection closed in the middle of the answer",
    "forbidden": "this leads to the emulator's own /_sipdomain/, which no webhook may use: give a URL of your application",
}
"""Each failure in the same words on every substrate; the system's own words are in the journal."""
_PATIENCE: Final[dict[str, Callable[[HttpRequest], float]]] = {
    "connect-timeout": lambda request: request.connect_timeout,
    "timeout": lambda request: request.read_timeout,
    "total-timeout": lambda request: request.total_timeout,
}
"""For how long was waited when a request failed so, in seconds."""
_EXPLAINED: Final = frozenset({"tls", "protocol", "cut-off"})
_CONNECT: Final = frozenset({"connect-timeout", "refused", "tls", "tls-name", "tls-expired", "tls-authority"})
_DOCUMENTS: Final = frozenset({"voice", "fallback", "redirect", "action"})


@lean_value
class Fetched:
    """The URL answered with a 2xx.

    Attributes:
        url: The URL that answered, after redirects; relative URLs are relative to it.
        response: The answer.
    """

    url: str
    response: HttpResponse


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """The URL did not answer, or not with a 2xx.

    Attributes:
        url: The URL that failed.
        code: The provider's error code.
        reason: What went wrong.
    """

    url: str
    code: int
    reason: str


Finished = Fetched | FetchFailed


@dataclass(slots=True)
class CallIdentity:
    """What an exchange needs to know of its call.

    Attributes:
        call_sid: The call.
        call_id: Its SIP Call-ID.
        auth_token: Signs the requests.
        cookies: Kept for the length of the call.
        new_cnonce: Makes the client's nonces of Digest logins.
        fields: Header fields that every request carries besides those of its own.
        logins: By origin, once a URL's own credentials were asked for there.
    """

    call_sid: str
    call_id: str
    auth_token: str
    new_cnonce: Callable[[], str]
    fields: tuple[tuple[str, str], ...] = ()
    cookies: CookieJar = field(default_factory=CookieJar)
    logins: dict[Origin, Login] = field(default_factory=dict)


class Exchange:
    """Asks one URL until there is an answer or no hope; each hop is one `Fetch`."""

    __slots__ = (
        "_attempt", "_idempotency", "_identity", "_logins", "_method", "_new_token", "_overrides",
        "_parameters", "_redirects", "_request", "_started_at", "_url", "purpose", "token",
    )  # fmt: skip

    def __init__(
        self,
        identity: CallIdentity,
        purpose: Purpose,
        method: str,
        url: str,
        parameters: Parameters,
        *,
        new_token: Callable[[], int],
        idempotency: str,
    ) -> None:
        self._identity = identity
        self.purpose = purpose
        self._method = method
        self._url = url
        self._parameters = parameters
        self._new_token = new_token
        self._idempotency = idempotency
        self._overrides = Overrides()
        self._attempt = 0
        self._redirects = 0
        self._logins = 0
        self._started_at = 0.0
        self._request: HttpRequest | None = None
        self.token = 0

    @property
    def call_id(self) -> str:
        """The SIP Call-ID of the call that it is about."""
        return self._identity.call_id

    def signed(self, token_names: Mapping[str, str], servers: Mapping[str, str]) -> Signed:
        """Return the last request as it was signed.

        Args:
            token_names: By account SID, where its auth token comes from, in words.
            servers: By host name, the base URL that answers for it.
        """
        account = dict(self._parameters).get("AccountSid", "")
        url = self._request.url if self._request is not None else self._url
        return Signed(
            self._method, url, self._parameters, self._identity.auth_token,
            token_names.get(account, f"the auth token of {account or 'the account'}"),
            servers.get(urlsplit(url).hostname or "", ""),
        )  # fmt: skip

    def begin(self, now: float) -> list[Fetch | Entry] | FetchFailed:
        """Make the first request, or say why there is none."""
        self._started_at = now
        try:
            url, self._overrides = split_overrides(self._url)
        except TwimlError as error:
            return FetchFailed(self._url, error.code, str(error))
        self._url = escaped(url)
        return self._ask(now)

    def _ask(self, now: float) -> list[Fetch | Entry] | FetchFailed:
        try:
            parts = urlsplit(self._url)
            origin = origin_of(parts)
        except ValueError:
            return FetchFailed(self._url, 11100, "Invalid URL format")
        if origin.scheme not in {"http", "https"} or not origin.host:
            return FetchFailed(self._url, 11100, "Invalid URL format")
        # A "?" with nothing after it is not requested, and so no validator sees it.
        self._url = urlunsplit(parts)
        left = self._overrides.total_timeout - (now - self._started_at)
        if left <= 0:
            return FetchFailed(self._url, 11203, self._total_time())
        self.token = self._new_token()
        url, body = self._url, b""
        if self._method == "POST":
            body = encode_form(self._parameters).encode()
        elif self._parameters:
            query = encode_form(self._parameters)
            url = urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))
        headers = self._headers(url, origin)
        request = HttpRequest(
            method=self._method,
            url=url,
            headers=headers,
            body=body,
            connect_timeout=min(self._overrides.connect_timeout, left),
            read_timeout=min(self._overrides.read_timeout, left),
            total_timeout=left,
            max_bytes=MAX_MEDIA if self.purpose == "media" else MAX_DOCUMENT,
            max_audio_bytes=MAX_MEDIA if self.purpose in _DOCUMENTS else 0,
            purpose=self.purpose,
            call_id=self._identity.call_id,
        )
        self._request = request
        identity = self._identity
        noted = HttpRequested(
            at=now, token=self.token, call_sid=identity.call_sid, call_id=identity.call_id, purpose=self.purpose,
            method=self._method, url=url, parameters=self._parameters, headers=headers,
        )  # fmt: skip
        return [noted, Fetch(self.token, request)]

    def _headers(self, url: str, origin: Origin) -> tuple[tuple[str, str], ...]:
        signed = self._parameters if self._method == "POST" else ()
        headers = [
            ("User-Agent", "TwilioProxy/1.1"),
            ("Accept", "*/*"),
            ("X-Twilio-Signature", sign(self._identity.auth_token, url, signed)),
            ("I-Twilio-Idempotency-Token", self._idempotency),
            *self._identity.fields,
        ]
        if self._method == "POST":
            headers.append(("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"))
        if cookies := self._identity.cookies.header(origin):
            headers.append(("Cookie", cookies))
        if login := self._identity.logins.get(origin):
            headers.append(("Authorization", login.header(self._method, request_target(url))))
        return tuple(headers)

    def result(self, result: HttpResult, now: float) -> tuple[list[Fetch | Entry], Finished | None]:
        """Take the end of a hop; return what is to be done, and the end of all when this was it."""
        answer = self._judge(result)
        identity = self._identity
        status, content_type, body, code, error, detail = 0, "", b"", 0, "", ""
        headers: tuple[tuple[str, str], ...] = ()
        size = len(result.body) if isinstance(result, HttpResponse) else 0
        if isinstance(result, HttpResponse):
            status, content_type = result.status, result.header("Content-Type") or ""
            body, headers, detail = result.body[:MAX_DOCUMENT], result.headers, excess_of(result)
        else:
            error, detail = self._words(result), result.reason
        if isinstance(answer, FetchFailed):
            code, error = answer.code, answer.reason
        noted = HttpAnswered(
            at=now, token=self.token, call_sid=identity.call_sid, call_id=identity.call_id, purpose=self.purpose,
            status=status, content_type=content_type, body=body, error_code=code, error=error,
            detail=detail, headers=headers, size=size,
        )  # fmt: skip
        if answer is None:
            following = self._ask(now)
            if isinstance(following, FetchFailed):
                return [noted], following
            return [noted, *following], None
        return [noted], answer

    def _judge(self, result: HttpResult) -> Finished | None:
        """Return the end, or None when another hop is to be made (its method and URL are set)."""
        if isinstance(result, HttpFailure):
            if result.kind in _CONNECT and self._may_retry("ct"):
                return None
            if result.kind == "timeout" and self._may_retry("rt"):
                return None
            if result.kind == "total-timeout" and self._overrides.has_own_total_time:
                return FetchFailed(self._url, 11203, self._total_time())
            return FetchFailed(self._url, _FAILURES[result.kind], self._words(result))
        self._identity.cookies.keep(origin_of(urlsplit(self._url)), result.headers)
        if 200 <= result.status < 300:
            if self.purpose in _DOCUMENTS and not result.body and result.is_chunked:
                return FetchFailed(self._url, 11770, "a chunked answer without a body")
            return Fetched(self._url, result)
        if 300 <= result.status < 400:
            return self._redirect(result)
        if result.status == 401 and self._log_in(result):
            return None
        if self._may_retry(f"{result.status // 100}xx"):
            return None
        return FetchFailed(self._url, 11200, _http_error(self._method, self._url, result))

    def _words(self, failure: HttpFailure) -> str:
        """Return what failed, and how long was waited, or why TLS or HTTP could not be spoken."""
        words = _WORDS[failure.kind]
        request = self._request
        if request is not None and (waited := _PATIENCE.get(failure.kind)) is not None:
            return words.format(f"{waited(request):.3g} s")
        return f"{words}: {failure.reason}" if failure.kind in _EXPLAINED and failure.reason else words

    def _total_time(self) -> str:
        return f"no answer in {self._overrides.total_timeout:g} s, the total time for this URL"

    def _may_retry(self, why: str) -> bool:
        policy = self._overrides.policy
        if self._attempt >= self._overrides.retries or not (why in policy or "all" in policy):
            return False
        self._attempt += 1
        return True

    def _redirect(self, response: HttpResponse) -> FetchFailed | None:
        location = response.header("Location")
        if response.status not in _FOLLOWED or not location:
            return FetchFailed(
                self._url, 11216, f"HTTP status {response.status} is not a redirect that is followed"
            )
        self._redirects += 1
        if self._redirects > MAX_REDIRECTS:
            return FetchFailed(self._url, 11215, f"more than {MAX_REDIRECTS} redirects")
        try:
            self._url = escaped(urldefrag(urljoin(self._url, location)).url)
        except ValueError:
            return FetchFailed(self._url, 11216, "Location is not a URL")
        if response.status != 307:
            self._method = "GET"
        if self.purpose == "action":
            # Rule gather-redirect.
            self._parameters = tuple(each for each in self._parameters if each[0] != "Digits")
        return None

    def _log_in(self, response: HttpResponse) -> bool:
        """Answer a challenge with the URL's own user name and password: once, and once more when only the nonce was old."""
        parts = urlsplit(self._url)
        login = log_in(parts, _asked(response), self._identity.new_cnonce)
        if login is None or self._logins > login.stale:
            return False
        known = self._identity.logins.get(origin_of(parts))
        if known is not None and known.nonce == login.nonce:
            return False  # That was the answer, and it was refused.
        self._logins += 1
        self._identity.logins[origin_of(parts)] = login
        return True


def _asked(response: HttpResponse) -> list[str]:
    return [value for name, value in response.headers if name.lower() == "www-authenticate"]


def _http_error(method: str, url: str, response: HttpResponse) -> str:
    text = f"HTTP status {response.status}"
    if response.status == 401:
        return f"{text}; {why_refused(urlsplit(url), _asked(response))}"
    if response.status != 405:
        return text
    allowed = (response.header("Allow") or "").upper().replace(",", " ").split()
    other = "GET" if method == "POST" else "POST"
    if allowed and other not in allowed:
        return f"{text} to {method}; the server allows {', '.join(allowed)}"
    return f"{text} to {method}; set the method of this URL to {other}, or let the application take {method}"


def sip_parameters(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Yield `SipHeader_` parameters: each X- header and User-to-User, name and value as sent."""
    for name, value in headers:
        lower = name.lower()
        if lower.startswith("x-") or lower == "user-to-user":
            yield f"SipHeader_{name}", value


def ordered(parameters: Mapping[str, str], extra: Iterable[tuple[str, str]] = ()) -> Parameters:
    """Return parameters sorted by name, as the live service sends them."""
    return tuple(sorted((*parameters.items(), *extra), key=itemgetter(0)))
