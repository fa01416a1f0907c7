"""Takes back what requests deleted of calls, recordings, alerts and events, when it could not be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sipdomain.twilio.store.audio import Audio
from sipdomain.twilio.store.call_records import CALL, CallStore
from sipdomain.twilio.store.changes import Change, Swap
from sipdomain.twilio.store.history import PastKind
from sipdomain.twilio.store.logs import ALERT, EVENT, Logs
from sipdomain.twilio.store.past import R
from sipdomain.twilio.store.recordings import RECORDING, RecordingRecord


def put_all_back(swaps: Iterable[Swap], calls: CallStore, logs: Logs) -> None:
    """Put back what was cleared, in the order of the swaps."""
    back: dict[str, Callable[[Any], None]] = {
        CALL.name: calls.put_all_back,
        RECORDING.name: calls.recordings.put_all_back,
        "audio": calls.recordings.put_all_back,
        ALERT.name: logs.alerts.put_all_back,
        EVENT.name: logs.events.put_all_back,
    }
    for swap in swaps:
        if swap.kind in back:
            back[swap.kind](swap.before)


def put_back(asked: list[Change], calls: CallStore, logs: Logs) -> None:
    """Put back what was deleted one by one, and forget the events about what was taken back."""
    for change in asked:
        if change.kind == EVENT.name and change.after is not None:
            # What was taken back never happened.
            logs.events.delete(change.key)
    # Of several changes of one record the first one counts: it comes last.
    deleted = {(each.kind, each.key): each.before for each in reversed(asked) if _is_deletion(each)}
    calls.put_back(_sorted(CALL, deleted))
    calls.recordings.put_back(
        (key, each) for (_, key), each in deleted.items() if isinstance(each, RecordingRecord | Audio)
    )
    logs.alerts.put_back(_sorted(ALERT, deleted))
    logs.events.put_back(_sorted(EVENT, deleted))


def _is_deletion(change: Change) -> bool:
    after = change.after
    return change.before is not None and (
        after is None or (isinstance(after, RecordingRecord) and after.status == "deleted")
    )


def _sorted(kind: PastKind[R], deleted: dict[tuple[str, str], Any]) -> list[R]:
    """Return the records of a kind in the order in which they were finished."""
    return sorted((each for (name, _), each in deleted.items() if name == kind.name), key=kind.order)
