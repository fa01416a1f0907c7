"""API keys, and signing keys, which are the same by an older name.

Source: https://www.twilio.com/docs/iam/api-keys/key-resource-v2010
"""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource
from sipdomain.twilio.store import Key, NewKey


def _render(_: Asked, key: Key) -> Json:
    shown: Json = {
        "sid": key.sid,
        "friendly_name": key.friendly_name,
        "date_created": rfc2822(key.created_at),
        "date_updated": rfc2822(key.updated_at),
    }
    # Only the answer to `create` has it.
    return {**shown, "secret": key.secret} if isinstance(key, NewKey) else shown


def _list(asked: Asked) -> Sequence[Key]:
    return asked.store.keys.of(asked.account_sid)


def _create(asked: Asked) -> Key:
    return asked.store.keys.create(asked.account_sid, asked.form.text("FriendlyName") or "", now=asked.now)


def _fetch(asked: Asked) -> Key:
    return asked.store.keys.fetch(asked.account_sid, asked.sid)


def _update(asked: Asked) -> Key:
    name = asked.form.text("FriendlyName")
    if name is None:
        return _fetch(asked)
    return asked.store.keys.rename(asked.account_sid, asked.sid, name, now=asked.now)


def _delete(asked: Asked) -> None:
    asked.store.keys.delete(asked.account_sid, asked.sid)


def _resource(name: str, list_key: str) -> Resource[Key]:
    return Resource(
        path=f"Accounts/{{AC}}/{name}",
        list_key=list_key,
        render=_render,
        list=_list,
        create=_create,
        fetch=_fetch,
        update=_update,
        delete=_delete,
        account_only=True,
    )


RESOURCE = _resource("Keys", "keys")
SIGNING = _resource("SigningKeys", "signing_keys")
