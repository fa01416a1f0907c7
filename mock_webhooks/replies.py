"""Replies that a scenario or a test writes down: a small vocabulary, read once and checked.

A reply is a mapping. What it says, one of:
    say, play, pause, hangup, redirect, reject   verbs, in the order written; a list repeats one
    twiml   a TwiML document, as text
    body    anything at all, as text or bytes
    file    the name of a file in the TwiML folder, or the absolute path of any other
How it says it:
    status        the HTTP status; alone, it sends an empty body
    content_type  the Content-Type of twiml, body or file; "" sends none
    headers       further header fields: a mapping, or a list of pairs
    delay         seconds to wait first, at most 60
For which requests:
    when          a mapping of method, parameters and headers, with the values that a request must have;
                  in Python a function may say of a value whether it will do
Of a list of replies the first whose `when` is met is the answer; else those without `when` answer request after
request, and the last one stays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element

from mock_webhooks import delay, files, twiml
from mock_webhooks.script import Reply, Script, Value, When


class ReplyError(ValueError):
    """A reply is written wrongly; the message names its path and key.

    Attributes:
        problem: The message without the place.
        path: The place: the request's path, the index in a list of replies, the key.
        hint: What to write instead, or "".
    """

    def __init__(self, where: str, problem: str, path: tuple[str | int, ...], hint: str = "") -> None:
        super().__init__(f"replies{f', {where}' if where else ''}: {problem}")
        self.problem = problem
        self.path = path
        self.hint = hint


def read_replies(replies: Mapping[str, object], folder: Path | None) -> dict[str, Script]:
    """Check replies and return a script for each path.

    Args:
        replies: A reply, or a list of replies, for each path.
        folder: Where `file` looks.

    Raises:
        ReplyError: Something is written wrongly.
    """
    return {path: Script(list(_read_path(path, value, folder))) for path, value in replies.items()}


def _read_path(path: str, value: object, folder: Path | None) -> Iterator[Reply]:
    if not re.fullmatch(r"/[^?#<>\s]*", path) or path == "/_recorder":
        raise ReplyError("", f"{path!r} is not a path that can be scripted; write it as /voice", (path,))
    if isinstance(value, Mapping):
        yield _Reader(path, value, folder, (path,)).read()
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes) and value:
        for number, one in enumerate(value, start=1):
            where, place = f"{path}, reply {number}", (path, number - 1)
            if not isinstance(one, Mapping):
                raise ReplyError(where, f"{one!r} is not a mapping such as {{'say': 'Hello'}}", place)
            yield _Reader(where, one, folder, place).read()
    else:
        raise ReplyError(
            path, f"{value!r} is not a mapping such as {{'say': 'Hello'}}, nor a list of them", (path,)
        )


_VERBS: Final[dict[str, Callable[[str], Element]]] = {
    "say": lambda text: twiml.verb("Say", text),
    "play": lambda url: twiml.verb("Play", url),
    "pause": lambda length: twiml.verb("Pause", **({"length": length} if length else {})),
    "hangup": lambda _: twiml.verb("Hangup"),
    "redirect": lambda url: twiml.verb("Redirect", url),
    "reject": lambda reason: twiml.verb("Reject", **({"reason": reason} if reason else {})),
}
_BARE: Final = frozenset({"pause", "hangup", "redirect", "reject"})
_CONTENT: Final = ("twiml", "body", "file")
_MANNER: Final = ("status", "content_type", "headers", "delay", "when")


class _Reader:
    """Reads one reply, and knows where it stands for the sake of messages."""

    def __init__(
        self, where: str, keys: Mapping[str, Any], folder: Path | None, place: tuple[str | int, ...]
    ) -> None:
        self.where = where
        self.place = place
        self.keys = keys
        self.folder = folder

    def read(self) -> Reply:
        for key in self.keys:
            if key not in (*_VERBS, *_CONTENT, *_MANNER):
                self.fail(key, f"is unknown; known are {', '.join((*_VERBS, *_CONTENT, *_MANNER))}")
        verbs = [key for key in self.keys if key in _VERBS]
        contents = [key for key in _CONTENT if key in self.keys]
        if len(contents) > 1 or (contents and verbs):
            self.fail(contents[-1], f"cannot stand beside {(verbs or contents)[0]}", "write one of the two")
        if not verbs and not contents and "status" not in self.keys:
            raise ReplyError(self.where, "says nothing; give a verb, twiml, body, file or status", self.place)
        path = self.file() if "file" in self.keys else None
        preset = "text/plain; charset=utf-8"
        body = b""
        if path is not None:
            preset = files.content_type(path)
        elif verbs or contents:
            preset = twiml.CONTENT_TYPE
            body = self.content(contents[0]) if contents else self.document(verbs)
        if "content_type" in self.keys and not contents:
            self.fail(
                "content_type",
                f"cannot stand beside {verbs[0] if verbs else 'status alone'}",
                "it is the type of `twiml`, `body` or `file`: write one of them, or leave it out",
            )
        content_type = self.keys.get("content_type", preset)
        if not isinstance(content_type, str) or not _is_field_value(content_type):
            self.fail("content_type", 'must be text; "" sends none', "write `content_type: text/xml`")
        return Reply(
            int(self.number("status", 200, low=200, high=599, whole=True)),
            body,
            content_type,
            tuple(self.headers()),
            self.number("delay", 0.0, low=0, high=delay.LONGEST),
            path,
            self.when(),
        )

    def when(self) -> When | None:
        value = self.keys.get("when")
        if value is None:
            return None
        if (
            not isinstance(value, Mapping)
            or not value
            or not value.keys() <= {"method", "parameters", "headers"}
        ):
            self.fail("when", "is a mapping of method, parameters and headers", "write `when: {method: GET}`")
        method = value.get("method", "")
        if method not in ("", "GET", "POST"):
            self.fail(
                "when", f"has the method {method!r}, which is neither GET nor POST", "write `method: GET`"
            )
        return When(method, self.pairs(value, "parameters"), self.pairs(value, "headers"))

    def pairs(self, when: Mapping[str, Any], key: str) -> tuple[tuple[str, Value], ...]:
        value = when.get(key, {})
        if not isinstance(value, Mapping) or not all(
            isinstance(name, str) and (isinstance(each, str) or callable(each))
            for name, each in value.items()
        ):
            self.fail("when", f"has {key} that are not names and texts", f"write `{key}: {{Name: text}}`")
        return tuple(value.items())

    def fail(self, key: str, problem: str, hint: str = "") -> NoReturn:
        raise ReplyError(self.where, f"{key} {problem}", (*self.place, key), hint)

    def document(self, verbs: list[str]) -> bytes:
        return twiml.document(*(_VERBS[key](text) for key in verbs for text in self.texts(key)))

    def texts(self, key: str) -> list[str]:
        value = self.keys[key]
        values = value if isinstance(value, list | tuple) else [value]
        return [self.text(key, one) for one in values]

    def text(self, key: str, value: object) -> str:
        """Return a verb's text; the verbs that need none take nothing, or True, for an answer."""
        if key in _BARE and (value is None or value is True or value == ""):
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail(key, f"must be text, not {value!r}")
        if key == "hangup":
            self.fail(key, f"takes no value, not {value!r}", "write `hangup:`")
        text = str(value)
        if key == "pause" and not re.fullmatch("[0-9]{1,5}", text):
            self.fail(key, f"is a time in whole seconds, not {value!r}", "write `pause: 2`")
        if key == "reject" and text not in ("rejected", "busy"):
            self.fail(key, f"is `rejected` or `busy`, not {value!r}", "write `reject: busy`")
        if key in ("play", "redirect") and not _is_url(text):
            self.fail(key, f"is a URL or a path, not {value!r}", f"write `{key}: /path`")
        return text

    def content(self, key: str) -> bytes:
        value = self.keys[key]
        if isinstance(value, str):
            return value.encode()
        if not isinstance(value, bytes):
            self.fail(key, f"must be text, not {value!r}")
        return value

    def file(self) -> Path:
        name = self.keys["file"]
        if isinstance(name, str) and Path(name).is_absolute():
            path = Path(name)
            if not files.is_file(path):
                self.fail("file", f"{name!r} does not exist")
            return path
        if self.folder is None:
            self.fail("file", "needs a TwiML folder, and none was given")
        found = files.find(self.folder, name) if isinstance(name, str) else None
        if found is None:
            self.fail("file", f"{name!r} is not in {self.folder}")
        return found

    def headers(self) -> Iterator[tuple[str, str]]:
        value = self.keys.get("headers", ())
        pairs = value.items() if isinstance(value, Mapping) else value
        if not isinstance(value, Mapping | list | tuple):
            self.fail("headers", "must be a mapping or a list of pairs")
        for pair in pairs:
            match tuple(pair) if isinstance(pair, list | tuple) else ():
                case (str() as name, str() as text) if _is_token(name) and _is_field_value(text):
                    if name.lower() == "content-type":
                        self.fail(
                            "headers", "cannot set Content-Type; content_type does", "write `content_type: …`"
                        )
                    yield name, text
                case _:
                    self.fail(
                        "headers", f"has {pair!r}, which is not a name and a text", "write `X-Name: text`"
                    )

    def number(self, key: str, default: float, *, low: float, high: float, whole: bool = False) -> float:
        value = self.keys.get(key, default)
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not low <= number <= high or (whole and number != int(number)):
            self.fail(key, f"must be a number from {low:g} to {high:g}, not {value!r}")
        return number


def _is_url(text: str) -> bool:
    """Whether a text can be a URL or a path: no blank, and no control character."""
    return text.isprintable() and " " not in text and text != ""


def _is_token(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", text) is not None


def _is_field_value(text: str) -> bool:
    return re.fullmatch(r"[\t\x20-\x7e\xa0-\xff]*", text) is not None
