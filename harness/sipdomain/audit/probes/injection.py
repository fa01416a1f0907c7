"""Whether what a stranger writes into header fields becomes more than text: in answers, webhooks, ladders, logs, files."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import NOBODY, Attacker
from sipdomain.audit.canary import Reply, Visit, web_canary
from sipdomain.audit.finding import Finding, Severity
from sipdomain.audit.lent import lent
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.rest import Rest
from sipdomain.audit.watched import Watched, steers

NAME: Final = "x-audit-injected"
"""The header field, and the field of a form, that must not come about."""
_COPIED: Final = frozenset({"via", "from", "to", "call-id", "cseq", "record-route", "timestamp"})
"""What an answer has from its request as it came (RFC 3261 section 8.2.6.2)."""
_MEND: Final = (
    "Escape control characters wherever text of a request leaves the server, and decode %0d%0a nowhere."
)


def payloads(token: str) -> tuple[dict[str, object], ...]:
    """Return changes of a request; each has what would be a line, a form's field, a tag or a control sequence elsewhere.

    Args:
        token: Is in each, to be found again.
    """
    line = f"%0d%0aX-Audit-Injected:%20{token}"
    return (
        {"from_": f"sip:{token}{line}@audit.invalid"},
        {"contact": f"sip:{token}{line}@127.0.0.1:9"},
        {"from_": f"sip:{token}%00%1b%5b31m@audit.invalid"},
        {"call_id": f"../../../audit-{token}"},
        {"call_id": f"{token}%0d%0aX-Audit-Injected"},
        {"fields": (("User-Agent", f"{token} \x1b]0;owned\x07\x1b[31m"),)},
        {"fields": (("X-Audit", f"{token}&X-Audit-Injected={token}%0d%0aX-Audit-Injected: 1"),)},
        {"fields": (("X-Audit", f"{token}\x00\x1b[2J\x9b31m"),)},
        {"fields": (("X-Audit", f"{token}\rX-Audit-Injected: {token}\r"),)},
        {"fields": (("X-Audit", f"{token}\r\n\tX-Audit-Injected: {token}"),)},
        {"fields": (("Subject", f"{token}</script><img src=x onerror=alert(1)>"),)},
        {"fields": (("User-to-User", f"{token}\x85X-Audit-Injected: {token}\u2028\u202e"),)},
    )


def run(attacker: Attacker) -> Iterator[Finding]:
    """Send each as OPTIONS and INVITE, and as a call to a domain of our own where the target has a REST API."""
    token = f"audit{secrets.token_hex(4)}"
    watched = Watched(attacker.target.watched)
    answers = [
        attacker.asked(attacker.draft(method, NOBODY, **changes))
        for changes in payloads(token)
        for method in ("OPTIONS", "INVITE")
    ]
    yield _answered(answers)
    what = "Text of a request becomes a header field or a form's field of a webhook"
    rest = attacker.target.rest
    if rest is None:
        yield Finding("injection", "not run", "high", what, mend="Name the target's REST API with --rest.")
    else:
        yield from _called(attacker, rest, what, token)
    yield from _written(attacker, watched, token)


def _answered(answers: list[Answer]) -> Finding:
    what = "Text of a request becomes a header field of an answer, or steers the terminal that shows it"
    known = [each.response for each in answers if each.response is not None]
    forged, steering = [], []
    for response in known:
        fields = [(name.lower(), value) for name, value in response.headers]
        forged += [f"{name}: {value}" for name, value in fields if name == NAME]
        own = [f"{name}: {value}" for name, value in fields if name not in _COPIED]
        steering += [each for each in (response.reason, *own) if steers(each)]
    evidence = (f"{len(known)} of {len(answers)} requests were answered", *forged[:5], *steering[:5])
    if forged or steering:
        severity: Severity = "high" if forged else "medium"
        return Finding("injection", "found", severity, what, evidence, _MEND)
    if not known:
        return Finding("injection", "could not tell", "medium", f"{what}: nobody answered", evidence)
    return Finding("injection", "clean", "medium", what, evidence)


def _called(attacker: Attacker, rest: Rest, what: str, token: str) -> Iterator[Finding]:
    with (
        web_canary(attacker.host, lambda _: Reply()) as canary,
        lent(attacker, rest, f"{canary.url}/voice") as domain,
    ):
        if domain.refused:
            yield Finding("injection", "could not tell", "high", f"{what}: no domain", (domain.refused,))
            return
        answers = [domain.call(**changes) for changes in payloads(token)]
        visits = canary.wait(1, attacker.target.webhook_patience)
    with_token = [each for each in visits if token in each.body or token in each.path]
    forged = [found for visit in visits for found in _forged(visit)]
    evidence = (
        f"{len(answers)} calls, {len(visits)} webhooks, {len(with_token)} of them with text of ours", *forged[:5],
    )  # fmt: skip
    if forged:
        yield Finding("injection", "found", "high", what, evidence, _MEND)
    elif not with_token:
        yield Finding("injection", "could not tell", "high", f"{what}: none had text of ours", evidence)
    else:
        yield Finding("injection", "clean", "high", what, evidence)
    yield _drawn(rest, token)


def _forged(visit: Visit) -> list[str]:
    """Return what a webhook has that nobody but the stranger wrote as a field."""
    lines = [f"{name}: {value}" for name, value in visit.fields if name.lower() == NAME or steers(value)]
    keys = [name for name, _ in parse_qsl(visit.body, keep_blank_values=True) if NAME in name.lower()]
    return [*lines, *(f"form field {name}" for name in keys)]


def _drawn(rest: Rest, token: str) -> Finding:
    """Look at the ladders of the target's control API, where it has one as sipdomain's."""
    what = "Text of a request steers the terminal that shows a ladder"
    status, found = rest.ask("GET", "/_sipdomain/calls")
    calls = found.get("calls")
    if status != 200 or not isinstance(calls, list):
        return Finding(
            "injection", "not run", "medium", f"{what}: there are none", (f"GET /_sipdomain/calls: {status}",)
        )
    ladders = [
        str(rest.ask("GET", f"/_sipdomain/calls/{each.get('sid')}")[1].get("ladder", ""))
        for each in calls[:40]
        if isinstance(each, dict)
    ]
    ours = [each for each in ladders if token in each]
    steering = [line for each in ours for line in each.split("\n") if steers(line)]
    evidence = (f"{len(ours)} of {len(ladders)} ladders have text of ours", *steering[:5])
    if steering:
        return Finding("injection", "found", "medium", what, evidence, _MEND)
    if not ours:
        return Finding("injection", "could not tell", "medium", f"{what}: none has text of ours", evidence)
    return Finding("injection", "clean", "medium", what, evidence)


def _written(attacker: Attacker, watched: Watched, token: str) -> Iterator[Finding]:
    what = "Text of a request steers a terminal or a browser, or names files, by what the target writes"
    if not attacker.target.watched:
        yield Finding(
            "injection",
            "not run",
            "medium",
            what,
            mend="Name its log, or the folder of its captures, with --watch.",
        )
        return
    faults, seen = watched.faults(token)
    evidence = (f"{seen} bytes with text of ours were written since", *faults[:5])
    if faults:
        yield Finding("injection", "found", "medium", what, evidence, _MEND)
    elif not seen:
        yield Finding("injection", "could not tell", "medium", f"{what}: none has text of ours", evidence)
    else:
        yield Finding("injection", "clean", "medium", what, evidence)


PROBE: Final = Probe("injection", "text of strangers that becomes more than text, wherever it is shown", run)
