"""The control API of a running emulator, as a test asks it."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

from tests.patience import PATIENCE


def control(http: str, method: str, name: str, value: Any = None) -> Any:
    """Ask below `/_sipdomain/`, and return what the answer says.

    Args:
        http: The base of the emulator.
        method: "GET", "POST", "PUT" or "DELETE".
        name: What is asked.
        value: What is sent as JSON, if anything.

    Raises:
        HTTPError: It was refused.
    """
    data = None if value is None else json.dumps(value).encode()
    request = Request(f"{http}/_sipdomain/{name}", method=method, data=data)
    with urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def journal(http: str) -> list[dict[str, Any]]:
    """Return the entries of an emulator's journal, oldest first."""
    with urlopen(f"{http}/_sipdomain/journal", timeout=PATIENCE) as answer:
        return [json.loads(line) for line in answer]
