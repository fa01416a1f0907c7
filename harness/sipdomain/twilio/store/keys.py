"""API keys: credentials that can be given out, and taken back, one by one."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass
from typing import Final

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import Key
from sipdomain.twilio.store.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey(Key):
    """A key that was just made, with the secret that nobody will see again.

    Attributes:
        secret: The password that goes with the key's SID.
    """

    secret: str


KEY: Final = Kind(
    name="key", model=Key, prefix="SK", most="keys", full=kept("API keys"), once=lambda each: (each.sid,)
)


class Keys(Table[Key]):
    """All standard API keys, by account. A SigningKey is the same thing by an older name.

    Source: https://www.twilio.com/docs/iam/api-keys/key-resource-v2010
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        super().__init__(KEY, ids, limits, changes)

    def create(self, account_sid: str, friendly_name: str = "", *, now: float) -> NewKey:
        """Make a key.

        Args:
            account_sid: The owner.
            friendly_name: At most 64 characters; "" stays empty.
            now: Unix seconds.

        Raises:
            RestError: 20002 a wrong name; without a code, too many keys.
        """
        secret = self._ids.new("")
        key = self.make(account_sid, now=now, friendly_name=_name(friendly_name), secret_hash=_hashed(secret))
        return NewKey(**asdict(key), secret=secret)

    def authenticated(self, sid: str, secret: str) -> Key | None:
        """Return the key whose SID and secret these are, or None."""
        key = self.known_by(sid)
        # An unknown SID costs the same comparison, so that the time taken does not reveal it.
        right = hmac.compare_digest(_hashed(secret), key.secret_hash if key else "0" * 64)
        return key if right else None

    def rename(self, account_sid: str, sid: str, friendly_name: str | None, *, now: float) -> Key:
        """Give a key another name; None leaves it. Raises RestError 20404 or 20002."""
        found = self.fetch(account_sid, sid)
        return (
            found
            if friendly_name is None
            else self.change(found, now=now, friendly_name=_name(friendly_name))
        )


def _name(text: str) -> str:
    return checks.friendly_name(text, most=64, code=20002) if text else ""


def _hashed(secret: str) -> str:
    """Return what is kept of a secret; 128 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
