"""The bounded logs of alerts and events."""

from __future__ import annotations

from sipdomain.twilio.store.logs import AlertRecord, Log


def alert(number: int, account: str = "AC1") -> AlertRecord:
    return AlertRecord(
        sid=f"NO{number}",
        number=number,
        account_sid=account,
        created_at=0.0,
        code=11200,
        level="error",
        text="",
    )


def filled(*records: AlertRecord, capacity: int = 10) -> Log[AlertRecord]:
    log: Log[AlertRecord] = Log(capacity)
    for record in records:
        log.keep(record)
    return log


def test_the_latest_come_first_and_each_account_has_its_own() -> None:
    log = filled(alert(1), alert(2, "AC2"), alert(3))
    assert [each.number for each in log.newest_first("AC1")] == [3, 1]
    assert [each.number for each in log.newest_first("AC2")] == [2]
    assert log.of_account("AC2", "NO2") == alert(2, "AC2")
    assert log.of_account("AC1", "NO2") is None
    assert log.of_account("AC1", "NO9") is None


def test_the_oldest_goes_first() -> None:
    log = filled(*(alert(number) for number in range(1, 6)), capacity=3)
    assert len(log) == 3
    assert [each.number for each in log.newest_first("AC1")] == [5, 4, 3]
    assert log.of_account("AC1", "NO2") is None


def test_numbers_go_on_after_what_was_forgotten() -> None:
    log = filled(alert(7), alert(8))
    log.clear()
    assert (len(log), log.next_number) == (0, 9)


def test_who_listens_is_notified_of_each_record_that_comes_and_goes() -> None:
    told = []
    log: Log[AlertRecord] = Log(2)
    log.note = lambda sid, before, after: told.append((sid, before is not None, after is not None))
    for number in (1, 2, 3):
        log.keep(alert(number))
    log.delete("NO3")
    log.delete("NO3")
    assert told == [
        ("NO1", False, True),
        ("NO2", False, True),
        ("NO3", False, True),
        ("NO1", True, False),
        ("NO3", True, False),
    ]
