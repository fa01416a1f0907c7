"""<Gather>: which keys count, when an input is over, and who is asked then."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision, VerbStarted
from sipdomain.media.outputs import DtmfReceived, StopPlayback
from tests.parity.documents import APOLOGY, dialled, heard
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import moved, page

PROMPT = "<Say>Press a key</Say>"
AFTER = "<Say>You pressed nothing</Say>"
NEXT = page("<Response><Say>Thank you</Say></Response>")


def gathering(make: Make, attributes: str = "", inside: str = PROMPT, after: str = AFTER) -> Caller:
    """Call a number that gathers, as far as the prompt; the prompt lasts two seconds."""
    body = f"<Response><Gather {attributes}>{inside}</Gather>{after}</Response>"
    alice = dialled(make, page(body))
    bench = alice.bench
    bench.pages["/menu"] = NEXT
    alice.ack(bench.response(200))
    return alice


def press(bench: Bench, *keys: str, pause: float = 0.5) -> None:
    """Press keys, with a pause after each."""
    for key in keys:
        bench.tell(DtmfReceived(bench.record.sid, key, 0.1))
        bench.wait(pause)


def asked(bench: Bench) -> list[tuple[float, str, str, str | None]]:
    """Return when what was asked as an action, how, and with which digits."""
    return [
        (each.at, each.request.method, each.path, each.parameters.get("Digits"))
        for each in bench.asked("action")
    ]


@pytest.mark.rule("gather-answers")
def test_a_leading_gather_answers(make: Make) -> None:
    bench = gathering(make).bench
    assert bench.record.status == "in-progress"
    assert [each.verb for each in bench.journal(VerbStarted)] == ["Gather", "Say"]


@pytest.mark.rule("gather-barge-in", "gather-action", "gather-over")
def test_a_key_stops_the_prompt_and_is_the_first_of_the_input(make: Make) -> None:
    bench = gathering(make, 'numDigits="1" action="/menu"').bench
    bench.wait(0.5)
    press(bench, "7")
    assert asked(bench) == [(0.5, "POST", "/menu", "7")]
    assert [each for each in bench.media if isinstance(each, StopPlayback)] != []
    assert heard(bench) == ["Press a key", "Thank you"]


@pytest.mark.rule("gather-over", "gather-timeout")
@pytest.mark.parametrize(
    ("attributes", "keys", "at", "digits"),
    [
        ('numDigits="3"', "123", 1.0, "123"),
        ("", "12#", 1.0, "12"),
        ("", "12", 5.5, "12"),
        ('timeout="2"', "12", 2.5, "12"),
        ('finishOnKey="*"', "1#2*", 1.5, "1#2"),
        ('finishOnKey="" timeout="1"', "1#*", 2.0, "1#*"),
        ('numDigits="2" finishOnKey="5"', "15", 0.5, "1"),
        ('timeout="eternity"', "1", 5.0, "1"),
    ],
    ids=["numDigits", "finish", "timeout", "two-seconds", "star", "no-finish", "finish-first", "bad-timeout"],
)
def test_an_input_is_over(make: Make, attributes: str, keys: str, at: float, digits: str) -> None:
    bench = gathering(make, f'action="/menu" {attributes}').bench
    press(bench, *keys)
    bench.wait(10.0)
    assert asked(bench) == [(at, "POST", "/menu", digits)]


@pytest.mark.rule("gather-timeout", "gather-nothing")
@pytest.mark.parametrize("keys", ["", "#"], ids=["nothing", "finishing-key-alone"])
def test_without_a_key_the_next_verb_follows(make: Make, keys: str) -> None:
    bench = gathering(make, 'action="/menu"').bench
    bench.wait(2.0)
    press(bench, *keys, pause=0.0)
    bench.wait(4.9)
    assert heard(bench) == (["Press a key", "You pressed nothing"] if keys else ["Press a key"])
    bench.wait(0.1)
    assert heard(bench) == ["Press a key", "You pressed nothing"]
    assert asked(bench) == []


@pytest.mark.rule("gather-nothing", "gather-empty-digits")
def test_the_action_is_asked_without_keys_when_that_is_wanted(make: Make) -> None:
    bench = gathering(make, 'action="/menu" actionOnEmptyResult="true" method="GET" timeout="1"').bench
    bench.wait(3.0)
    assert asked(bench) == [(3.0, "GET", "/menu", "")]


@pytest.mark.rule("gather-action")
def test_without_an_action_the_document_itself_is_asked(make: Make) -> None:
    bench = gathering(make, 'numDigits="1"').bench
    bench.pages["/voice"] = NEXT
    press(bench, "4")
    assert asked(bench) == [(0.0, "POST", "/voice", "4")]
    (ask,) = bench.asked("action")
    assert ask.parameters["CallStatus"] == "in-progress"


@pytest.mark.rule("gather-redirect")
def test_a_redirected_action_loses_its_digits(make: Make) -> None:
    bench = gathering(make, 'numDigits="1" action="/menu"').bench
    bench.pages["/menu"] = moved(307, "/elsewhere")
    bench.pages["/elsewhere"] = NEXT
    press(bench, "4")
    assert asked(bench) == [(0.0, "POST", "/menu", "4"), (0.0, "POST", "/elsewhere", None)]
    assert bench.asked("action")[1].parameters["CallSid"] == bench.record.sid


@pytest.mark.rule("gather-type-ahead")
def test_a_key_that_nothing_waits_for_is_dropped_and_noted_once(make: Make) -> None:
    alice = dialled(
        make, page(f'<Response><Say>First</Say><Gather numDigits="1">{PROMPT}</Gather></Response>')
    )
    bench = alice.bench
    alice.ack(bench.response(200))
    press(bench, "1", "2")
    noted = [each for each in bench.journal(Decision) if each.rule == "gather-type-ahead"]
    assert [(each.reason, each.got) for each in noted] == [("key-dropped", "key 1")]
    bench.wait(5.0)
    assert asked(bench) == []


@pytest.mark.rule("gather-letters")
def test_letters_count_as_keys(make: Make) -> None:
    bench = gathering(make, 'numDigits="2" action="/menu"').bench
    press(bench, "A", "1", pause=0.0)
    assert asked(bench) == [(0.0, "POST", "/menu", "A1")]


@pytest.mark.rule("gather-most-keys")
def test_an_input_ends_after_256_keys(make: Make) -> None:
    bench = gathering(make, 'action="/menu"').bench
    press(bench, *"1" * 300, pause=0.0)
    assert asked(bench) == [(0.0, "POST", "/menu", "1" * 256)]


@pytest.mark.rule("gather-warnings", "document-warnings")
@pytest.mark.parametrize(
    ("attributes", "inside", "code"),
    [
        ('finishOnKey="##"', PROMPT, 13310),
        ('method="PUT"', PROMPT, 13312),
        ('timeout="-1"', PROMPT, 13313),
        ('numDigits="0"', PROMPT, 13314),
        ('input="thought"', PROMPT, 13326),
        ('actionOnEmptyResult="perhaps"', PROMPT, 13338),
        ("", "<Redirect/>", 13320),
        ("", '<Play digits="1"/>', 13320),
        ("", '<Say voice="alien!">Hi</Say>', 13321),
        ("", '<Say loop="often">Hi</Say>', 13322),
        ("", '<Pause length="x"/>', 13910),
        ("", '<Say pace="slow">Hi</Say>', 12200),
        ("", "<Say><s>Hi <Redirect/></s></Say>", 12200),
    ],
)
def test_what_is_wrong_in_a_gather_is_a_warning(make: Make, attributes: str, inside: str, code: int) -> None:
    bench = gathering(make, attributes, inside).bench
    assert bench.alerts == [code]


@pytest.mark.rule("gather-no-audio")
def test_a_file_inside_that_cannot_be_had_ends_the_document(make: Make) -> None:
    alice = dialled(make, page("<Response><Gather><Play>/menu.txt</Play></Gather></Response>"))
    bench = alice.bench
    alice.ack(bench.response(200))
    assert bench.alerts == [11202]
    assert heard(bench) == [APOLOGY]


@pytest.mark.rule("gather-no-audio")
def test_a_text_in_place_of_audio_is_13325(make: Make) -> None:
    alice = dialled(make, page("<Response><Gather><Play>/voice</Play></Gather></Response>"))
    alice.ack(alice.bench.response(200))
    assert alice.bench.alerts == [13325]
    assert heard(alice.bench) == [APOLOGY]


@pytest.mark.rule("gather-hang-up")
def test_a_caller_who_hangs_up_ends_the_input_and_nobody_is_asked(make: Make) -> None:
    alice = gathering(make, 'action="/menu"')
    press(alice.bench, "1")
    alice.bye()
    alice.bench.wait(10.0)
    assert asked(alice.bench) == []
