"""Where webhook URLs lead the server: other schemes, its own machine, further with credentials, round and round."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from typing import Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.attacker import Attacker
from sipdomain.audit.canary import Reply, Visit, web_canary
from sipdomain.audit.finding import Finding, Severity
from sipdomain.audit.lent import lent
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.rest import Rest
from sipdomain.audit.wires import family_of
from sipdomain.sip.outputs import Address

SCHEMES: Final = (
    "file:///etc/passwd", "gopher://127.0.0.1:1/_x", "ftp://127.0.0.1:1/x", "dict://127.0.0.1:1/x", "javascript:alert(1)",
)  # fmt: skip
MOST_ROUNDS: Final = 20
_MEND: Final = "Take http and https only, in URLs and in redirects."
_MEND_LOCAL: Final = (
    "Where others may set URLs, refuse loopback and private addresses once the name is looked up."
)
_SECRET: Final = "Audit-Horse-7431"  # noqa: S105 - of a user who exists on our own server only


def run(attacker: Attacker) -> Iterator[Finding]:
    """Set URLs by REST, and call; our own servers see who comes, and with what."""
    rest = attacker.target.rest
    if rest is None:
        yield Finding(
            "ssrf",
            "not run",
            "high",
            "Webhook URLs lead to what they should not",
            mend="Name its REST API with --rest.",
        )
        return
    yield from _schemes(attacker, rest)
    yield _reached(attacker, rest)
    yield _redirected(attacker, rest)
    yield _credentials(attacker, rest)
    yield _rounds(attacker, rest)


def _schemes(attacker: Attacker, rest: Rest) -> Iterator[Finding]:
    """See that a URL of another scheme cannot even be set; a URL of HTTP can, or that would say nothing."""
    what = "URLs that are not of HTTP can be set"
    with lent(attacker, rest, "http://127.0.0.1:9/") as domain:
        if domain.refused:
            yield Finding("ssrf", "could not tell", "high", f"{what}: no domain", (domain.refused,))
            return
    taken, said = [], []
    for url in SCHEMES:
        attacker.pace()
        with lent(attacker, rest, url) as domain:
            said.append(f"{url}: {domain.refused or 'taken'}"[:160])
            if not domain.refused:
                taken.append(url)
    yield Finding("ssrf", "found" if taken else "clean", "medium", what, tuple(said), _MEND if taken else "")


def _asked(attacker: Attacker, rest: Rest, url: str) -> tuple[str, Answer]:
    """Call a domain of our own with a voice URL; return why there is none, and the answer."""
    with lent(attacker, rest, url) as domain:
        if domain.refused:
            return domain.refused, Answer(0, 0.0)
        answer = domain.call()
        # What is fetched after the answer still comes: the domain stands until then.
        time.sleep(0.2)
        return "", answer


def _reached(attacker: Attacker, rest: Rest) -> Finding:
    what = "Webhooks reach servers of the same machine"
    with web_canary(attacker.host, lambda _: Reply()) as canary:
        refused, answer = _asked(attacker, rest, f"{canary.url}/voice")
        visits = canary.wait(1, 0.0 if refused else attacker.target.webhook_patience)
    evidence = (refused or f"INVITE: {answer.words}", f"{len(visits)} requests came to {canary.url}")
    if refused or (not visits and not answer.status):
        return Finding("ssrf", "could not tell", "info", what, evidence)
    severity: Severity = "info" if attacker.target.is_loopback else "medium"
    if visits:
        # A server on loopback is there to be tried out with an application beside it.
        return Finding("ssrf", "found", severity, what, evidence, _MEND_LOCAL)
    return Finding("ssrf", "clean", severity, what, evidence)


def _redirected(attacker: Attacker, rest: Rest) -> Finding:
    """Redirect to another scheme at a port of ours: who speaks gopher comes there."""
    what = "Redirects to URLs that are not of HTTP are followed"
    host = attacker.host
    with socket.create_server((host, 0), family=family_of(host), backlog=5) as listener:
        place = str(Address(*listener.getsockname()[:2]))
        turns = iter((f"gopher://{place}/_audit", "file:///etc/passwd", f"ftp://{place}/audit"))
        last, answer = "", Answer(0, 0.0)

        def redirect(_: Visit) -> Reply:
            return Reply(302, "", (("Location", next(turns, f"dict://{place}/audit")),))

        with web_canary(attacker.host, redirect) as canary:
            visits: list[Visit] = []
            for _ in range(3):
                last, answer = _asked(attacker, rest, f"{canary.url}/voice")
            visits = canary.wait(1, 0.0 if last else attacker.target.webhook_patience)
        listener.settimeout(0.2)
        try:
            connection, _ = listener.accept()
            connection.close()
            came = True
        except OSError:
            came = False
    evidence = (f"{len(visits)} redirects given; INVITE: {answer.words}", f"somebody came to {place}: {came}")
    if came:
        return Finding("ssrf", "found", "high", what, evidence, _MEND)
    if not visits:
        return Finding("ssrf", "could not tell", "high", f"{what}: {last or 'no webhook came'}", evidence)
    return Finding("ssrf", "clean", "high", what, evidence)


def _credentials(attacker: Attacker, rest: Rest) -> Finding:
    """Ask for the URL's credentials, and redirect to another server: they are not for that one."""
    what = "Credentials of a webhook follow a redirect to another server"
    encoded = base64.b64encode(f"auditor:{_SECRET}".encode()).decode()
    with web_canary(attacker.host, lambda _: Reply()) as other:

        def first(visit: Visit) -> Reply:
            given = dict(visit.fields)
            if "Authorization" not in given:
                return Reply(401, "", (("WWW-Authenticate", 'Basic realm="audit"'),))
            return Reply(307, "", (("Location", f"{other.url}/next"),))

        with web_canary(attacker.host, first) as canary:
            url = canary.url.replace("http://", f"http://auditor:{_SECRET}@") + "/voice"
            refused, answer = _asked(attacker, rest, url)
            visits = other.wait(1, 0.0 if refused else attacker.target.webhook_patience)
    carried = [
        f"{name}: {'the credentials' if encoded in value else '(given)'}"
        for visit in visits
        for name, value in visit.fields
        if name.lower() in {"authorization", "proxy-authorization"} or encoded in value
    ]
    evidence = (f"INVITE: {answer.words}", f"{len(visits)} requests came to the other server", *carried[:5])
    if carried:
        return Finding(
            "ssrf", "found", "medium", what, evidence, "Send credentials to the server of the URL alone."
        )
    if not visits:
        return Finding(
            "ssrf", "could not tell", "medium", f"{what}: {refused or 'none was followed'}", evidence
        )
    return Finding("ssrf", "clean", "medium", what, evidence)


def _rounds(attacker: Attacker, rest: Rest) -> Finding:
    what = "Redirects that lead round and round are followed without end"

    def round_and_round(_: Visit) -> Reply:
        return Reply(307, "", (("Location", "/voice"),))

    with web_canary(attacker.host, round_and_round) as canary:
        refused, answer = _asked(attacker, rest, f"{canary.url}/voice")
        visits = canary.wait(MOST_ROUNDS + 5, 0.0 if refused else 1.0)
    evidence = (f"INVITE: {answer.words}", f"{len(visits)} requests came")
    if refused or not visits:
        return Finding("ssrf", "could not tell", "low", f"{what}: {refused or 'no webhook came'}", evidence)
    if len(visits) > MOST_ROUNDS:
        return Finding("ssrf", "found", "low", what, evidence, "Follow ten redirects at most.")
    return Finding("ssrf", "clean", "low", what, evidence)


PROBE: Final = Probe("ssrf", "webhook URLs and redirects that lead to what they should not", run)
