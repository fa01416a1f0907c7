"""TwiML bins: documents that the provider hosts for an account, with the request's parameters put in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sipdomain.errors import TwimlError
from sipdomain.twilio.names.sids import Ids, is_sid
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Record
from sipdomain.twilio.store.table import Table
from sipdomain.twilio.webhooks.exchange import MAX_DOCUMENT
from sipdomain.twilio.webhooks.http import HttpResponse
from sipdomain.twilio.webhooks.template import template

HOST: Final = "handler.twilio.com"
PATH: Final = "/twiml/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin(Record):
    """A TwiML bin.

    Attributes:
        friendly_name: For people; at most 64 characters.
        twiml: The document, with `{{…}}` where parameters go.
    """

    friendly_name: str
    twiml: str

    @property
    def url(self) -> str:
        """Where it is asked for."""
        return f"https://{HOST}{PATH}{self.sid}"


BIN: Final = Kind(
    name="bin",
    model=Bin,
    prefix="EH",
    most="bins",
    full=kept("TwiML bins"),
    # A bin is asked for by its SID alone.
    once=lambda each: (each.sid,),
)


class Bins(Table[Bin]):
    """All bins, by account.

    Source: https://www.twilio.com/docs/serverless/twiml-bins; codes and the length of names are assumed.
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        super().__init__(BIN, ids, limits, changes)

    def create(self, account_sid: str, friendly_name: str, twiml: str, *, sid: str = "", now: float) -> Bin:
        """Make a bin.

        Args:
            account_sid: The owner.
            friendly_name: 1 to 64 characters.
            twiml: The document, of at most 64 KiB.
            sid: Its SID, EH and 32 hexadecimal digits; "" draws one.
            now: Unix seconds.

        Raises:
            RestError: 20002 a wrong name, 11750 a document that is too large, 11310 or 11320 a wrong template, 20001
                a wrong or taken SID; without a code, too many.
        """
        if sid and (not is_sid("EH", sid) or self.at(sid) is not None):
            raise checks.refused(20001, f"{sid[:60]!r} is not EH and 32 hexadecimal digits, or it is taken")
        return self.make(account_sid, sid=sid, now=now, **_checked(friendly_name, twiml))

    def update(
        self,
        account_sid: str,
        sid: str,
        *,
        friendly_name: str | None = None,
        twiml: str | None = None,
        now: float,
    ) -> Bin:
        """Change a bin; what is None stays. Raises RestError 20404, else as in `create`."""
        found = self.fetch(account_sid, sid)
        name = found.friendly_name if friendly_name is None else friendly_name
        return self.change(found, now=now, **_checked(name, found.twiml if twiml is None else twiml))

    def at(self, sid: str) -> Bin | None:
        """Return the bin of that SID, whoever owns it, or None."""
        return self.known_by(sid)

    def answer(self, path: str, parameters: Iterable[tuple[str, str]]) -> HttpResponse:
        """Return what the bin at a path answers.

        Args:
            path: The URL's path, such as "/twiml/EH0123456789abcdef0123456789abcdef".
            parameters: Those of the query and, for POST, of the form.
        """
        found = self.at(path.removeprefix(PATH)) if path.startswith(PATH) else None
        if found is None:
            return HttpResponse(404, (("Content-Type", "text/plain"),), b"no such TwiML bin")
        try:
            text = template(found.twiml).filled(parameters)
        except TwimlError as error:
            return HttpResponse(500, (("Content-Type", "text/plain"),), str(error).encode())
        return HttpResponse(
            200, (("Content-Type", "text/xml; charset=utf-8"),), text.encode("utf-8", "replace")
        )


def _checked(friendly_name: str, twiml: str) -> dict[str, str]:
    if len(twiml.encode("utf-8", "replace")) > MAX_DOCUMENT:
        raise checks.refused(11750, "the document has more than 64 KiB")
    try:
        template(twiml)
    except TwimlError as error:
        line, column = error.place or (1, 1)
        raise checks.refused(error.code, f"line {line}, column {column}: {error}") from None
    return {"friendly_name": checks.friendly_name(friendly_name, most=64, code=20002), "twiml": twiml}
