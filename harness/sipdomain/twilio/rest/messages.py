"""A REST request and its answer as values, and readers of form parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sipdomain.errors import RestError
from sipdomain.steps import Steps, drained

FORM: Final = "application/x-www-form-urlencoded"

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}")

# The refusals of sipdomain itself, which the provider has no code for.
NO_CODE: Final = 0


@dataclass(frozen=True, slots=True)
class RestRequest:
    """One HTTP request to the API.

    Attributes:
        method: In capital letters.
        path: Decoded, without the query: "/2010-04-01/Accounts/AC….json".
        query: The query's parameters, decoded, in order.
        form: The body's parameters, decoded, in order; empty when the body is not a form.
        authorization: The Authorization header field, or None.
        content_type: The Content-Type header field, or "" without a body.
        body_too_large: Whether the body was over the server's limit, and so was not read.
        base_url: What the client put before the path: absolute URLs in the answer begin so.
        client: The IP address that it came from, or "" from within this process.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()
    authorization: str | None = None
    content_type: str = ""
    body_too_large: bool = False
    base_url: str = "https://api.twilio.com"
    client: str = ""


@dataclass(frozen=True, slots=True)
class RestResponse:
    """The answer.

    Attributes:
        status: 200 to 599.
        headers: All header fields but Content-Length, Date and Server.
        body: JSON, or b"" with 204.
        late: Makes the body, where that takes time: the audio of a recording. Safe in another thread.
        steps: Makes the body of a long list, which may be put off wherever it yields.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    late: Callable[[], bytes] | None = None
    steps: Steps[bytes] | None = None

    @property
    def whole(self) -> bytes:
        """The body, made now where it takes time."""
        if self.steps is not None:
            return drained(self.steps)
        return self.body if self.late is None else self.late()

    def timed(self, seconds: float) -> RestResponse:
        """Return the answer with the time that it took, in place of what it says of that."""
        duration = ("Twilio-Request-Duration", f"{seconds:.3f}")
        headers = tuple(duration if each[0] == duration[0] else each for each in self.headers)
        return replace(self, headers=headers)

    def header(self, name: str) -> str | None:
        """Return the header field of that name, whatever its case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Parameters:
    """Parameters by name. Of a doubled one the last counts (assumed); unknown ones are never asked for."""

    __slots__ = ("_pairs", "_values")

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self._pairs = pairs
        self._values = dict(pairs)

    def instead(self, without: frozenset[str], *pairs: tuple[str, str]) -> Parameters:
        """Return these parameters without some of them, and with others."""
        return Parameters((*(pair for pair in self._pairs if pair[0] not in without), *pairs))

    def text(self, name: str) -> str | None:
        """Return a parameter, or None when it is absent."""
        return self._values.get(name)

    def words(self, name: str) -> list[str]:
        """Return the words of a parameter that may be repeated, and may have several, with blanks between them."""
        return [word for key, value in self._pairs if key == name for word in value.split()]

    def one_of(self, name: str, *allowed: str) -> str | None:
        """Return a parameter, or None when absent or empty; raise RestError 400 with 20422 for another word."""
        value = self._values.get(name)
        if not value:
            return None
        if value not in allowed:
            raise RestError(400, 20422, f"{name} must be {' or '.join(allowed)} (got {value[:20]!r})")
        return value

    def required(self, name: str, *, code: int) -> str:
        """Return a parameter; raise RestError 400 with `code` when it is absent or empty."""
        value = self._values.get(name)
        if not value:
            raise RestError(400, code, f"{name} is required")
        return value

    def boolean(self, name: str, *, code: int) -> bool | None:
        """Return true or false, or None when absent; raise RestError 400 with `code` for another word."""
        value = self._values.get(name)
        if value is None:
            return None
        if value.lower() not in {"true", "false"}:
            raise RestError(400, code, f"{name} must be true or false (got {value[:20]!r})")
        return value.lower() == "true"

    def settings(
        self, texts: Mapping[str, str], switches: Mapping[str, str], *, code: int
    ) -> dict[str, str | bool]:
        """Return what is given of settings, by the names under which they are kept.

        Args:
            texts: Those that are text: the name under which each is kept, by its parameter's.
            switches: Those that are true or false.
            code: The provider's code to refuse another word with.
        """
        given: dict[str, str | bool | None] = {key: self.text(name) for name, key in texts.items()}
        given |= {key: self.boolean(name, code=code) for name, key in switches.items()}
        return {key: value for key, value in given.items() if value is not None}

    def integer(self, name: str, *, code: int, least: int | None = None) -> int | None:
        """Return a whole number, or None when absent or empty; raise RestError 400 with `code` for no number.

        Args:
            name: The parameter's name.
            code: The provider's code to refuse with.
            least: The smallest number allowed; None when the caller sees to that.
        """
        value = self._values.get(name)
        if not value:
            return None
        if not _WHOLE.fullmatch(value):
            raise RestError(400, code, f"{name} must be a whole number (got {value[:20]!r})")
        if least is not None and int(value) < least:
            raise RestError(400, code, f"{name} must be at least {least} (got {value})")
        return int(value)

    def exactly(self, **attributes: str) -> Callable[[object], bool]:
        """Return a filter: whether a record has what is given of these parameters, each by the attribute it is about."""
        wanted = [(key, value) for key, name in attributes.items() if (value := self._values.get(name))]
        return lambda record: all(getattr(record, key) == value for key, value in wanted)

    def others(self, *names: str) -> list[tuple[str, str]]:
        """Return all parameters but these."""
        return [(name, value) for name, value in self._values.items() if name not in names]
