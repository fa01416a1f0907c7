"""<ConversationRelay>: what is said, what is heard, and what interrupts what."""

from __future__ import annotations

import json

import pytest

from sipdomain.media.hearing import HearingFailed, StartHearing
from sipdomain.media.outputs import MediaSilent, SendDtmf, StartPlayback
from sipdomain.media.prompts import Speech
from sipdomain.socket_entries import SocketMessage
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.parity import documents
from tests.parity.relaying import LONG, RelayBench, document, heard, relayed, saying, sending, sent, types
from tests.parity.streaming import Found, lines, of, spoken
from tests.unit.twilio.caller import Make

# --- what is said -------------------------------------------------------------------------------------------


@pytest.mark.rule("relay-greeting", "relay-events", "relay-events-when")
def test_the_greeting_is_said_without_a_message_but_events() -> None:
    greeting = 'welcomeGreeting="Welcome to Acme"'
    assert types(relayed(text=document(greeting))) == ["setup"]
    found = relayed(text=document(f'{greeting} events="speaker-events tokens-played"'))
    assert spoken(found) == ["Welcome to Acme"]
    _, begins, played, ends = sent(found)
    assert begins == {"type": "info", "name": "agentSpeaking", "value": "on", "ts": begins["ts"]}
    assert played == {"type": "info", "name": "tokensPlayed", "value": "Welcome to Acme"}
    assert ends == {"type": "info", "name": "agentSpeaking", "value": "off", "ts": ends["ts"]}
    assert ends["ts"] - begins["ts"] == 980


@pytest.mark.rule("relay-tokens", "relay-sentences")
def test_tokens_are_put_together_as_they_are_and_a_sentence_is_said_before_the_last_of_them() -> None:
    tokens = ["He", "llo wor", "ld. How", " are", " you"]
    messages = [{"type": "text", "token": each} for each in tokens]
    found = relayed(sending(*messages), document('events="tokens-played"'), steps=(4.0,))
    assert heard(found) == ["Hello world."]
    found = relayed(
        sending(*messages, {"type": "text", "token": "?", "last": True}), document('events="tokens-played"')
    )
    assert heard(found) == ["Hello world.", "How are you?"]
    assert [each["value"] for each in sent(found, "info")] == ["Hello world. ", "How are you?"]


@pytest.mark.rule("relay-sentences")
def test_what_has_no_end_is_said_after_a_thousand_characters() -> None:
    found = relayed(sending({"type": "text", "token": "one " * 251}), steps=(200.0,))
    assert heard(found) == [("one " * 250).strip()]


@pytest.mark.rule("relay-markup")
def test_speech_markup_is_left_out_of_what_is_said() -> None:
    token = 'One <break time="1.5s"/>two <emphasis level="strong">three</emphasis> 4 < 5'
    found = relayed(sending({"type": "text", "token": token, "last": True}))
    assert heard(found) == ["One two three 4 < 5"]


@pytest.mark.rule("relay-languages", "relay-language")
def test_the_language_of_a_token_goes_before_the_message_and_that_before_the_attribute(make: Make) -> None:
    relay = RelayBench(make, 'language="it-IT" ttsLanguage="es-ES"')
    relay.send(type="text", token="One.", last=True)
    relay.send(type="language", ttsLanguage="sv-SE")
    relay.send(type="text", token="Two.", last=True)
    relay.send(type="text", token="Three.", last=True, lang="fr-FR")
    relay.send(type="text", token="Four.", last=True)
    relay.bench.wait(20.0)
    said = [each.prompt for each in relay.bench.media if isinstance(each, StartPlayback)]
    assert said == [
        Speech("One.", "man", "es-ES"), Speech("Two.", "man", "sv-SE"), Speech("Three.", "man", "fr-FR"),
        Speech("Four.", "man", "sv-SE"),
    ]  # fmt: skip
    assert [each.language for each in relay.bench.media if isinstance(each, StartHearing)] == ["it-IT"]


@pytest.mark.rule("relay-language")
def test_the_caller_is_heard_in_another_language_from_the_message_on() -> None:
    change = {"type": "language", "transcriptionLanguage": "de-DE"}
    found = relayed(sending(change), steps=(1.0, ("say", "Hello"), 3.0))
    assert [each["lang"] for each in sent(found, "prompt")] == ["de-DE"]


@pytest.mark.rule("relay-preemptible")
def test_what_is_preemptible_gives_way_to_what_comes_next_and_else_that_waits() -> None:
    second = {"type": "text", "token": "Something else.", "last": True, "after": 1.0}
    first = {"type": "text", "token": LONG, "last": True}
    found = relayed(sending(first, second), steps=(9.0,))
    assert len(heard(found)) == 3
    assert heard(found)[-1] == "Something else."
    found = relayed(sending({**first, "preemptible": True}, second), steps=(9.0,))
    assert heard(found) == ["Something else."]
    assert sent(found, "interrupt") == []
    found = relayed(sending(first, second), document('preemptible="true"'), steps=(9.0,))
    assert heard(found) == ["Something else."]


@pytest.mark.rule("relay-play")
def test_a_file_is_played_as_often_as_the_message_says(make: Make) -> None:
    relay = RelayBench(make)
    relay.bench.pages["/music.wav"] = HttpResponse(200, (("Content-Type", "audio/wav"),), b"RIFF")
    relay.send(type="play", source="http://app.test/music.wav", loop=2)
    relay.send(type="text", token="Done.", last=True)
    relay.bench.wait(8.0)
    assert documents.heard(relay.bench) == ["RIFF", "RIFF", "Done."]
    relay.send(type="play", source="http://app.test/music.wav", loop=0)
    relay.bench.wait(2.0 * 1200)
    assert len(documents.heard(relay.bench)) == 3 + 1000


@pytest.mark.rule("relay-play-failed", "relay-speech-failed")
def test_what_cannot_be_had_is_left_out_and_the_session_goes_on(make: Make) -> None:
    relay = RelayBench(make)
    relay.bench.pages["/page"] = HttpResponse(200, (("Content-Type", "text/html"),), b"<p>")
    relay.send(type="play", source="http://app.test/page")
    relay.send(type="play", source="http://app.test/refused")
    relay.bench.speech = None
    relay.send(type="text", token="Nobody can say this.", last=True)
    relay.bench.wait(1.0)
    relay.bench.speech = 2.0
    relay.send(type="text", token="Done.", last=True)
    relay.bench.wait(5.0)
    assert documents.heard(relay.bench) == ["Done."]
    assert [each["type"] for each in relay.came] == ["setup", "error", "error", "error"]
    assert sorted(relay.bench.alerts) == [11202, 13420, 64111]


@pytest.mark.rule("relay-digits", "relay-digits-at-once")
def test_keys_are_pressed_towards_the_caller_one_after_another(make: Make) -> None:
    relay = RelayBench(make, 'welcomeGreeting="Welcome to Acme"')
    relay.send(type="sendDigits", digits="1w2")
    relay.send(type="sendDigits", digits="#*")
    relay.bench.wait(1.5)
    assert [each.keys for each in relay.bench.media if isinstance(each, SendDtmf)] == ["1", "2", "#", "*"]


@pytest.mark.rule("relay-limit", "relay-limit-time")
def test_a_session_lasts_for_four_hours_at_most(make: Make) -> None:
    relay = RelayBench(make, relay_limit=100.0)
    relay.bench.wait(99.0)
    assert relay.bench.alerts == []
    relay.bench.wait(2.0)
    assert relay.bench.alerts == [64104]
    assert relay.bench.record.status == "failed"
    assert Settings().relay_limit == 14_400.0


@pytest.mark.rule("relay-deaf")
def test_a_caller_who_cannot_be_understood_is_an_error_once(make: Make) -> None:
    relay = RelayBench(make)
    (hearing,) = (each for each in relay.bench.media if isinstance(each, StartHearing))
    for _ in range(2):
        relay.bench.tell(HearingFailed(hearing.session, hearing.hearing, "there is no recogniser"))
    assert relay.bench.alerts == [32655]
    assert relay.came[1:] == [
        {"type": "error", "description": "The caller cannot be understood: there is no recogniser"}
    ]


@pytest.mark.rule("relay-no-audio", "relay-no-audio-ends")
def test_a_session_without_audio_of_the_caller_ends_with_the_call(make: Make) -> None:
    relay = RelayBench(make)
    relay.bench.tell(MediaSilent(relay.bench.record.sid, 300.0))
    assert relay.bench.alerts == [64108, 32014]


# --- what is heard ------------------------------------------------------------------------------------------


@pytest.mark.rule("relay-prompt", "relay-pause")
def test_what_the_caller_says_is_a_prompt_once_the_caller_has_finished() -> None:
    found = relayed(steps=(1.0, ("say", "Hello there"), 5.0))
    assert sent(found, "prompt") == [
        {"type": "prompt", "voicePrompt": "Hello there", "lang": "en-US", "last": True}
    ]
    slow = relayed(text=document('speechTimeout="2000"'), steps=(1.0, ("say", "Hello there"), 5.0))
    assert moment(slow, "prompt") - moment(found, "prompt") == pytest.approx(1.2, abs=0.01)


def moment(found: Found, kind: str) -> float:
    """Return when the first message of a type went."""
    sent_at: list[float] = [
        each.at for each in of(found, SocketMessage) if json.loads(each.text)["type"] == kind
    ]
    return sent_at[0]


@pytest.mark.rule("relay-multi", "relay-multi-language")
def test_with_multi_a_prompt_has_the_primary_tag() -> None:
    found = relayed(text=document('language="multi"'), steps=(1.0, ("say", "Hello there"), 3.0))
    assert [each["lang"] for each in sent(found, "prompt")] == ["en"]


@pytest.mark.rule("relay-partials")
def test_what_was_said_so_far_is_a_prompt_that_is_not_the_last() -> None:
    attributes = 'partialPrompts="true" speechModel="flux-general-en"'
    found = relayed(text=document(attributes), steps=(1.0, ("say", "Hello there again"), 5.0))
    assert [(each["voicePrompt"], each["last"]) for each in sent(found, "prompt")] == [
        ("Hello", False), ("Hello there", False), ("Hello there again", False), ("Hello there again", True),
    ]  # fmt: skip


@pytest.mark.rule("relay-profanity")
def test_profanities_lose_their_letters_where_that_is_asked_for() -> None:
    found = relayed(text=document('profanityFilter="true"'), steps=(1.0, ("say", "What the fuck"), 3.0))
    assert [each["voicePrompt"] for each in sent(found, "prompt")] == ["What the f***"]


@pytest.mark.rule("relay-dtmf")
def test_keys_are_reported_where_that_is_asked_for() -> None:
    pressed = (1.0, ("press", "5#"), 2.0)
    assert sent(relayed(text=document('dtmfDetection="true"'), steps=pressed), "dtmf") == [
        {"type": "dtmf", "digit": "5"}, {"type": "dtmf", "digit": "#"},
    ]  # fmt: skip
    assert sent(relayed(steps=pressed), "dtmf") == []


@pytest.mark.rule("relay-interrupt", "relay-interrupt-words", "relay-interrupt-queue")
def test_words_stop_what_is_said_and_the_server_learns_what_was_heard_until_then() -> None:
    found = relayed(
        saying(LONG, "Sorry."), document('events="tokens-played speaker-events"'),
        steps=(3.0, ("say", "Wait a moment"), 6.0),
    )  # fmt: skip
    said = [each for each in sent(found) if each.get("name") not in {"clientSpeaking", "agentSpeaking"}]
    assert said[1:] == [
        {
            "type": "interrupt",
            "utteranceUntilInterrupt": "These are all the terms and conditions that",
            "durationUntilInterruptMs": 3000,
        },
        {"type": "info", "name": "tokensPlayed", "value": "These are all the terms and conditions that"},
        {"type": "prompt", "voicePrompt": "Wait a moment", "lang": "en-US", "last": True},
        {"type": "info", "name": "tokensPlayed", "value": "Sorry."},
    ]
    assert heard(found) == ["Sorry."]


@pytest.mark.rule("relay-interrupt-words")
def test_an_utterance_until_an_interrupt_begins_with_the_talk_cycle() -> None:
    found = relayed(saying("One. Two three four five six seven.", "Yes."), steps=(2.0, ("say", "Stop"), 4.0))
    (interrupt,) = sent(found, "interrupt")
    assert interrupt["utteranceUntilInterrupt"] == "One. Two three four five"
    assert interrupt["durationUntilInterruptMs"] == 2000


@pytest.mark.rule("relay-interrupt-queue")
def test_tokens_that_come_after_an_interruption_are_said() -> None:
    late = {"type": "text", "token": "Of the old answer.", "last": True, "after": 4.0}
    found = relayed(
        sending({"type": "text", "token": LONG}, late), steps=(3.0, ("say", "Wait a moment please"), 6.0)
    )  # fmt: skip
    assert heard(found) == ["Of the old answer."]


@pytest.mark.rule("relay-interrupt", "relay-dtmf")
def test_a_key_interrupts_and_comes_after_the_interrupt() -> None:
    found = relayed(saying(LONG), document('dtmfDetection="true"'), steps=(2.0, ("press", "5"), 2.0))
    assert types(found) == ["setup", "interrupt", "dtmf"]


@pytest.mark.rule("relay-interrupt", "relay-reports", "relay-greeting")
@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ('interruptible="none"', ["setup"]),
        ('interruptible="none" reportInputDuringAgentSpeech="speech"', ["setup", "prompt"]),
        ('interruptible="none" reportInputDuringAgentSpeech="dtmf"', ["setup", "dtmf"]),
        ('interruptible="none" reportInputDuringAgentSpeech="any"', ["setup", "dtmf", "prompt"]),
        ('interruptible="dtmf"', ["setup", "interrupt", "dtmf", "prompt"]),
        ('interruptible="false"', ["setup"]),
    ],
)
def test_what_interrupts_and_what_is_reported_are_independent(attributes: str, wanted: list[str]) -> None:
    found = relayed(
        saying(LONG, "Second."), document(f'dtmfDetection="true" {attributes}'),
        steps=(1.0, ("press", "5"), 1.0, ("say", "Wait"), 2.5),
    )  # fmt: skip
    assert types(found) == wanted


@pytest.mark.rule("relay-reports-end")
def test_words_that_go_on_after_the_last_of_what_is_said_are_reported() -> None:
    found = relayed(
        saying("One two three.", "Second."), document('interruptible="none"'),
        steps=(0.5, ("say", "I want to say something that is long"), 8.0),
    )  # fmt: skip
    assert types(found) == ["setup", "prompt"]


@pytest.mark.rule("relay-greeting")
def test_the_greeting_is_interrupted_as_its_own_attribute_allows() -> None:
    greeting = f'welcomeGreeting="{LONG}" welcomeGreetingInterruptible="none"'
    assert types(relayed(text=document(greeting), steps=(2.0, ("say", "Wait"), 4.0))) == ["setup"]
    open_one = f'welcomeGreeting="{LONG}" interruptible="none"'
    assert types(relayed(text=document(open_one), steps=(2.0, ("say", "Wait"), 1.2)))[1] == "interrupt"


@pytest.mark.rule("relay-interrupt")
def test_a_token_says_itself_whether_it_is_interrupted() -> None:
    token = {"type": "text", "token": LONG, "last": True, "interruptible": False}
    found = relayed(sending(token), steps=(2.0, ("say", "Wait"), 2.0))
    assert types(found) == ["setup"]


@pytest.mark.rule("relay-sensitivity")
def test_the_lower_the_sensitivity_the_more_words_it_takes() -> None:
    found = {
        each: relayed(saying(LONG), document(f'interruptSensitivity="{each}"'), steps=(2.0, ("say", "Wait a moment"), 3.0))
        for each in ("high", "medium", "low")
    }  # fmt: skip
    high, medium, low = (sent(each, "interrupt")[0]["durationUntilInterruptMs"] for each in found.values())
    assert high == 2000
    assert high < medium < low
    one = relayed(saying(LONG), document('interruptSensitivity="low"'), steps=(2.0, ("say", "Wait"), 2.0))
    assert types(one) == ["setup"]


@pytest.mark.rule("relay-backchannel")
def test_a_word_that_only_says_that_one_listens_interrupts_nothing() -> None:
    ignoring = document('ignoreBackchannel="true"')
    assert types(relayed(saying(LONG), ignoring, steps=(2.0, ("say", "Uh-huh, okay"), 2.0))) == ["setup"]
    found = relayed(saying(LONG), ignoring, steps=(2.0, ("say", "Okay, but wait"), 3.0))
    assert types(found)[1] == "interrupt"


@pytest.mark.rule("relay-events")
def test_who_speaks_is_reported_with_the_moment() -> None:
    found = relayed(text=document('events="speaker-events"'), steps=(1.0, ("say", "Hello there"), 4.0))
    said = [(each["name"], each["value"]) for each in sent(found, "info")]
    assert said == [
        ("clientSpeaking", "on"), ("clientSpeaking", "off"), ("agentSpeaking", "on"), ("agentSpeaking", "off"),
    ]  # fmt: skip
    assert all(isinstance(each["ts"], int) for each in sent(found, "info"))


@pytest.mark.rule("relay-tokens", "relay-prompt")
def test_the_same_seed_has_the_same_call_to_the_letter() -> None:
    def call() -> list[str]:
        steps = (2.0, ("say", "Wait a moment"), 4.0, ("press", "5"), 2.0)
        return lines(
            relayed(saying(LONG, "Well.", "Good."), document('dtmfDetection="true"'), steps, seed=7).entries
        )

    assert call() == call()
