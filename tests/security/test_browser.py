"""In a real browser: a page whose name was made to lead to the emulator, and a form of another page, get nothing."""

from __future__ import annotations

import html
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.integration.served import ACCOUNT, TOKEN, served
from tests.patience import PATIENCE
from tests.security.asked import DOMAINS, Answer, application, ask, basic, place
from tests.security.browser import opened

SCRIPT = """<!doctype html><meta charset=utf-8><body><script>
const form = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "%(login)s"};
const wanted = [
  ["GET", "%(domains)s", form], ["POST", "%(domains)s", form, "DomainName=forged.sip.twilio.com"],
  ["GET", "/v1/Alerts", form], ["GET", "/_sipdomain/snapshot", {}], ["POST", "/_sipdomain/reset", {}],
];
(async () => {
  const seen = [];
  for (const [method, path, headers, body] of wanted) {
    try {
      const answer = await fetch("%(base)s" + path, {method, headers, body});
      seen.push([answer.status, (await answer.text()).includes("nothing is answered for")]);
    } catch (error) { seen.push(["unreadable", error.name]); }
  }
  document.body.textContent = JSON.stringify(seen);
})();
</script>"""


def script(base: str = "") -> bytes:
    """Return a page that tries what can be tried."""
    return (SCRIPT % {"login": basic(), "domains": DOMAINS, "base": base}).encode()


def said(document: str) -> object:
    """Return what the page of `script` saw."""
    body = document.partition("<body>")[2].partition("</body>")[0]
    return json.loads(html.unescape(body))


@contextmanager
def rebound(page: bytes, emulator: tuple[str, int]) -> Iterator[None]:
    """Stand where a name led first, at 127.0.0.9: give a page, then be the emulator, as after a change of DNS."""
    listening = socket.create_server(("127.0.0.9", emulator[1]))

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                head = client.recv(65_536)
                if head.startswith(b"GET /page.html "):
                    fields = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
                    client.sendall(fields + b"Content-Length: %d\r\n\r\n%b" % (len(page), page))
                elif head:
                    client.sendall(answer_of(head))

    def answer_of(head: bytes) -> bytes:
        with socket.create_connection(emulator, timeout=PATIENCE) as real:
            real.sendall(head.replace(b"Connection: keep-alive", b"Connection: close"))
            found = b""
            while part := real.recv(65_536):
                found += part
        return found

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def test_a_page_whose_name_leads_here_reads_and_changes_nothing(tmp_path: Path) -> None:
    with served("--no-speech") as emulator, rebound(script(), place(emulator)):
        page = f"http://rebound.example:{place(emulator)[1]}/page.html"
        document = opened(page, tmp_path, {"rebound.example": "127.0.0.9"})
        assert said(document) == [[403, True]] * 5
        _, _, body = ask(place(emulator), DOMAINS, Host="localhost", Authorization=basic())
        assert json.loads(body)["domains"] == []


def test_scripts_and_forms_of_another_page_read_and_change_nothing(tmp_path: Path) -> None:
    with served("--no-speech") as emulator:
        port = place(emulator)[1]
        login = f"{ACCOUNT}:{TOKEN}@"
        form = (
            f'<form method=post action="http://{login}127.0.0.1:{port}{DOMAINS}"><input name=DomainName '
            "value=forged.sip.twilio.com></form><script>document.forms[0].submit()</script>"
        )

        def answer(path: str, _: dict[str, str]) -> Answer:
            page = form.encode() if path == "/form.html" else script(f"http://127.0.0.1:{port}")
            return 200, {"Content-Type": "text/html"}, page

        with application(answer) as site:
            other = f"http://other.example:{urlsplit(site).port}"
            hosts = {"other.example": "127.0.0.1"}
            assert said(opened(f"{other}/script.html", tmp_path, hosts)) == [["unreadable", "TypeError"]] * 5
            document = html.unescape(opened(f"{other}/form.html", tmp_path, hosts))
            assert f"nothing is answered for pages of '{other}'" in document
        _, _, body = ask(place(emulator), DOMAINS, Host="localhost", Authorization=basic())
        assert json.loads(body)["domains"] == []
