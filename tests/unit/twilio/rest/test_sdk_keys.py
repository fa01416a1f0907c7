"""The provider's own SDK for Python makes API keys, and logs in with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from sipdomain.twilio.store import Store
from tests.unit.twilio.rest.sdk import ACCOUNT, CREATED, NOBODY, NOW, refusal

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("name", ["key", "signing_key"])
def test_keys_live_their_lives_and_show_their_secret_once(client: Any, name: str) -> None:
    account = client.api.v2010.account
    keys, new_keys = getattr(account, f"{name}s"), getattr(account, f"new_{name}s")
    made = new_keys.create(friendly_name="app")

    assert (made.sid[:2], len(made.sid), made.friendly_name) == ("SK", 34, "app")
    assert len(made.secret) == 32
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert keys(made.sid).fetch().friendly_name == "app"
    assert not hasattr(keys(made.sid).fetch(), "secret")
    assert keys(made.sid).update(friendly_name="other").friendly_name == "other"
    assert keys(made.sid).update().friendly_name == "other"
    assert keys(made.sid).update(friendly_name="").friendly_name == ""
    assert [each.sid for each in keys.list()] == [made.sid]
    assert refusal(lambda: keys(made.sid).update(friendly_name="x" * 65)) == (400, 20002)
    assert keys(made.sid).delete() is True
    assert keys.list() == []
    assert refusal(lambda: keys(made.sid).fetch()) == (404, 20404)
    assert refusal(lambda: keys(made.sid).update(friendly_name="late")) == (404, 20404)
    assert refusal(lambda: keys(made.sid).delete()) == (404, 20404)
    assert new_keys.create().friendly_name == ""
    assert refusal(lambda: new_keys.create(friendly_name="x" * 65)) == (400, 20002)


def test_keys_and_signing_keys_are_the_same(client: Any) -> None:
    made = client.api.v2010.account.new_signing_keys.create(friendly_name="app")
    assert [each.sid for each in client.keys.list()] == [made.sid]
    assert client.signing_keys(made.sid).delete() is True
    assert client.keys.list() == []


@pytest.mark.rule("rest-login")
def test_a_key_works_as_the_account_but_not_on_accounts_and_keys(
    client: Any, log_in: Callable[[str, str], Any]
) -> None:
    made = client.api.v2010.account.new_keys.create(friendly_name="app")
    by_key = log_in(made.sid, made.secret)
    below = by_key.api.v2010.accounts(ACCOUNT)

    assert below.sip.domains.create("acme.sip.twilio.com").account_sid == ACCOUNT
    assert [each.domain_name for each in below.sip.domains.list()] == ["acme.sip.twilio.com"]
    for forbidden in (
        lambda: by_key.api.v2010.accounts(ACCOUNT).fetch(),
        by_key.api.v2010.accounts.list,
        by_key.api.v2010.accounts.create,
        lambda: by_key.api.v2010.accounts(ACCOUNT).update(friendly_name="mine"),
        below.keys.list,
        lambda: below.keys(made.sid).fetch(),
        lambda: below.keys(made.sid).delete(),
        below.new_keys.create,
        below.signing_keys.list,
    ):
        assert refusal(forbidden) == (401, 20003)
    with pytest.raises(TwilioRestException, match="Authentication Error - invalid username"):
        below.keys(made.sid).fetch()


def test_a_key_that_was_taken_back_or_guessed_opens_nothing(
    client: Any, log_in: Callable[[str, str], Any]
) -> None:
    made = client.api.v2010.account.new_keys.create()

    def asked(user: str, password: str) -> tuple[int, int]:
        below = log_in(user, password).api.v2010.accounts(ACCOUNT)
        return refusal(below.queues.list)

    assert asked(made.sid, made.secret[:-1]) == (401, 20003)
    assert asked(made.sid, TOKEN) == (401, 20003)
    assert asked("SK" + NOBODY, made.secret) == (401, 20003)
    assert asked(ACCOUNT, made.secret) == (401, 20003)
    client.keys(made.sid).delete()
    assert asked(made.sid, made.secret) == (401, 20003)


def test_a_key_works_for_its_own_account_only(
    client: Any, log_in: Callable[[str, str], Any], store: Store
) -> None:
    sub = client.api.v2010.accounts.create(friendly_name="Branch")
    stranger = store.accounts.create(now=NOW)
    main_key = client.api.v2010.account.new_keys.create()
    sub_key = client.api.v2010.accounts(sub.sid).new_keys.create()

    def queues(key: Any, account: str) -> Any:
        return log_in(key.sid, key.secret).api.v2010.accounts(account).queues

    assert queues(sub_key, sub.sid).list() == []
    assert queues(main_key, ACCOUNT).list() == []
    assert refusal(lambda: queues(main_key, sub.sid).list()) == (401, 20003)
    assert refusal(lambda: queues(sub_key, ACCOUNT).list()) == (404, 20404)
    assert refusal(lambda: queues(main_key, stranger.sid).list()) == (404, 20404)
    assert [each.sid for each in client.keys.list()] == [main_key.sid]
