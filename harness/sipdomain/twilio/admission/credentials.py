"""What credentials came with a request: those that can be judged, or what is wrong with them and what to change."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.digest import Credentials
from sipdomain.sip.message import Request

MOST: Final = 10_000
"""How many calls are remembered that were challenged and not let in; the one challenged longest ago is forgotten."""
LONGEST_KEY: Final = 128
"""How many characters of a Call-ID distinguish it from others."""
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why credentials prove nothing.

    Attributes:
        got: What came, in a few words.
        mend: What to change at the phone.
        rule: The rule that they miss.
    """

    got: str
    mend: str
    rule: str = "challenge-407"


NONE: Final = Unusable(
    "none", "let the phone answer the 407: give it the user name and password of a mapped credential list"
)
NOT_PROXY: Final = Unusable(
    "Authorization in place of Proxy-Authorization",
    "answer the 407 with Proxy-Authorization; Authorization answers a 401",
)
_NONCE: Final = {
    "stale": "answer with the nonce of the newest 407: a nonce lives for 60 seconds",
    "unknown": "answer with the nonce of the newest 407: this one is from elsewhere, or from before a restart",
    "replayed": "count nc up each time a nonce is used again (00000002, …), or answer with the nonce of the newest 407",
}


def of_nonce(verdict: str) -> Unusable:
    """Return what is wrong with right credentials whose nonce is stale, unknown or replayed."""
    return Unusable(f"a nonce that is {verdict}", _NONCE[verdict], "nonce-lifetime")


def read(request: Request, realm: str) -> tuple[Credentials | None, list[Unusable]]:
    """Return the credentials for a realm, and those before them that cannot be used.

    Args:
        request: The request.
        realm: The realm of our challenges.
    """
    unusable: list[Unusable] = []
    for text in request.headers.all("proxy-authorization"):
        try:
            found = Credentials.parse(text)
        except RemoteProtocolError as error:
            unusable.append(Unusable(str(error)[:_LONGEST], _mend(str(error))))
            continue
        wrong = _of_another_kind(found, realm)
        if wrong is None:
            return found, unusable
        unusable.append(wrong)
    if not unusable and "authorization" in request.headers:
        unusable.append(NOT_PROXY)
    return None, unusable


def most_relevant(unusable: list[Unusable]) -> Unusable:
    """Return which of several to report: one for our realm before one for another, which may be of another proxy."""
    return (
        next((each for each in unusable if not each.got.startswith("realm ")), unusable[0])
        if unusable
        else NONE
    )


def _of_another_kind(found: Credentials, realm: str) -> Unusable | None:
    if found.realm != realm:
        mend = f"work the response out with the realm of the challenge, {realm}, and send that realm"
        return Unusable(f"realm {found.realm!r}"[:_LONGEST], mend, "challenge-form")
    if found.algorithm.upper() not in {"", "MD5"}:
        mend = "use MD5, which a challenge without an algorithm asks for"
        return Unusable(f"algorithm {found.algorithm}"[:_LONGEST], mend, "challenge-form")
    if found.qop not in {"", "auth"}:
        mend = "answer with qop=auth, as the challenge offers, and with nc and cnonce"
        return Unusable(f"qop {found.qop}"[:_LONGEST], mend, "challenge-form")
    return None


def _mend(error: str) -> str:
    if error.startswith("not Digest"):
        return "answer with Digest credentials"
    if "nc" in error.partition(" with ")[2] or error.startswith("nc="):
        return "send cnonce, and nc as eight hexadecimal digits beginning with 00000001, beside qop"
    if "comes twice" in error:
        return "send each parameter once"
    if " without " in error:
        return "send username, realm, nonce, uri and response"
    return "write NAME=VALUE, separated by commas, text in quotes (RFC 2617 section 3.2.2)"


class Challenges:
    """Remembers which calls were challenged and not let in since, so that a loop of challenges leaves a trace."""

    __slots__ = ("_challenged",)

    def __init__(self) -> None:
        """Remember nothing."""
        self._challenged: OrderedDict[tuple[str, str], int] = OrderedDict()

    def __len__(self) -> int:
        """Return how many calls are remembered."""
        return len(self._challenged)

    def again(self, request: Request) -> bool:
        """Remember that a request is challenged; return whether an earlier one of its call was.

        A copy of a request that took another way has the same CSeq: it is not another one.
        """
        key, number = _key(request), request.cseq.number
        before = self._challenged.pop(key, None)
        self._challenged[key] = number if before is None else max(before, number)
        if len(self._challenged) > MOST:
            self._challenged.popitem(last=False)
        return before is not None and number > before

    def answered(self, request: Request) -> None:
        """Forget a call whose credentials were let in or refused: its phone answers challenges."""
        self._challenged.pop(_key(request), None)


def _key(request: Request) -> tuple[str, str]:
    return request.method, request.call_id[:LONGEST_KEY]
