"""What <Refer> wants, event by event, and which of its attributes are valid."""

from __future__ import annotations

import pytest

from sipdomain.twiml.document import Element
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Continue,
    Crash,
    Done,
    End,
    Failed,
    Goto,
    Happened,
    Interrupted,
    Outcome,
    Want,
)
from sipdomain.twiml.transferring import LastTransfer, Transfer, Transferred
from sipdomain.twiml.verbs import VERBS
from tests.unit.twiml.played import played


def refer(
    happenings: list[Happened], uri: str = "sip:bob@pbx", **attributes: str
) -> tuple[list[Want], Outcome]:
    """Return what a Refer wants, and how it ends, when this happens."""
    inside = (Element("Sip", (), uri),)
    program = VERBS["Refer"].run(Element("Refer", tuple(attributes.items()), uri, inside))
    return played(program, happenings)


TOLD = (("ReferCallStatus", "busy"), ("ReferSipResponseCode", "202"), ("NotifySipResponseCode", "486"))


def test_it_answers_transfers_and_asks_its_action() -> None:
    wants, outcome = refer([Done(), Transferred("busy", 202, 486)], action="/next", method="GET")
    assert wants == [Answer(), Transfer("sip:bob@pbx")]
    assert outcome == Goto("/next", "GET", TOLD, "action")
    assert refer([Done(), Transferred("busy", 202, 486)])[1] == Continue()


def test_what_is_not_known_is_not_sent() -> None:
    assert refer([Done(), Transferred("", 202)], action="/next")[1] == Goto(
        "/next", "POST", (("ReferSipResponseCode", "202"),), "action"
    )


def test_its_action_is_asked_after_a_hang_up_and_not_after_a_redirect() -> None:
    wants, outcome = refer(
        [Done(), Interrupted("hung-up"), Transferred("canceled", 202, 180)], action="/next"
    )
    assert wants[-1] == LastTransfer()
    assert outcome == Goto("/next", "POST", (("ReferCallStatus", "canceled"), *_codes(202, 180)), "action")
    assert refer([Done(), Interrupted("redirected")], action="/next")[1] == End()
    assert refer([Interrupted("hung-up")], action="/next")[1] == End()
    assert refer([Done(), Interrupted("hung-up"), Failed(12400, "x")], action="/next")[1] == End()


def _codes(response: int, notified: int) -> tuple[tuple[str, str], ...]:
    return (("ReferSipResponseCode", str(response)), ("NotifySipResponseCode", str(notified)))


def test_a_leg_that_does_not_speak_sip_is_an_error_of_the_document() -> None:
    failed = Failed(13801, "<Refer> needs a SIP call leg")
    assert refer([Done(), failed])[1] == Crash(failed)


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        (" bob@pbx ", "sip:bob@pbx"),
        ("sip:\n bob@pbx;a=b?X-A=1", "sip:bob@pbx;a=b?X-A=1"),
        ("SIPS:a@b", "SIPS:a@b"),
    ],
)
def test_blanks_are_left_out_and_the_scheme_may_be(text: str, uri: str) -> None:
    assert refer([Done(), Transferred("")], text)[0][1] == Transfer(uri)


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ("<Refer><Sip>sip:a@b</Sip></Refer>", []),
        ('<Refer action="/a" method="get"><Sip>sip:a@b</Sip></Refer>', []),
        ('<Refer method="PUT"><Sip>sip:a@b</Sip></Refer>', [12200]),
        ("<Refer/>", [12200]),
        ("<Refer><Sip>sip:</Sip></Refer>", [12200]),
        ("<Refer><Sip>a@b</Sip><Sip>c@d</Sip></Refer>", [12200]),
        ("<Refer><Number>1</Number></Refer>", [12200, 12200]),
    ],
)
def test_what_is_not_valid_is_a_warning(document: str, codes: list[int]) -> None:
    assert [each.code for each in parse(f"<Response>{document}</Response>".encode()).warnings] == codes
