"""What the page shows of one call: its ladder with whole messages, decisions, webhooks, and what was heard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from sipdomain.entries import Alert, Decision, Entry, HttpAnswered, HttpRequested, SipMessage
from sipdomain.report.ladder.model import Ladder, Row
from sipdomain.report.page.wording import LONGEST_LINE, Wording
from sipdomain.report.transcript import keys_together
from sipdomain.transcript import in_words, transcript_of

MOST_ROWS: Final = 400
"""How many rows of a ladder the page has: the first 100 and the last 300."""
MOST_RECORDS: Final = 200
"""How many alerts, decisions, webhooks and lines of a transcript of a call the page has, of each the first."""
_FIRST_ROWS: Final = 100
_CSEQ: Final = re.compile(r"^CSeq[ \t]*:[ \t]*\d+[ \t]+(\S+)", re.IGNORECASE | re.MULTILINE)

Data = dict[str, Any]


def call_data(ladder: Ladder, entries: Sequence[Entry], words: Wording) -> Data:
    """Return what the page shows of a call, of plain values, masked.

    Args:
        ladder: Of the call and its legs.
        entries: Those of the call and its legs.
        words: Makes foreign text fit to be shown.
    """
    began_at = ladder.rows[0].at
    kept, left_out = _kept(ladder.rows)
    webhooks = _webhooks(entries, began_at, words)
    decisions = [each for each in entries if isinstance(each, Decision)]
    lines = transcript_of(entries, ladder.call_id).lines if ladder.call_id else ()
    spoken = keys_together(lines)
    alerts = [each for each in entries if isinstance(each, Alert)]
    return {
        "hosts": [[words(each.name, 80), words(each.address, 80)] for each in ladder.hosts],
        "legs": words.lines([f"{each.title} {each.call_id}".strip() for each in ladder.legs]),
        "rows": _rows(kept, began_at, words),
        "rowsCut": left_out,
        "alerts": [_alert(each, began_at, words) for each in alerts[:MOST_RECORDS]],
        "alertsCut": max(0, len(alerts) - MOST_RECORDS),
        "decisions": [_decision(each, began_at, words) for each in decisions[:MOST_RECORDS]],
        "decisionsCut": max(0, len(decisions) - MOST_RECORDS),
        "webhooks": webhooks[:MOST_RECORDS],
        "webhooksCut": max(0, len(webhooks) - MOST_RECORDS),
        "transcript": [
            {
                "at": _since(each.at, began_at),
                "until": None if each.until is None else _since(each.until, began_at),
                "leg": each.leg,
                "who": words(each.who, 80),
                "text": words(in_words(each), 1_000),
            }
            for each in spoken[:MOST_RECORDS]
        ],
        "transcriptCut": max(0, len(spoken) - MOST_RECORDS),
    }


def _since(at: float, began_at: float) -> float:
    return round(at - began_at, 4)


def _kept(rows: Sequence[Row]) -> tuple[list[Row], int]:
    if len(rows) <= MOST_ROWS:
        return list(rows), 0
    return [*rows[:_FIRST_ROWS], *rows[_FIRST_ROWS - MOST_ROWS :]], len(rows) - MOST_ROWS


def _rows(rows: Sequence[Row], began_at: float, words: Wording) -> list[Data]:
    found: list[Data] = []
    last: dict[tuple[str, str, int, str], int] = {}
    at = began_at
    for number, row in enumerate(rows):
        # As in a terminal: the order is that of the journal.
        at = max(at, row.at)
        data: Data = {
            "at": _since(at, began_at),
            "lane": row.lane,
            "from": words(row.source, 80),
            "to": words(row.target, 80),
            "text": words(row.text, LONGEST_LINE),
            "details": words.lines(row.details),
            "count": row.count,
            "lost": not row.arrived,
            "tone": row.tone,
            "leg": row.leg,
        }
        if isinstance(row.entry, SipMessage):
            data["message"] = words.message(row.entry.data)
            kind = (row.source, row.target, row.leg, kind_of(data["message"]))
            data["like"] = last.get(kind)
            last[kind] = number
        elif isinstance(row.entry, HttpRequested | HttpAnswered):
            data["token"] = row.entry.token
        found.append(data)
    return found


def kind_of(message: str) -> str:
    """Return what makes two SIP messages comparable: the method, or the status and the method that it answers."""
    start = message.partition("\n")[0].split(" ")
    if start[0] != "SIP/2.0":
        return start[0]
    answered = _CSEQ.search(message)
    return f"{start[1] if len(start) > 1 else ''} {answered[1] if answered else ''}"


def _decision(each: Decision, began_at: float, words: Wording) -> Data:
    names = ("method", "check", "outcome", "reason", "rule", "got", "wanted", "mend")
    texts = {name: words(getattr(each, name), 2_000) for name in names}
    return {"at": _since(each.at, began_at), "code": each.code, **texts}


def _alert(each: Alert, began_at: float, words: Wording) -> Data:
    return {
        "at": _since(each.at, began_at),
        "code": each.code,
        "level": each.level,
        "text": words(each.text, 2_000),
    }


def _webhooks(entries: Sequence[Entry], began_at: float, words: Wording) -> list[Data]:
    answers = {each.token: each for each in entries if isinstance(each, HttpAnswered)}
    found: dict[int, Data] = {
        each.token: _webhook(each, answers.get(each.token), began_at, words)
        for each in entries
        if isinstance(each, HttpRequested)
    }
    for each in entries:
        # A warning about a document names the request that it answered.
        if isinstance(each, Alert) and each.token in found:
            found[each.token]["alerts"].append(_alert(each, began_at, words))
    return list(found.values())


def _webhook(asked: HttpRequested, answer: HttpAnswered | None, began_at: float, words: Wording) -> Data:
    data: Data = {
        "token": asked.token,
        "at": _since(asked.at, began_at),
        "method": words(asked.method, 40),
        "url": words(asked.url, 2_000),
        "purpose": asked.purpose,
        "parameters": words.fields(asked.parameters),
        "headers": words.fields(asked.headers),
        "alerts": [],
    }
    if answer is not None:
        data["answer"] = {
            "took": _since(answer.at, asked.at),
            "status": answer.status,
            "code": answer.error_code,
            "error": words(f"{answer.error} {answer.detail}".strip(), 2_000),
            "type": words(answer.content_type, 200),
            "size": max(answer.size, len(answer.body)),
            "headers": words.fields(answer.headers),
            "body": words.document(answer.body, answer.content_type),
        }
    return data
