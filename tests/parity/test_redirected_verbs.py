"""Whatever verb a call is in, the REST API takes it elsewhere or ends it, and nothing of the verb stays."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import Patch, StartPlayback, StartRecording, StopPlayback, Unpatch
from sipdomain.media.patchbay import ECHO
from sipdomain.media.prompts import Speech
from tests.unit.twilio.bench import flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

VERBS = {
    "Say": "<Say>Welcome</Say>",
    "Play": "<Play>http://app.test/song</Play>",
    "Play digits": '<Play digits="1wwww2"/>',
    "Pause": '<Say>Hi</Say><Pause length="60"/>',
    "Gather": '<Gather action="/action" timeout="60"/>',
    "Gather with a prompt": '<Gather action="/action"><Say>Press a key</Say></Gather>',
    "Record": '<Record action="/action" playBeep="false" timeout="60"/>',
    "Record with its tone": '<Record action="/action"/>',
    "Conference": '<Dial action="/action"><Conference waitUrl="">Room</Conference></Dial>',
    "Conference with music": "<Dial><Conference>Room</Conference></Dial>",
    "Echo": "<Echo/>",
    "Start Recording": '<Start><Recording/></Start><Pause length="60"/>',
}


@pytest.mark.rule("call-update")
@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("by", ["Url", "Twiml"])
def test_a_call_in_any_verb_goes_on_with_another_document(make: Make, verb: str, by: str) -> None:
    bench = make()
    bench.domain()
    following = '<Response><Say>Next</Say><Pause length="60"/></Response>'
    bench.pages |= {
        "/voice": page(f"<Response>{verb}<Say>Not this</Say></Response>"),
        "/next": page(following),
        "/song": page(bytes(16_000), "audio/wav"),
        "/holdmusic": page("<Response><Pause length='60'/></Response>"),
    }
    bench.speech = 30.0
    alice = Caller(bench, flow())
    alice.talk()
    bench.wait(1.0)
    path = f"/Calls/{bench.record.sid}.json"
    form = {"Url": "http://app.test/next"} if by == "Url" else {"Twiml": following}
    assert bench.post(path, **form)["status"] == "in-progress"
    bench.wait(1.0)
    started = [each for each in bench.media if isinstance(each, StartPlayback)]
    stopped = {each.playback for each in bench.media if isinstance(each, StopPlayback)}
    assert started[-1].prompt == Speech("Next")
    assert started[-1].playback not in stopped
    assert "/action" not in [ask.path for ask in bench.asks]
    assert Speech("Not this") not in [each.prompt for each in started]
    alice.bye()
    assert bench.record.status == "completed"


@pytest.mark.rule("call-update")
@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_call_in_any_verb_is_ended(make: Make, verb: str) -> None:
    bench = make()
    bench.domain()
    bench.pages |= {
        "/voice": page(f"<Response>{verb}<Say>Not this</Say></Response>"),
        "/song": page(bytes(16_000), "audio/wav"),
        "/holdmusic": page("<Response><Pause length='60'/></Response>"),
    }
    bench.pages["/action"] = page("<Response><Say>Too late</Say></Response>")
    bench.speech = 30.0
    alice = Caller(bench, flow())
    alice.talk()
    bench.wait(1.0)
    path = f"/Calls/{bench.record.sid}.json"
    assert bench.post(path, Status="canceled")["status"] == "in-progress"
    assert bench.post(path, Status="completed")["status"] == "completed"
    alice.agree()
    said = [each.prompt for each in bench.media if isinstance(each, StartPlayback)]
    assert Speech("Not this") not in said
    assert Speech("Too late") not in said
    assert bench.post(path, 400, Status="completed")["code"] == 21220
    assert bench.post(path, 400, Twiml="<Response/>")["code"] == 21220
    # While the tone of a Record lasts, nothing is recorded yet.
    begun = sum(isinstance(each, StartRecording) for each in bench.media)
    assert begun == ("<Record action" in verb and "playBeep" in verb) + ("<Recording" in verb)


@pytest.mark.rule("echo")
def test_an_echo_begins_with_the_answer_and_ends_with_another_document(make: Make) -> None:
    bench = make()
    bench.domain()
    bench.pages["/voice"] = page("<Response><Echo/><Say>Never</Say></Response>")
    alice = Caller(bench, flow())
    alice.talk()
    (patched,) = [each for each in bench.media if isinstance(each, Patch)]
    assert (patched.source, patched.sink, patched.edge) == (patched.sink, patched.source, ECHO)
    bench.wait(600.0)
    assert not [each for each in bench.media if isinstance(each, Unpatch)]
    bench.post(f"/Calls/{bench.record.sid}.json", Twiml="<Response><Say>Next</Say></Response>")
    bench.wait(1.0)
    assert [each for each in bench.media if isinstance(each, Unpatch)] == [
        Unpatch(patched.source, patched.sink)
    ]
    alice.bye()
