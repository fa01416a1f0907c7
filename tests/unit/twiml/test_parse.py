from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import TwimlError
from sipdomain.twiml.document import Document, Element, TwimlWarning
from sipdomain.twiml.parse import parse

DOCUMENTS = Path(__file__).parents[3] / "fixtures" / "twiml"


def read(name: str) -> Document:
    return parse((DOCUMENTS / name).read_bytes())


def test_a_document_becomes_values() -> None:
    assert read("menu-of-verbs.xml") == Document(
        verbs=(
            Element("Say", (("voice", "woman"), ("language", "en-GB"), ("loop", "2")), "Please hold", (), 4),
            Element("Pause", (("length", "3"),), "", (), 5),
            Element("Play", (), "music/waltz.wav", (), 6),
            Element("Play", (("digits", "1w2#"),), "", (), 7),
            Element("Hangup", (), "", (), 8),
            Element("Say", (), "Nobody hears this", (), 9),
        )
    )


def test_children_are_kept_and_their_text_is_part_of_the_whole() -> None:
    assert parse(b"<Response><Dial>0<Sip a='b'>sip:bob@example.com</Sip>9</Dial></Response>").verbs == (
        Element(
            "Dial",
            (),
            "0 sip:bob@example.com 9",
            (Element("Sip", (("a", "b"),), "sip:bob@example.com", (), 1),),
            1,
        ),
    )


def test_an_absent_attribute_is_none_and_case_matters() -> None:
    element = Element("Say", (("loop", "2"),))
    assert (element.get("loop"), element.get("Loop"), element.get("voice")) == ("2", None, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cdata.xml", "Fish & chips <today>"),
        ("comments.xml", "One two"),
        ("latin-1.xml", "Grüezi, Zoë"),
        ("utf-16.xml", "Grüezi, Zoë"),
        ("byte-order-mark.xml", "Grüezi, Zoë"),
        ("no-declaration.xml", "Grüezi, Zoë"),
    ],
)
def test_text_is_read_as_xml_says(name: str, text: str) -> None:
    document = read(name)
    assert [verb.text for verb in document.verbs] == [text]
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("data", "content_type", "text"),
    [
        ("<Response><Say>Zoë</Say></Response>".encode("latin-1"), "text/xml; charset=ISO-8859-1", "Zoë"),
        ("<Response><Say>Zoë</Say></Response>".encode(), 'text/xml;Charset="utf8"', "Zoë"),
        (
            "<?xml version='1.0' encoding='ISO-8859-1'?><Response><Say>Zoë</Say></Response>".encode(),
            "text/xml; charset=utf-8",
            "Zoë",
        ),
        (
            b"\xef\xbb\xbf" + "<Response><Say>Zoë</Say></Response>".encode(),
            "text/xml; charset=ISO-8859-1",
            "Zoë",
        ),
    ],
    ids=["no declaration", "quoted", "charset beats declaration", "byte order mark beats charset"],
)
def test_the_charset_of_the_content_type_is_heeded(data: bytes, content_type: str, text: str) -> None:
    assert parse(data, content_type=content_type).verbs[0].text == text


@pytest.mark.rule("document-errors")
@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("empty.xml", 12100, "the body is empty; an empty document is written <Response/>"),
        (
            "blank-before-declaration.xml",
            12100,
            "line 2, column 6: XML declaration allowed only at the start of the document",
        ),
        (
            "invalid.xml",
            12100,
            "line 3, column 31: Opening and ending tag mismatch: Say line 3 and Response",
        ),
        ("two-roots.xml", 12100, "line 3, column 1: Extra content at the end of the document"),
        ("bare-ampersand.xml", 12100, "line 2, column 32: EntityRef: expecting ';'"),
        ("html-error-page.html", 12100, "line 1, column 2: StartTag: invalid element name"),
        ("doctype.xml", 12100, "a DOCTYPE is not accepted"),
        ("external-entity.xml", 12100, "a DOCTYPE is not accepted"),
        ("bad-version.xml", 12101, "line 2: version '2027-01-01' is not 2008-08-01 or 2010-04-01"),
        ("wrong-root.xml", 12102, "line 3, column 2: the root element is <response>, not <Response>"),
        (
            "namespace.xml",
            12102,
            "line 2, column 1: the root element is <{http://example.com/twiml}Response>, not <Response>",
        ),
    ],
)
def test_a_bad_document_fails_with_code_and_place(name: str, code: int, message: str) -> None:
    with pytest.raises(TwimlError) as caught:
        read(name)
    assert (caught.value.code, str(caught.value)) == (code, message)


@pytest.mark.parametrize(
    ("data", "content_type", "code"),
    [
        (b"<Response>" + b" " * 65_516 + b"</Response>", "text/xml", 11750),
        (b"<Response>" + b"<Say>" * 40 + b"</Say>" * 40 + b"</Response>", "text/xml", 12100),
        (b"<Response>" + b"<Say>" * 5000 + b"</Say>" * 5000 + b"</Response>", "text/xml", 12100),
        (b"<Response/>", "text/xml; charset=klingon", 12100),
        (b"<Response/>", "text/xml; charset=rot13", 12100),
        (b"<Response/>", "text/xml; charset=idna", 12100),
        (b"<Response/>", "text/xml; charset=utf-16", 12100),
        (b"<Response><Say>&undefined;</Say></Response>", "text/xml", 12100),
        (b"<Response><Say>\xff</Say></Response>", "text/xml", 12100),
        (b"<Response><Say loop='1' loop='2'/></Response>", "text/xml", 12100),
    ],
    ids=[
        "too large",
        "deep",
        "very deep",
        "unknown charset",
        "not a charset",
        "not a charset of XML",
        "wrong charset",
        "undefined entity",
        "not UTF-8",
        "doubled attribute",
    ],
)
def test_hostile_bytes_are_refused(data: bytes, content_type: str, code: int) -> None:
    with pytest.raises(TwimlError) as caught:
        parse(data, content_type=content_type)
    assert caught.value.code == code


def test_an_entity_bomb_is_refused() -> None:
    with pytest.raises(TwimlError) as caught:
        read("entity-bomb.xml")
    assert caught.value.code == 12100


def test_a_body_of_exactly_64_kilobytes_is_accepted() -> None:
    assert parse(b"<Response>" + b" " * 65_515 + b"</Response>").verbs == ()


def test_a_schema_location_is_no_fault() -> None:
    assert read("schema-location.xml") == Document((Element("Hangup", (), "", (), 4),))


@pytest.mark.parametrize("version", ["2008-08-01", "2010-04-01"])
def test_both_versions_of_the_api_are_known(version: str) -> None:
    assert parse(f"<Response version='{version}'/>".encode()) == Document(())


def test_verbs_that_are_not_emulated_are_kept_without_a_warning() -> None:
    document = read("not-emulated.xml")
    assert [verb.name for verb in document.verbs] == ["Say", "Pay", "Say"]
    assert document.warnings == ()


@pytest.mark.rule("document-warnings")
def test_names_in_wrong_case_are_left_out_with_a_hint() -> None:
    document = read("wrong-case.xml")
    assert [verb.name for verb in document.verbs] == ["Say"]
    assert document.warnings == (
        TwimlWarning(12200, "<say> is not a verb and is left out; did you mean Say? Case matters", line=3),
        TwimlWarning(
            12200,
            "<Say> has no attribute Loop; it is left out; did you mean loop? Case matters",
            line=4,
        ),
        TwimlWarning(12200, "<Shout> is not a verb and is left out", line=5),
    )


@pytest.mark.rule("document-warnings")
@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("<Say loop='often'>a</Say>", [13510]),
        ("<Say loop='1.5'>a</Say>", [13510]),
        ("<Say loop='0'>a</Say>", []),
        ("<Say voice='robot'>a</Say>", [13511]),
        ("<Say voice='Google.de-DE-Standard-A'>a</Say>", []),
        ("<Say language='english'>a</Say>", [13512]),
        ("<Say> </Say>", [13520]),
        (f"<Say>{'a' * 4096}</Say>", []),
        (f"<Say>{'a' * 4097}</Say>", [13521]),
        (f"<Say voice='Polly.Amy'>{'a' * 3001}</Say>", [13521]),
        ("<Say><break/>a<sub alias='b'>c</sub></Say>", []),
        ("<Say>a<Play>b</Play></Say>", [12200]),
        ("<Say rate='fast'>a</Say>", [12200]),
        ("<Play loop='-1'>a.wav</Play>", [13410]),
        ("<Play digits='12x'/>", [13430, 12200]),
        ("<Play digits='0123456789ABCD#*wW'/>", []),
        ("<Play/>", [12200]),
        ("<Pause length='0'/>", [13910]),
        ("<Pause length='86401'/>", [13910]),
        ("<Pause length=' 7 '/>", []),
        ("<Redirect method='PUT'>/a</Redirect>", [13710]),
        ("<Redirect method='get'>/a</Redirect>", []),
        ("<Reject reason='Busy'/>", [13810]),
        ("<Hangup reason='busy'/>", [12200]),
        ("<Hangup/> and so on", [12200]),
        ("words<Hangup/>", [12200]),
    ],
)
def test_what_is_wrong_but_harmless_is_a_warning(body: str, codes: list[int]) -> None:
    document = parse(f"<Response>{body}</Response>".encode())
    assert [warning.code for warning in document.warnings] == codes
    assert len(document.verbs) == 1


def test_a_bad_value_is_quoted_with_what_would_be_right() -> None:
    document = parse(b"<Response><Pause length='forever and ever and ever and ever and ever'/></Response>")
    assert document.warnings == (
        TwimlWarning(
            13910,
            "<Pause> length='forever and ever and ever and ever an...' is left out: "
            "it must be a whole number from 1 to 86400",
            line=1,
        ),
    )


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ("<Gather>Press 1</Gather>", ["<Gather> has text directly inside, which is left out"]),
        ("<Gather><Say>Press</Say> 1</Gather>", ["<Gather> has text directly inside, which is left out"]),
        ("<Gather> <Say>Press 1</Say>\n</Gather>", []),
        ("<Record>Speak</Record>", ["<Record> has text directly inside, which is left out"]),
        ("<Start>now<Recording/></Start>", ["<Start> has text directly inside, which is left out"]),
        ("<Hangup>Goodbye</Hangup>", ["<Hangup> has text directly inside, which is left out"]),
        (
            "<Dial>+15551230001<Client>bob</Client></Dial>",
            ["<Dial> has text beside its nouns, which is not called"],
        ),
        ("<Dial>+15551230001</Dial>", []),
        ("<Enqueue>support</Enqueue>", []),
    ],
)
def test_text_that_means_nothing_where_it_stands_is_left_out(body: str, messages: list[str]) -> None:
    warnings = parse(f"<Response>{body}</Response>".encode()).warnings
    assert [(each.code, each.message) for each in warnings] == [(12200, each) for each in messages]


def test_an_attribute_of_the_root_is_left_out() -> None:
    assert parse(b"<Response lang='en'/>").warnings == (
        TwimlWarning(12200, "<Response> has no attribute lang; it is left out", line=1),
    )


def test_a_larger_body_is_refused_without_a_length_that_may_be_cut() -> None:
    with pytest.raises(TwimlError) as caught:
        parse(b"<Response/>" + b" " * 65_536)
    assert caught.value.code == 11750
    assert str(caught.value).endswith("the body has more than the 65536 bytes that the provider accepts")
