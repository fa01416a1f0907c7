"""Whatever participants and the REST API do, at whatever moment: rooms open and close in turn, and nothing stays."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from sipdomain.media.outputs import CloseRoom, OpenRoom
from sipdomain.twilio.rooms.conference import ParticipantChange
from sipdomain.twilio.rooms.orders import ConferenceOrder, ParticipantOrder
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse
from tests.unit.twilio.bench import ACCOUNT, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

ATTRIBUTES = st.sampled_from(
    ["", 'endConferenceOnExit="true"', 'startConferenceOnEnter="false"', 'waitUrl="/wait"', 'waitUrl="/broken"',
     'muted="true" record="record-from-start"', 'maxParticipants="2"']
)  # fmt: skip
ACTS = st.sampled_from(["come", "come", "come", "go", "kick", "hold", "unhold", "announce", "end", "wait"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ACTS, st.integers(0, 5), ATTRIBUTES), min_size=4, max_size=16))
def test_nothing_stays_of_any_conference(steps: list[tuple[str, int, str]]) -> None:
    bench = Bench()
    bench.domain()
    bench.pages |= {
        "/wait": page("<Response><Say>Wait</Say><Redirect/></Response>"), "/broken": HttpFailure("refused", "x"),
        "/told": HttpResponse(204),
    }  # fmt: skip
    first = Caller(bench, flow())
    callers: list[Caller] = []
    for number, (act, which, attributes) in enumerate(steps):
        records = [each for each in bench.calls.conferences.newest_first(ACCOUNT) if each.participants]
        sid = records[0].sid if records else "CF0"
        there = list(records[0].participants) if records else []
        whom = there[which % len(there)] if there else "CA0"
        match act:
            case "come":
                told = 'statusCallback="/told" statusCallbackEvent="start end join leave"'
                body = f"<Response><Dial><Conference {told} {attributes}>Room</Conference></Dial></Response>"
                bench.pages["/voice"] = page(body)
                callers.append(first.other(f"call-{number}"))
                bench.take()
                callers[-1].talk()
            case "go" if callers:
                caller = callers.pop(which % len(callers))
                if bench.emulator.is_busy(caller.call_id):
                    caller.send(caller.build("BYE"))
                    bench.take()
            case "kick":
                order = ParticipantOrder(sid=sid, call_sid=whom, leaves=True)
                bench.carry(bench.emulator.change_participant(order, bench.now))
            case "hold" | "unhold":
                change = ParticipantChange(hold=act == "hold")
                order = ParticipantOrder(sid=sid, call_sid=whom, change=change)
                bench.carry(bench.emulator.change_participant(order, bench.now))
            case "announce" | "end":
                wish = ConferenceOrder(sid=sid, ends=act == "end", announce_url="http://app.test/wait")
                bench.carry(bench.emulator.change_conference(wish, bench.now))
            case _:
                bench.wait(float(which))
    bench.settle()
    rooms = [each for each in bench.media if isinstance(each, (OpenRoom, CloseRoom))]
    assert [type(each) for each in rooms] == [OpenRoom, CloseRoom] * (len(rooms) // 2)
    assert all(each.status == "completed" for each in bench.calls.conferences.newest_first(ACCOUNT))
