"""TwiML bins as they are kept and asked."""

from __future__ import annotations

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.engine.hosted import HOSTS, hosted
from sipdomain.twilio.store import Store
from tests.unit.twilio.store.conftest import MAIN, STRANGER

SID = "EH0123456789abcdef0123456789abcdef"
DOCUMENT = "<Response><Say>Hello {{From}}</Say></Response>"


@pytest.mark.rule("bin-url", "bin-parameters", "bin-unknown")
def test_a_bin_answers_at_its_sid_whoever_owns_it(store: Store) -> None:
    store.bins.create(STRANGER, "hello", DOCUMENT, sid=SID, now=2.0)
    answer = hosted(store)["handler.twilio.com"]
    found = answer(f"/twiml/{SID}", [("From", "<alice>")])
    assert (found.status, found.header("Content-Type")) == (200, "text/xml; charset=utf-8")
    assert found.body == b"<Response><Say>Hello &lt;alice&gt;</Say></Response>"
    for path in ("/twiml/EHffffffffffffffffffffffffffffffff", f"/{SID}", f"/twiml/{SID}/", "/twiml/", "/"):
        assert (answer(path, []).status, answer(path, []).body) == (404, b"no such TwiML bin")
    store.bins.delete(STRANGER, SID)
    assert answer(f"/twiml/{SID}", []).status == 404


def test_the_hosts_that_answer_calls_are_those_of_twimlets_and_bins(store: Store) -> None:
    assert set(HOSTS) == set(hosted(store)) == {"twimlets.com", "www.twimlets.com", "handler.twilio.com"}
    assert hosted(store)["twimlets.com"]("/message", [("Message[0]", "Hi")]).body.endswith(
        b"<Response><Say>Hi</Say></Response>"
    )


def test_a_document_that_cannot_be_filled_is_an_error_of_the_server(store: Store) -> None:
    made = store.bins.create(MAIN, "long", "{{#D}}{{#D}}{{#D}}{{.}}{{/D}}{{/D}}{{/D}}", now=2.0)
    found = store.bins.answer(f"/twiml/{made.sid}", [("D[]", str(number)) for number in range(1, 100)])
    assert (found.status, found.body) == (500, b"the document is too large")


def test_a_bin_is_changed_as_far_as_is_said(store: Store) -> None:
    made = store.bins.create(MAIN, "hello", DOCUMENT, now=2.0)
    assert made.url == f"https://handler.twilio.com/twiml/{made.sid}"
    store.bins.update(MAIN, made.sid, friendly_name="bye", now=3.0)
    changed = store.bins.update(MAIN, made.sid, twiml="<Response/>", now=4.0)
    assert (changed.friendly_name, changed.twiml, changed.created_at, changed.updated_at) == (
        "bye",
        "<Response/>",
        2.0,
        4.0,
    )
    with pytest.raises(RestError, match="There is no"):
        store.bins.update(STRANGER, made.sid, twiml="<Response/>", now=4.0)


@pytest.mark.rule("bin-refused", "bin-size")
@pytest.mark.parametrize(
    ("name", "twiml", "sid", "code", "message"),
    [
        ("", DOCUMENT, "", 20002, "FriendlyName is required"),
        ("x" * 65, DOCUMENT, "", 20002, "FriendlyName must not be longer than 64 characters"),
        ("x", "<Say>\n{{From</Say>", "", 11320, "line 2, column 1: brackets are not closed"),
        ("x", "{{#From}}", "", 11310, "line 1, column 1: {{#From}} is not closed"),
        ("x", "é" * 32_769, "", 11750, "the document has more than 64 KiB"),
        ("x", DOCUMENT, "EH1", 20001, "'EH1' is not EH and 32 hexadecimal digits, or it is taken"),
        ("x", DOCUMENT, SID, 20001, f"'{SID}' is not EH and 32 hexadecimal digits, or it is taken"),
    ],
)
def test_what_cannot_be_a_bin_is_refused(
    store: Store, name: str, twiml: str, sid: str, code: int, message: str
) -> None:
    store.bins.create(STRANGER, "é" * 64, "é" * 32_768, sid=SID, now=2.0)
    with pytest.raises(RestError) as refused:
        store.bins.create(MAIN, name, twiml, sid=sid, now=2.0)
    assert (refused.value.code, str(refused.value)) == (code, message)
    assert store.bins.of(MAIN) == []
