"""Hide the passwords in addresses, `//USER:PASSWORD@` and `sip:USER:PASSWORD@`, in time linear in the text.

A text of nothing but begins is looked at only near an `@`: each begin reaches at most 256 characters of a user and 256
of a password, and where neither an `@` nor a password could stand, it is left out at once.
"""

from __future__ import annotations

import re
from typing import Final

# The characters that give a URL its form: plain, percent-encoded (up to nine times), escaped in JSON, or as HTML has them.
COLON: Final = r"(?::|%(?:25){0,8}3a|\\u003a|&(?:\#58|\#x3a|colon);)"
SLASH: Final = r"(?:\\{0,8}/|%(?:25){0,8}2f|\\u002f|&(?:\#47|\#x2f|sol);)"
AT: Final = r"(?:@|%(?:25){0,8}40|\\u0040|&(?:\#64|\#x40|commat);)"
_AT: Final = re.compile(AT, re.IGNORECASE)
_LONGEST_USER: Final = 256
_LONGEST_PASSWORD: Final = 256
# A user, two slashes or `sips`, and two colons of 19 characters at most.
_LONGEST_HEAD: Final = _LONGEST_USER + 4 * 19
_STRETCH: Final = 4_096
"""Characters in which a head is looked for at once; far more than the longest head."""

_URL_BEGIN = f"{SLASH}{SLASH}"
# Written plainly, a user may have an encoded `@` in it, as an e-mail address has one.
_PLAIN_USER = rf"(?!\[)[^\s<>\"/:@]{{0,{_LONGEST_USER}}}:"
_URL_USER = rf"(?!\[)(?:(?!{COLON}|{AT}|{SLASH})[^\s<>\"]){{0,{_LONGEST_USER}}}{COLON}"
# RFC 3261 section 19.1.1; a user may have parameters of its own.
_SIP_BEGIN = f"sips?{COLON}"
_SIP_USER = rf"(?!\[)(?:(?!{COLON}|{AT})[^\s<>\"/?]){{0,{_LONGEST_USER}}}{COLON}"
# The same where a text was cut before its `@`: what follows the colon is not a port.
_URL_CUT = re.compile(
    rf"({_URL_BEGIN}{_URL_USER}|//{_PLAIN_USER})(?!\d{{0,5}}…?\Z|PORT|\*{{8}})[^\s<>\"@/]{{1,{_LONGEST_PASSWORD}}}…?\Z",
    re.IGNORECASE,
)


class UserInfo:
    """One form of address with a user and a password.

    Attributes:
        whole: The form: a head in group 1, the password, an `@` in group 2.
    """

    def __init__(self, begin: str, user: str, port: str, password: str, end: str) -> None:
        """Compile a form.

        Args:
            begin: A pattern of what it begins with.
            user: All from there up to the password.
            port: One of what makes the rest no password.
            password: One of what the password is made of, up to 256 characters.
            end: One of where no password goes on.
        """
        flags, head = re.IGNORECASE, begin + user
        self.whole = re.compile(rf"({head}){port}{password}{{0,{_LONGEST_PASSWORD}}}({AT})", flags)
        self._head = re.compile(head, flags)
        self._last = re.compile(rf"(?s:.*)({begin})", flags)
        self._end = re.compile(end, flags)

    def hide(self, text: str, hidden: str) -> str:
        """Return a text with `hidden` in place of each password: what `whole` finds from left to right."""
        made: list[str] = []
        done = position = 0
        at = end = -1
        while (at := _next(_AT, text, position, at)) < len(text):
            # A password that reaches this `@` begins at most so far before it.
            position = max(position, at - _LONGEST_PASSWORD - _LONGEST_HEAD)
            stretch = max(at, position) + _STRETCH
            head = self._head.search(text, position, stretch)
            if head is None:
                position = min(stretch - _LONGEST_HEAD, len(text))
                continue
            position, password = head.start() + 1, head.end()
            at = _next(_AT, text, password, at)
            end = _next(self._end, text, password, end)
            if end < at:
                # None that begins before this end comes to an `@`.
                position = self._past(text, position, end)
            elif at - password <= _LONGEST_PASSWORD and (found := self.whole.match(text, head.start())):
                made += (text[done : found.end(1)], hidden)
                done, position = found.start(2), found.end()
        made.append(text[done:])
        return "".join(made)

    def _past(self, text: str, position: int, end: int) -> int:
        """Return where the first head may begin, from a position on, after which a password begins past an end."""
        # A user has no colon and a begin has one: of the heads that go past this end only the last one does.
        last = self._last.match(text, position, end)
        return end + 1 if last is None else last.start(1)


def _next(pattern: re.Pattern[str], text: str, position: int, known: int) -> int:
    """Return where a pattern is found from a position on, or the text's length.

    Args:
        pattern: What is looked for.
        text: Where.
        position: From where on.
        known: Where it was found from an earlier position on.
    """
    if known >= position:
        return known
    found = pattern.search(text, position)
    return len(text) if found is None else found.start()


# Digits up to a slash are a port; past the first colon `/`, `?`, `#` and another `@` may stand unescaped in what people
# type.
_PORT = rf"(?!\d{{0,5}}(?:[?#]|{SLASH}|\Z))"
URL: Final = UserInfo(_URL_BEGIN, _URL_USER, _PORT, r"[^\s<>\"]", r"[\s<>\"]")
PLAIN_URL: Final = UserInfo("//", _PLAIN_USER, _PORT, r"[^\s<>\"]", r"[\s<>\"]")
SIP: Final = UserInfo(_SIP_BEGIN, _SIP_USER, "", r"(?:(?!,<?sips?:)[^\s<>\"])", r"[\s<>\"]|,<?sips?:")


def hide_cut(text: str, hidden: str) -> str:
    """Return a text with `hidden` in place of the password in a URL that was cut before its `@`."""
    # One reaches the end, so it begins near it.
    near = max(0, len(text) - _LONGEST_HEAD - _LONGEST_PASSWORD - 1)
    return text[:near] + _URL_CUT.sub(rf"\g<1>{hidden}", text[near:])
