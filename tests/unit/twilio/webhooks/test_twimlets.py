"""The twimlets, by what they answer."""

from __future__ import annotations

import io
import wave

import pytest

from sipdomain.twilio.webhooks.twimlets import answer


@pytest.mark.parametrize(
    ("parameters", "verbs"),
    [
        ([], ""),
        (
            [("Message[0]", "Congratulations! You just made your first call with Twilio SIP.")],
            "<Say>Congratulations! You just made your first call with Twilio SIP.</Say>",
        ),
        (
            [("Message[10]", "c"), ("Message[2]", "b"), ("Message[0]", "a")],
            "<Say>a</Say><Say>b</Say><Say>c</Say>",
        ),
        ([("Message[0]", "http://h/a.mp3?x=1&y=2")], "<Play>http://h/a.mp3?x=1&amp;y=2</Play>"),
        ([("Message[0]", "</Say><Hangup/>")], "<Say>&lt;/Say&gt;&lt;Hangup/&gt;</Say>"),
        ([("message[0]", "x"), ("Message[]", "x"), ("Message[-1]", "x"), ("Message", "x")], ""),
    ],
)
def test_the_message_twimlet_says_or_plays_each_message_in_order(
    parameters: list[tuple[str, str]], verbs: str
) -> None:
    response = answer("/message", parameters)
    assert response.status == 200
    assert response.header("content-type") == "text/xml; charset=utf-8"
    expected = f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{verbs}</Response>'
    assert response.body.decode() == expected


def verbs_of(path: str, **parameters: str) -> str:
    """Return the verbs that a twimlet answers with; `__` in a name begins brackets."""
    pairs = [
        (name.replace("__", "[", 1) + "]" if "__" in name else name, text)
        for name, text in parameters.items()
    ]
    response = answer(path, pairs)
    assert response.status == 200
    return response.body.decode().partition("<Response>")[2].removesuffix("</Response>")


def location(path: str, **parameters: str) -> str | None:
    """Return where a twimlet leads."""
    response = answer(path, list(parameters.items()))
    assert response.status == 302
    return response.header("location")


FAILED = {"Dial": "true", "DialCallStatus": "no-answer"}


@pytest.mark.parametrize("name", ["forward", "simulring", "callme"])
def test_after_a_dial_that_nobody_took_the_call_goes_on_at_the_fail_url(name: str) -> None:
    assert location(f"/{name}", FailUrl="http://h/x", **FAILED) == "http://h/x"
    assert verbs_of(f"/{name}", **FAILED) == "<Hangup/>"
    assert verbs_of(f"/{name}", Dial="true", DialCallStatus="completed", FailUrl="http://h/x") == "<Hangup/>"


def test_forward_dials_a_number() -> None:
    assert verbs_of("/forward", PhoneNumber="415-555-1212", FailUrl="http://h/?a&b", Timeout="9") == (
        '<Dial action="/forward?Dial=true&amp;FailUrl=http%3A%2F%2Fh%2F%3Fa%26b" timeout="9">415-555-1212</Dial>'
    )
    assert verbs_of("/forward", PhoneNumber="1") == '<Dial action="/forward?Dial=true" timeout="20">1</Dial>'


def test_forward_refuses_callers_who_are_not_among_those_allowed() -> None:
    restricted = "<Say>Sorry, you are calling from a restricted number. Good bye.</Say>"
    assert verbs_of("/forward", PhoneNumber="1", AllowedCallers__0="+1 415", From="+1416") == restricted
    assert verbs_of("/forward", PhoneNumber="1", AllowedCallers__0="+1 415", From="+1415").startswith("<Dial")


def test_simulring_dials_all_numbers_at_once() -> None:
    assert verbs_of("/simulring", PhoneNumbers__1="3", PhoneNumbers__0="2", Message="Hi you") == (
        '<Dial action="/simulring?Dial=true" timeout="20"><Number url="/whisper?Message=Hi+you">2</Number>'
        '<Number url="/whisper?Message=Hi+you">3</Number></Dial>'
    )


def test_callme_whispers_before_it_connects() -> None:
    assert verbs_of("/callme", PhoneNumber="2", Message="Hi") == (
        '<Dial action="/callme?Dial=true" timeout="20"><Number url="/whisper?Message=Hi">2</Number></Dial>'
    )


def test_findme_dials_one_number_after_the_other() -> None:
    assert verbs_of("/findme", PhoneNumbers__0="2", PhoneNumbers__1="3") == (
        '<Dial action="/findme?Dial=true&amp;FailUrl=&amp;Timeout=&amp;Message=&amp;PhoneNumbers%5B%5D=3" timeout="60">'
        '<Number url="/whisper?Message=&amp;HumanCheck=1">2</Number></Dial>'
    )
    assert "PhoneNumbers" not in verbs_of("/findme", PhoneNumbers__="3", **FAILED)
    assert location("/findme", FailUrl="http://h/x", **FAILED) == "http://h/x"
    assert verbs_of("/findme", **FAILED) == "<Hangup/>"
    assert verbs_of("/findme", PhoneNumbers="3", Dial="true", DialCallStatus="completed") == "<Hangup/>"


def test_a_whisper_asks_for_a_key() -> None:
    assert verbs_of("/whisper", Message="Hi", HumanCheck="1") == (
        '<Gather numDigits="1"><Say>Hi</Say></Gather><Hangup/>'
    )
    assert verbs_of("/whisper", Message="Hi", Digits="1") == ""


def test_a_menu_asks_again_after_a_wrong_option_and_leads_on_after_a_right_one() -> None:
    asked = '<Gather numDigits="2"><Say>Choose</Say></Gather><Redirect/>'
    assert verbs_of("/menu", Message="Choose", Options__1="http://h/1", Options__22="http://h/2") == asked
    assert verbs_of("/menu", Message="Choose", Options__22="http://h/2", Digits="3") == (
        f"<Say>I'm sorry, that wasn't a valid option.</Say>{asked}"
    )
    response = answer("/menu", [("Options[22]", "http://h/2"), ("Digits", "22")])
    assert (response.status, response.header("location")) == (302, "http://h/2")


def test_voicemail_greets_records_and_thanks() -> None:
    assert verbs_of("/voicemail", Email="a@b.example", Voice="Man", Message="Speak") == (
        '<Say voice="man">Speak</Say><Record transcribe="true" '
        'transcribeCallback="http://twimlets.com/voicemail?Email=a@b.example"/>'
    )
    assert verbs_of("/voicemail", Transcribe="false") == (
        "<Say>Please leave a message after the beep.</Say><Record/>"
    )
    assert verbs_of("/voicemail", RecordingUrl="http://h/RE1") == "<Say>Thanks.  Good bye.</Say><Hangup/>"
    assert verbs_of("/voicemail", TranscriptionStatus="completed", RecordingUrl="http://h/RE1") == ""


def test_hold_music_plays_again_and_again() -> None:
    assert verbs_of("/holdmusic", Bucket="com.twilio.music.rock", Message="Wait") == (
        "<Play>http://twimlets.com/holdmusic.wav</Play><Say>Wait</Say><Redirect/>"
    )
    assert verbs_of("/holdmusic") == "<Say>An S 3 bucket is required.</Say>"


def test_the_music_is_a_wav_file_of_six_seconds() -> None:
    response = answer("/holdmusic.wav", [])
    with wave.open(io.BytesIO(response.body)) as file:
        assert (file.getframerate(), file.getnchannels(), round(file.getnframes() / 8000, 1)) == (
            8000,
            1,
            6.0,
        )


def test_a_conference_asks_for_its_pass_code() -> None:
    asked = '<Gather numDigits="4"><Say>Please enter your conference pass code</Say></Gather><Redirect/>'
    assert verbs_of("/conference", Password="1234", Name="x") == asked
    assert verbs_of("/conference", Password="1234", Name="x", Digits="1") == asked
    assert verbs_of("/conference", Password="1234", Name="x", Digits="1234") == (
        "<Say>You are now entering the conference line.</Say><Dial><Conference>x</Conference></Dial>"
    )


def test_a_conference_begins_with_its_moderator() -> None:
    room = '<Say>Hi</Say><Dial><Conference startConferenceOnEnter="{}">x</Conference></Dial>'
    given = {"Name": "x", "Message": "Hi", "Moderators__0": "415-555-1212"}
    assert verbs_of("/conference", From="+14155551212", **given) == room.format("true")
    assert verbs_of("/conference", From="+14155551213", **given) == room.format("false")


def test_a_conference_waits_with_music() -> None:
    assert verbs_of("/conference", Name="x", Message="Hi", Music="rock") == (
        '<Say>Hi</Say><Dial><Conference waitUrl="http://twimlets.com/holdmusic?Bucket=com.twilio.music.rock" '
        'waitMethod="GET">x</Conference></Dial>'
    )


def test_a_location_has_one_line() -> None:
    assert location("/findme", FailUrl="http://h/\r\nX: y") == "http://h/X: y"


def test_another_twimlet_is_not_found() -> None:
    assert answer("/echo", []).status == 404
