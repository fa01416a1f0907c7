"""Templates of TwiML bins, by what they become."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sipdomain.errors import TwimlError
from sipdomain.twilio.webhooks.template import Template

PAIRS = [
    ("From", "+15005550006"),
    ("Name", "R&D <x>"),
    ("Empty", ""),
    ("Dest[]", "+1"),
    ("Dest[]", "+2"),
    ("To", "sip:+1 (500) 555-0007@acme.sip.twilio.com:5060"),
    ("Nobody", "sip:alice@acme.sip.twilio.com"),
    ("SipHeader_X-Order", "7"),
]


@pytest.mark.rule("bin-parameters", "bin-sections", "bin-e164", "bin-no-number", "bin-mustache")
@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("", ""),
        ("<Response/>", "<Response/>"),
        ("{{From}} { } }} {{ From }}", "+15005550006 { } }} +15005550006"),
        ("{{Absent}}|{{Empty}}|{{from}}", "||"),
        ("{{Name}}|{{{Name}}}|{{& Name }}", "R&amp;D &lt;x&gt;|R&D <x>|R&D <x>"),
        ("{{SipHeader_X-Order}}", "7"),
        ("a{{! words, and\n more }}b", "ab"),
        ("{{#Dest}}<Number>{{.}}</Number>{{/Dest}}", "<Number>+1</Number><Number>+2</Number>"),
        ("{{Dest}}", "+1"),
        ("{{#From}}{{From}} is {{.}}{{/From}}", "+15005550006 is +15005550006"),
        ("{{#Absent}}x{{/Absent}}{{#Empty}}y{{/Empty}}", ""),
        ("{{^Absent}}x{{/Absent}}{{^From}}y{{/From}}", "x"),
        ("{{#Dest}}{{^Absent}}{{.}}{{/Absent}}{{#From}}f{{/From}};{{/Dest}}", "+1f;+2f;"),
        ("{{.}}", ""),
        ("{{#e164}}{{To}}{{/e164}}", "+15005550007"),
        ("{{#e164}} {{From}} {{/e164}}", "+15005550006"),
        ("{{#e164}}sips:100@acme;edge=dublin{{/e164}}", "100"),
        ("{{#e164}}{{Nobody}}{{/e164}}|{{#e164}}{{Absent}}{{/e164}}", "|"),
        ("{{#Dest}}{{#e164}}{{.}}{{/e164}},{{/Dest}}", "+1,+2,"),
    ],
)
def test_what_stands_in_brackets_becomes_what_the_request_says(text: str, filled: str) -> None:
    assert Template(text).filled(PAIRS) == filled


@pytest.mark.rule("bin-refused")
@pytest.mark.parametrize(
    ("text", "code", "place", "message"),
    [
        ("{{From", 11320, (1, 1), "brackets are not closed"),
        ("a\n b {{From}} {{To", 11320, (2, 13), "brackets are not closed"),
        ("{{{From}}", 11320, (1, 1), "brackets are not closed"),
        ("{{From}}}", 11320, (1, 1), "brackets are not closed"),
        ("{{From {{To}}", 11310, (1, 1), "`From {{To` is not a parameter's name"),
        ("{{}}", 11310, (1, 1), "`` is not a parameter's name"),
        ("{{if From}}", 11310, (1, 1), "`if From` is not a parameter's name"),
        ("{{> part}}", 11310, (1, 1), "`> part` is not a parameter's name"),
        ("\n{{#From}}", 11310, (2, 1), "{{#From}} is not closed"),
        ("{{/From}}", 11310, (1, 1), "{{/From}} closes no section"),
        ("{{#A}}{{#B}}{{/A}}{{/B}}", 11310, (1, 13), "{{/A}} closes no section"),
        ("{{#e164}}{{#To}}{{/To}}{{/e164}}", 11310, (1, 10), "{{#To}} may not stand here"),
        ("{{#A}}" * 21 + "{{/A}}" * 21, 11310, (1, 121), "{{#A}} may not stand here"),
    ],
)
def test_a_wrong_template_is_refused_with_its_place(
    text: str, code: int, place: tuple[int, int], message: str
) -> None:
    with pytest.raises(TwimlError) as refused:
        Template(text)
    assert (refused.value.code, refused.value.place, str(refused.value)) == (code, place, message)


@pytest.mark.parametrize(
    "text",
    [
        "{{#D}}" * 20 + "{{/D}}" * 20,
        "{{#D}}" * 19 + "{{#e164}}{{.}}{{/e164}}" + "{{/D}}" * 19,
        "{{#D}}{{Long}}{{/D}}",
    ],
)
def test_a_document_that_grows_without_end_is_given_up(text: str) -> None:
    pairs = [("Long", "x" * 1_000), *[("D[]", str(number)) for number in range(1, 101)]]
    with pytest.raises(TwimlError, match="the document is too large") as refused:
        Template(text).filled(pairs)
    assert refused.value.code == 11750


@given(
    st.lists(
        st.sampled_from(
            ["{{", "}}", "{", "}", "#", "^", "/", "&", "!", "A", "B[]", "e164", ".", " ", "<Say>"]
        )
    ),
    st.lists(st.tuples(st.sampled_from(["A", "B[]", "e164"]), st.text("ab{}&", max_size=4)), max_size=5),
)
def test_any_text_is_filled_or_refused(parts: list[str], pairs: list[tuple[str, str]]) -> None:
    text = "".join(parts)
    try:
        found, code = Template(text).filled(pairs), 0
    except TwimlError as error:
        found, code = text, error.code
    assert code in {0, 11310, 11320, 11750}
    assert found == text or "{{" in text
