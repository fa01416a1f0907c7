"""Whatever callers, agents and the REST API do with queues, whenever: who is patched is parted, and nothing stays."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from sipdomain.media.outputs import Patch, Unpatch
from sipdomain.twilio.calls.orders import CallUpdate
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse
from tests.unit.twilio.bench import ACCOUNT, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

DOCUMENTS = st.sampled_from(
    [
        "<Enqueue>a</Enqueue>", '<Enqueue waitUrl="/wait" action="/left">a</Enqueue>',
        '<Enqueue waitUrl="/leave">a</Enqueue><Pause length="9"/>', '<Enqueue waitUrl="/broken" action="/left">a</Enqueue>',
        '<Enqueue maxQueueSize="1" waitUrl="">a</Enqueue>', "<Dial><Queue>a</Queue></Dial>",
        '<Dial timeout="5" action="/done"><Queue url="/whisper">a</Queue></Dial>',
        '<Dial timeLimit="2"><Queue url="/broken">a</Queue></Dial><Redirect/>',
        '<Dial timeout="5"><Queue>a</Queue></Dial><Enqueue waitUrl="/hangup">a</Enqueue>',
    ]
)  # fmt: skip
ACTS = st.sampled_from(["come", "come", "come", "go", "redirect", "complete", "wait"])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(ACTS, st.integers(0, 5), DOCUMENTS), min_size=4, max_size=18))
def test_nothing_stays_of_any_queue(steps: list[tuple[str, int, str]]) -> None:
    bench = Bench()
    bench.domain()
    bench.pages |= {
        "/wait": page("<Response><Say>Wait</Say></Response>"), "/broken": HttpFailure("refused", "x"),
        "/leave": page('<Response><Pause length="3"/><Leave/></Response>'), "/left": HttpResponse(204),
        "/hangup": page("<Response><Pause/><Hangup/></Response>"), "/done": page("<Response/>"),
        "/whisper": page("<Response><Say>Whisper</Say></Response>"),
        "/other": page("<Response><Say>Other</Say></Response>"),
    }  # fmt: skip
    first = Caller(bench, flow())
    callers: list[Caller] = []
    for number, (act, which, document) in enumerate(steps):
        caller = callers[which % len(callers)] if callers else None
        record = next(
            (
                each
                for each in bench.calls.newest_first(ACCOUNT)
                if caller and each.sip_call_id == caller.call_id
            ),
            None,
        )
        sid = record.sid if record is not None else "CA0"
        match act:
            case "come":
                bench.pages["/voice"] = page(f"<Response>{document}</Response>")
                callers.append(first.other(f"call-{number}"))
                bench.take()
                callers[-1].talk()
            case "go" if caller is not None:
                callers.remove(caller)
                if bench.emulator.is_busy(caller.call_id):
                    caller.send(caller.build("BYE"))
                    bench.take()
            case "redirect":
                update = CallUpdate(url="http://app.test/other")
                bench.carry(bench.emulator.update_call(sid, update, bench.now))
            case "complete":
                bench.carry(bench.emulator.update_call(sid, CallUpdate(status="completed"), bench.now))
            case _:
                bench.wait(float(which))
    bench.settle()
    joined: dict[tuple[str, str], int] = {}
    for each in bench.media:
        if isinstance(each, (Patch, Unpatch)):
            edge = (each.source, each.sink)
            joined[edge] = joined.get(edge, 0) + (1 if isinstance(each, Patch) else -1)
            assert joined[edge] in {0, 1}
    assert set(joined.values()) <= {0}
    assert len(bench.calls.queue_lines) == 0
