"""A page in headless Chromium, asked by its DevTools protocol over a pipe: JSON objects, each ended by NUL."""

from __future__ import annotations

import json
import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE
from tests.security.browser import FLAGS


class Page:
    """One page of a browser.

    Attributes:
        complaints: What it wrote to its console, and what it threw or refused to load.
    """

    def __init__(self, commands: int, answers: int) -> None:
        self.complaints: list[str] = []
        self._commands, self._answers = commands, answers
        self._number = 0
        self._session = ""
        self._buffer = b""
        self._loaded = False
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def open(self, url: str) -> None:
        """Open an address, and wait until it is loaded."""
        self._loaded = False
        self._ask("Page.navigate", url=url)
        while not self._loaded:
            self._take(self._read())

    def asked(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript; of a promise, once it is kept."""
        found = self._ask(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a key, as a person does."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "Escape": 27}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, text=text, windowsVirtualKeyCode=code)

    def emulate(self, *, media: str, scheme: str) -> None:
        """Show the page as on another medium, or to who wants light or dark; "" is as before."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._ask("Emulation.setEmulatedMedia", media=media, features=features)

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        command: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self._take(answer)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _take(self, event: dict[str, Any]) -> None:
        parameters = event.get("params", {})
        match event.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Runtime.consoleAPICalled":
                self.complaints.append(str(parameters["args"]))
            case "Runtime.exceptionThrown":
                self.complaints.append(str(parameters["exceptionDetails"]))
            case "Log.entryAdded":
                self.complaints.append(parameters["entry"]["text"])
            case _:
                pass

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            readable, _, _ = select.select([self._answers], [], [], PATIENCE)
            assert readable, "the browser does not answer"
            part = os.read(self._answers, 65_536)
            assert part, "the browser is gone"
            self._buffer += part
        whole, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(whole)
        return found


@contextmanager
def page(folder: Path) -> Iterator[Page]:
    """Start a browser without any network, and offer a page of it.

    Args:
        folder: Where the browser keeps what it keeps.
    """
    its_commands, commands = os.pipe()
    answers, its_answers = os.pipe()
    # It reads from descriptor 3 and writes to 4, which a shell makes of any.
    shell = f'exec "$@" 3<&{its_commands} 4>&{its_answers}'
    chromium = ["chromium", *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={folder}"]
    process = subprocess.Popen(
        ["bash", "-c", shell, "bash", *chromium, "--host-resolver-rules=MAP * ~NOTFOUND"],
        pass_fds=(its_commands, its_answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(its_commands)
    os.close(its_answers)
    try:
        yield Page(commands, answers)
    finally:
        os.close(commands)
        process.terminate()
        process.wait(PATIENCE)
        os.close(answers)
