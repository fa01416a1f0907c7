"""The body of a request to the control API as JSON."""

from __future__ import annotations

import json
from typing import Any

from sipdomain.errors import SetupError, no_json


def read_json(body: bytes) -> Any:
    """Return the value that a body is.

    Raises:
        SetupError: It is not JSON.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SetupError(no_json(error)) from None
