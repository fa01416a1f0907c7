"""What a configuration says of simulated numbers and clients.

numbers: {"+15551234567": {answers_after: 3, then: [{say: This is Bob}], hangs_up_after: 1}, "+15550000001": busy}
clients: {bob: no-answer}
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.uri import Uri
from sipdomain.twilio.configuration.strict import Strict
from sipdomain.twilio.names.phone_numbers import EMERGENCY
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.subscribers import CLIENT, Act, Outcome, Subscriber, What

MOST_ACTS: Final = 100
"""How many things a number or a client does in a call."""
LONGEST: Final = 14_400
"""How long it may pause, or wait before it answers or hangs up, in seconds."""
_KEYS: Final = re.compile(r"[0-9A-Da-d*#wW]{1,100}")
_IDENTITY: Final = re.compile(r"[^\s:]{1,121}")
_WHATS: Final[tuple[What, ...]] = ("say", "play", "press", "pause")


def _keys(text: str) -> str:
    if not _KEYS.fullmatch(text):
        raise ValueError(
            f"`{text}` are not keys: press 0-9, A-D, * and #; w waits half a second, W a whole one"
        )
    return text


def _sip_uri(text: str) -> str:
    try:
        if Uri.parse(text).is_sip:
            return text
    except RemoteProtocolError:
        pass
    raise ValueError(f"`{text}` is not a SIP URI")


class ActEntry(Strict):
    """Something that a number or a client does in a call; one key an entry.

    Attributes:
        say: Words to say.
        play: An audio file; a URL, or a path at the app's own address.
        press: Keys to press; `w` waits half a second, `W` a whole one.
        pause: How long to do nothing, in seconds.
    """

    say: Annotated[str, Field(min_length=1)] | None = None
    play: Annotated[str, Field(min_length=1)] | None = None
    press: Annotated[str, AfterValidator(_keys)] | None = None
    pause: Annotated[float, Field(gt=0, le=LONGEST)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> ActEntry:
        if len(self.model_fields_set) != 1:
            raise ValueError("one thing an entry; write the next one as another entry")
        return self

    def act(self, whole_url: Callable[[str], str]) -> Act:
        """Return what is done; `whole_url` makes a URL of what `play` says."""
        what = next(each for each in _WHATS if each in self.model_fields_set)
        value = getattr(self, what)
        return Act(what, whole_url(value) if what == "play" else f"{value:g}" if what == "pause" else value)


def _in_full(value: Any) -> Any:
    """Take a word alone for the outcome, and nothing for somebody who answers."""
    if isinstance(value, str):
        return {"outcome": value} if value else {}
    return value


class SubscriberFields(Strict):
    """A simulated number or client.

    Attributes:
        outcome: What comes of a call to it; `outcome` alone may be written without a mapping.
        sip_code: The SIP status by which a call ends; when not given, `busy` has 486, `fails` 503, `unallocated` 404.
        answers_after: How long it rings before it answers, in seconds.
        then: What it does once it has answered, one after another.
        hangs_up_after: How many seconds after all of that it hangs up; when not given, it waits for the other side to.
        phone: A SIP URI that is called in its place.
    """

    outcome: Outcome = "answers"
    sip_code: int | None = Field(None, ge=400, le=699)
    answers_after: float = Field(0.0, ge=0, le=LONGEST)
    then: list[ActEntry] = Field(default_factory=list, max_length=MOST_ACTS)
    hangs_up_after: float | None = Field(None, ge=0, le=LONGEST)
    phone: Annotated[str, AfterValidator(_sip_uri)] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> SubscriberFields:
        written = self.model_fields_set
        if self.phone is not None and len(written) > 1:
            raise ValueError("`phone` cannot stand beside other keys: the phone that is called decides")
        answering = sorted(written & {"answers_after", "then", "hangs_up_after"})
        if self.outcome != "answers" and answering:
            raise ValueError(f"`{answering[0]}` cannot stand beside `outcome: {self.outcome}`")
        if self.sip_code is not None and self.outcome in {"answers", "no-answer"}:
            raise ValueError(f"`sip_code` cannot stand beside `outcome: {self.outcome}`")
        return self

    def settings(self, whole_url: Callable[[int, str], str]) -> dict[str, Any]:
        """Return what the store keeps.

        Args:
            whole_url: Makes a URL of what `play` says, at an index of `then`.
        """
        return {
            "outcome": self.outcome,
            "sip_code": self.sip_code or 0,
            "answers_after": self.answers_after,
            "acts": tuple(each.act(partial(whole_url, at)) for at, each in enumerate(self.then)),
            "hangs_up_after": self.hangs_up_after,
            "phone": self.phone or "",
        }


SubscriberEntry = Annotated[SubscriberFields, BeforeValidator(_in_full)]


def entry_of(subscriber: Subscriber) -> SubscriberFields:
    """Return how a configuration says what the store keeps."""
    kept = {
        "outcome": subscriber.outcome, "sip_code": subscriber.sip_code or None,
        "answers_after": subscriber.answers_after, "hangs_up_after": subscriber.hangs_up_after,
        "then": [{act.what: act.value} for act in subscriber.acts], "phone": subscriber.phone or None,
    }  # fmt: skip
    usual = SubscriberFields.model_validate({})
    return SubscriberFields.model_validate(
        {key: value for key, value in kept.items() if value not in (None, [], getattr(usual, key))}
    )


def number_of(text: str) -> str:
    """Return the address of a number, one of emergency services too; raises RestError 21421."""
    return text if text in EMERGENCY else checks.phone_number(text, code=21421)


def client_of(identity: str) -> str:
    """Return the address of a client.

    Raises:
        RestError: Its identity has blanks or colons, or more than 121 characters; 21421.
    """
    if not _IDENTITY.fullmatch(identity) or not identity.isprintable():
        raise checks.refused(
            21421, f"`{identity[:40]}` is not an identity: at most 121 characters, no blank, no colon"
        )
    return f"{CLIENT}{identity}"
