"""Keys in scenario files, as they are expected: a row of them, or `none`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, WithJsonSchema

_ROW: Final = "^[0-9A-D*#]+$"


def _read(value: Any) -> str:
    text = str(value)
    if re.fullmatch(_ROW, text) is None:
        raise ValueError(f"`{text[:20]}` is not a row of keys; write `123#`: 0 to 9, A to D, * and #")
    return text


Keys = Annotated[str, BeforeValidator(_read), WithJsonSchema({"type": "string", "pattern": _ROW})]
"""At least one key."""
AllKeys = Annotated[
    str,
    BeforeValidator(lambda value: "" if value == "none" else _read(value)),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "string", "pattern": _ROW}]}),
]
"""All keys; "" for none."""
