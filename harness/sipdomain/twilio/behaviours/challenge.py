"""A challenge where the service would ask for none: once more, with a nonce that went stale, or of another realm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from sipdomain.twilio.behaviours.behaviour import Answer, Answering, Means, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge(Answering):
    """A request is challenged, whatever credentials it has; the nonce is one that the service takes afterwards.

    Attributes:
        code: 407, or 401 as a registrar of another make answers (RFC 3261 sections 22.2 and 22.3).
        stale: Whether the challenge says that only the nonce was wrong (RFC 7616 section 3.3).
        realm: Another realm than the service's; "" for that one.
        beside: Whether the service's own challenge stands below the one of another realm.
        qop: Whether the challenge offers qop=auth; without it is as RFC 2069 had it.
        algorithm: What it says of the algorithm, such as SHA-256; "" for nothing, which means MD5.
    """

    WORD: ClassVar[str] = "challenge"

    code: Literal[401, 407] = key("The status.", default=407)
    stale: bool = key("Whether it says that only the nonce was wrong.", default=False)
    realm: str = key("Another realm than the service's.", default="")
    beside: bool = key(
        "Whether the service's own challenge stands below that of another realm.",
        default=False,
    )
    qop: bool = key("Whether it offers qop=auth.", default=True)
    algorithm: str = key(
        "What it says of the algorithm; nothing, which means MD5, when left out.", default=""
    )

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range, or is of no use.
        """
        Answering.__post_init__(self)
        if self.of in {"ACK", "CANCEL"}:
            raise ValueError(f"{self.of} is never challenged (RFC 3261 section 22.1)")
        if self.beside and not self.realm:
            raise ValueError("`beside` needs a `realm`: two challenges of one realm are one too many")
        if not (self.realm.isprintable() and self.algorithm.isprintable()):
            raise ValueError("neither `realm` nor `algorithm` has a line break in it")

    def answer(self, means: Means) -> Answer:
        """Return the response."""
        own = means.challenge()
        other = replace(
            own, realm=self.realm or own.realm, stale=self.stale, qop=own.qop if self.qop else (),
            algorithm=self.algorithm,
        )  # fmt: skip
        name = "Proxy-Authenticate" if self.code == 407 else "WWW-Authenticate"
        both = (other, own) if self.beside else (other,)
        reason = "Proxy Authentication required" if self.code == 407 else None
        return Answer(self.code, reason, tuple((name, str(each)) for each in both))
