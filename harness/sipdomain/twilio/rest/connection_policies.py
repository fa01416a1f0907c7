"""Connection policies, and their targets.

Sources: https://www.twilio.com/docs/voice/bring-your-own-carrier-byoc/api/connectionpolicy-resource and
.../connectionpolicytarget-resource
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sipdomain.twilio.rest.dates import iso8601
from sipdomain.twilio.rest.messages import Parameters
from sipdomain.twilio.rest.resource import VOICE, Asked, Json, Resource
from sipdomain.twilio.rest.stored import stored
from sipdomain.twilio.store.trunk_model import ConnectionPolicy, ConnectionTarget, TargetSettings

_INVALID: Final = 20422


def _render(asked: Asked, policy: ConnectionPolicy) -> Json:
    here = f"{asked.base_url}/{VOICE}/ConnectionPolicies/{policy.sid}"
    return {
        "sid": policy.sid,
        "account_sid": policy.account_sid,
        "friendly_name": policy.friendly_name,
        "date_created": iso8601(policy.created_at),
        "date_updated": iso8601(policy.updated_at),
        "url": here,
        "links": {"targets": f"{here}/Targets"},
    }


def _create(asked: Asked) -> ConnectionPolicy:
    name = asked.form.text("FriendlyName") or ""
    return asked.store.trunks.add_policy(asked.account_sid, name, now=asked.now)


def _update(asked: Asked) -> ConnectionPolicy:
    name = asked.form.text("FriendlyName")
    return asked.store.trunks.rename_policy(asked.account_sid, asked.sid, name, now=asked.now)


def _delete(asked: Asked) -> None:
    asked.store.trunks.remove_policy(asked.account_sid, asked.sid)


def _render_target(asked: Asked, target: ConnectionTarget) -> Json:
    return {
        "sid": target.sid,
        "account_sid": target.account_sid,
        "connection_policy_sid": target.policy_sid,
        "friendly_name": target.friendly_name,
        "target": target.target,
        "priority": target.priority,
        "weight": target.weight,
        "enabled": target.enabled,
        "date_created": iso8601(target.created_at),
        "date_updated": iso8601(target.updated_at),
        "url": f"{asked.base_url}/{VOICE}/ConnectionPolicies/{target.policy_sid}/Targets/{target.sid}",
    }


def _settings(form: Parameters) -> TargetSettings:
    """Return what the form sets; what it leaves out is left out."""
    settings: TargetSettings = {}
    if (target := form.text("Target")) is not None:
        settings["target"] = target
    if (name := form.text("FriendlyName")) is not None:
        settings["friendly_name"] = name
    if (priority := form.integer("Priority", code=_INVALID)) is not None:
        settings["priority"] = priority
    if (weight := form.integer("Weight", code=_INVALID)) is not None:
        settings["weight"] = weight
    if (enabled := form.boolean("Enabled", code=_INVALID)) is not None:
        settings["enabled"] = enabled
    return settings


def _targets(asked: Asked) -> Sequence[ConnectionTarget]:
    policy = asked.store.trunks.policies.fetch(asked.account_sid, asked.sids["NY"])
    return asked.store.trunks.targets.of(policy.sid)


def _create_target(asked: Asked) -> ConnectionTarget:
    asked.form.required("Target", code=_INVALID)
    return asked.store.trunks.add_target(
        asked.account_sid, asked.sids["NY"], now=asked.now, **_settings(asked.form)
    )


def _fetch_target(asked: Asked) -> ConnectionTarget:
    return asked.store.trunks.target(asked.account_sid, asked.sids["NY"], asked.sid)


def _update_target(asked: Asked) -> ConnectionTarget:
    return asked.store.trunks.change_target(
        asked.account_sid, asked.sids["NY"], asked.sid, now=asked.now, **_settings(asked.form)
    )


def _delete_target(asked: Asked) -> None:
    asked.store.trunks.targets.take_out(_fetch_target(asked))


RESOURCE = stored(
    lambda store: store.trunks.policies,
    path="ConnectionPolicies",
    list_key="connection_policies",
    render=_render,
    create=_create,
    update=_update,
    delete=_delete,
)
TARGETS = Resource(
    path="ConnectionPolicies/{NY}/Targets",
    list_key="targets",
    render=_render_target,
    list=_targets,
    create=_create_target,
    fetch=_fetch_target,
    update=_update_target,
    delete=_delete_target,
)
