"""API keys, and signing keys, which are the same by an older name.

Source: https://www.twilio.com/docs/iam/api-keys/key-resource-v2010
"""

from __future__ import annotations

from sipdomain.twilio.rest.dates import rfc2822
from sipdomain.twilio.rest.resource import Asked, Json, Resource
from sipdomain.twilio.rest.stored import stored
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


def _create(asked: Asked) -> Key:
    return asked.store.keys.create(asked.account_sid, asked.form.text("FriendlyName") or "", now=asked.now)


def _update(asked: Asked) -> Key:
    name = asked.form.text("FriendlyName")
    return asked.store.keys.rename(asked.account_sid, asked.sid, name, now=asked.now)


def _resource(name: str, list_key: str) -> Resource[Key]:
    return stored(
        lambda store: store.keys,
        path=f"Accounts/{{AC}}/{name}",
        list_key=list_key,
        render=_render,
        create=_create,
        update=_update,
        account_only=True,
    )


RESOURCE = _resource("Keys", "keys")
SIGNING = _resource("SigningKeys", "signing_keys")
