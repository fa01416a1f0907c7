"""Every rule of the emulated service, and how we know it: the fidelity ledger's rows, by topic."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules import (
    admission,
    bins,
    calls,
    conferences,
    debugger,
    dial,
    documents,
    gather,
    numbers,
    outbound,
    queues,
    record,
    recordings,
    registration,
    relays,
    rest,
    siprec,
    streams,
    transcriptions,
    transfers,
    transports,
    webhooks,
)
from sipdomain.twilio.fidelity.rules.rule import Mark, Rule
from sipdomain.twilio.fidelity.rules.sources import SOURCES, Source

__all__ = ["RULES", "SOURCES", "TOPICS", "Mark", "Rule", "Source"]

TOPICS: Final[dict[str, tuple[Rule, ...]]] = {
    "Admission": admission.RULES,
    "Transports": transports.RULES,
    "Calls": calls.RULES,
    "Calls that the service makes": outbound.RULES,
    "Numbers and clients": numbers.RULES,
    "Webhooks": webhooks.RULES,
    "Documents and status callbacks": documents.RULES,
    "TwiML bins": bins.RULES,
    "Gather": gather.RULES,
    "Record": record.RULES,
    "Transcriptions": transcriptions.RULES,
    "Dial": dial.RULES,
    "Conferences": conferences.RULES,
    "Queues": queues.RULES,
    "Media streams": streams.RULES,
    "ConversationRelay": relays.RULES,
    "SIPREC": siprec.RULES,
    "Transfers": transfers.RULES,
    "Registration": registration.RULES,
    "Recordings": recordings.RULES,
    "The REST API": rest.RULES,
    "The debugger": debugger.RULES,
}

RULES: Final[dict[str, Rule]] = {rule.id: rule for rules in TOPICS.values() for rule in rules}
