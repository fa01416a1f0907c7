"""The ladder: what happened in a call in three lanes, SIP, decisions and HTTP."""

from __future__ import annotations

from sipdomain.report.ladder.model import Host, Ladder, Row, ladders
from sipdomain.report.ladder.text import text
from sipdomain.report.ladder.untimed import untimed

__all__ = ["Host", "Ladder", "Row", "ladders", "text", "untimed"]
