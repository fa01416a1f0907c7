"""Reports that are files: one module each, and one line each in the registry."""

from __future__ import annotations

from typing import Final

from sipdomain.report.files import github, html, jsonl, junit, pcap, tap, transcript
from sipdomain.report.files.report import Report

REPORTS: Final[dict[str, Report]] = {
    "junit": junit.REPORT,
    "html": html.REPORT,
    "github": github.REPORT,
    "tap": tap.REPORT,
    "jsonl": jsonl.REPORT,
    "pcap": pcap.REPORT,
    "transcript": transcript.REPORT,
}
"""By the name of the option of `sipdomain run`."""

__all__ = ["REPORTS", "Report"]
