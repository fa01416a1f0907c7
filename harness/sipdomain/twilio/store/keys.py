"""API keys: credentials that can be given out, and taken back, one by one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.model import Key, Limits
from sipdomain.twilio.store.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey(Key):
    """A key that was just made, with the secret that nobody will see again.

    Attributes:
        secret: The password that goes with the key's SID.
    """

    secret: str


class Keys:
    """All standard API keys, by account. A SigningKey is the same thing by an older name.

    Source: https://www.twilio.com/docs/iam/api-keys/key-resource-v2010
    """

    def __init__(self, ids: Ids, limits: Limits, changes: Changes) -> None:
        self._ids = ids
        self._limits = limits
        self._keys: Table[Key] = Table("key", changes)
        self._by_sid: dict[str, Key] = {}

    def create(self, account_sid: str, friendly_name: str = "", *, now: float) -> NewKey:
        """Make a key.

        Args:
            account_sid: The owner.
            friendly_name: At most 64 characters; "" stays empty.
            now: Unix seconds.

        Raises:
            RestError: 20002 a wrong name; without a code, too many keys.
        """
        name = _name(friendly_name)
        if self._keys.count(account_sid) >= self._limits.keys:
            raise checks.too_many("API keys", self._limits.keys)
        secret = self._ids.new("")
        key = Key(
            sid=self._ids.new("SK"),
            number=self._keys.next_number(),
            account_sid=account_sid,
            created_at=now,
            updated_at=now,
            friendly_name=name,
            secret_hash=_hashed(secret),
        )
        self.put(key)
        return NewKey(**asdict(key), secret=secret)

    def put(self, key: Key) -> None:
        """Keep a key as it is, in place of one with its SID."""
        self._keys.put(key.account_sid, key)
        self._by_sid[key.sid] = key

    def take_out(self, key: Key) -> None:
        """Take a key out."""
        self._keys.remove(key.account_sid, key.sid)
        del self._by_sid[key.sid]

    def __iter__(self) -> Iterator[Key]:
        """Return all keys."""
        return iter(self._keys)

    def authenticated(self, sid: str, secret: str) -> Key | None:
        """Return the key whose SID and secret these are, or None."""
        key = self._by_sid.get(sid)
        # An unknown SID costs the same comparison, so that the time taken does not tell it.
        right = hmac.compare_digest(_hashed(secret), key.secret_hash if key else "0" * 64)
        return key if right else None

    def fetch(self, account_sid: str, sid: str) -> Key:
        """Return a key, or raise RestError 20404."""
        return self._keys.fetch(account_sid, sid)

    def of(self, account_sid: str) -> list[Key]:
        """Return an account's keys, oldest first."""
        return self._keys.of(account_sid)

    def rename(self, account_sid: str, sid: str, friendly_name: str, *, now: float) -> Key:
        """Give a key another name; raises RestError 20404 or 20002."""
        found = self._keys.fetch(account_sid, sid)
        changed = replace(found, friendly_name=_name(friendly_name), updated_at=now)
        self.put(changed)
        return changed

    def delete(self, account_sid: str, sid: str) -> None:
        """Take a key back; requests that bear it are refused from now on. Raises RestError 20404."""
        self.take_out(self._keys.fetch(account_sid, sid))


def _name(text: str) -> str:
    return checks.friendly_name(text, most=64, code=20002) if text else ""


def _hashed(secret: str) -> str:
    """Return what is kept of a secret; 128 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
