"""Whatever the numbering plan says and the REST API does, a call to a number ends once, and nothing stays of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from sipdomain.entries import CallChanged, PhoneEvent
from sipdomain.media.outputs import CloseMedia, OpenMedia
from sipdomain.twilio.store.call_records import FINAL
from sipdomain.twilio.store.subscribers import Act
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.unit.twilio.bench import ACCOUNT, EPOCH, Bench
from tests.unit.twilio.pages import page

BOB, OURS = "+15551230001", "+15551239999"
ACTS = st.one_of(
    st.builds(Act, st.just("say"), st.sampled_from(["Hello", "Who is there"])),
    st.builds(Act, st.just("press"), st.text("0123456789*#wW", min_size=1, max_size=5)),
    st.builds(Act, st.just("pause"), st.sampled_from(["0.5", "3", "40"])),
    st.builds(Act, st.just("play"), st.sampled_from(["http://app.test/a.wav", "http://app.test/none.wav"])),
)
WHO = st.one_of(
    st.fixed_dictionaries({"outcome": st.sampled_from(["busy", "no-answer", "fails", "unallocated"])}),
    st.fixed_dictionaries(
        {
            "answers_after": st.sampled_from([0.0, 1.0, 20.0, 100.0]),
            "acts": st.lists(ACTS, max_size=4).map(tuple),
            "hangs_up_after": st.sampled_from([None, 0.0, 5.0]),
        }
    ),
)
MEDDLING = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.7, 2.0, 25.0]),
        st.sampled_from(["completed", "canceled", "document", "port", "voice", "reports"]),
    ),
    max_size=3,
)
DOCUMENTS = st.sampled_from(
    [
        "<Say>Your table is ready</Say>",
        '<Gather numDigits="1" action="/voice"/>',
        '<Pause length="600"/>',
        "<Hangup/>",
        '<Dial><Conference waitUrl="">Room</Conference></Dial>',
    ]
)


class Meddler(Bench):
    """A bench whose call, and whose media side, are changed."""

    def meddle(self, sid: str, what: str) -> None:
        """Change the call, if it still can be, or what the media side can do."""
        status = self.read(f"/Calls/{sid}.json")["status"]
        if what == "port":
            self.open_port = False
        elif what == "voice":
            self.speech = None
        elif what == "reports":
            self.reports_ends = False
        elif what == "document" and status == "in-progress":
            self.post(f"/Calls/{sid}.json", 200, Twiml="<Response><Say>Another</Say></Response>")
        elif what != "document" and status not in FINAL:
            self.post(f"/Calls/{sid}.json", 200, Status=what)


@pytest.mark.rule("number-simulated")
@settings(max_examples=150, deadline=None)
@given(WHO, MEDDLING, DOCUMENTS)
def test_a_call_to_a_number_ends_once_and_leaves_nothing(
    who: dict[str, Any], meddling: list[tuple[float, str]], verbs: str
) -> None:
    bench = Meddler()
    bench.pages["/voice"] = page(f"<Response>{verbs}</Response>")
    bench.pages["/a.wav"] = HttpResponse(200, (("Content-Type", "audio/wav"),), b"RIFF")
    bench.store.numbers.buy(ACCOUNT, phone_number=OURS, now=EPOCH)
    bench.store.subscribers.define(ACCOUNT, BOB, now=EPOCH, **who)
    form = {"To": BOB, "From": OURS, "Url": "http://app.test/voice", "Timeout": "30"}
    sid = bench.post("/Calls.json", 201, **form)["sid"]
    for pause, what in meddling:
        bench.wait(pause)
        bench.meddle(sid, what)
    bench.settle()

    changes = [each.status for each in bench.journal(CallChanged) if each.call_sid == sid]
    assert [each for each in changes if each in FINAL] == changes[-1:]
    opened = [each.session for each in bench.media if isinstance(each, OpenMedia)]
    closed = [each.session for each in bench.media if isinstance(each, CloseMedia)]
    assert sorted(opened) == sorted(closed)
    # What a party does comes after its answer, and nothing after it has hung up.
    events = [each.event for each in bench.journal(PhoneEvent)]
    answered = events.index("answered") if "answered" in events else len(events)
    assert set(events[:answered]) <= {"ringing"}
    assert "ended" not in events[:-1]
