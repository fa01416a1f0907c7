"""Applications: webhooks under one name. A call that names one asks them."""

from __future__ import annotations

from typing import Any, Final

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.table import Table
from sipdomain.twilio.store.trunk_model import Application

APPLICATION: Final = Kind(
    name="application",
    model=Application,
    prefix="AP",
    most="applications",
    full=(0, "An account has at most {most} applications"),
)


class Applications(Table[Application]):
    """All applications, by account.

    Source: https://www.twilio.com/docs/usage/api/applications; codes as of a phone number's settings (assumed).
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        super().__init__(APPLICATION, ids, limits, changes)

    def create(self, account_sid: str, *, now: float, **settings: Any) -> Application:
        """Make an application.

        Raises:
            RestError: 20002 a wrong name, 21402 a wrong URL, 21403 a wrong method, 20422 another version; without a
                code, too many.
        """
        return self.make(account_sid, now=now, **_checked(settings))

    def update(self, account_sid: str, sid: str, *, now: float, **settings: Any) -> Application:
        """Change an application; what is absent stays. Raises RestError 20404, else as in `create`."""
        return self.change(self.fetch(account_sid, sid), now=now, **_checked(settings))


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    kept = checks.webhooks(settings, url_code=21402, method_code=21403)
    if "friendly_name" in kept:
        name = kept["friendly_name"]
        kept["friendly_name"] = checks.friendly_name(name, most=64, code=20002) if name else None
    if "api_version" in kept:
        checks.one_of(kept["api_version"], ("2010-04-01", "2008-08-01"), name="ApiVersion")
    return kept
