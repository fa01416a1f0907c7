"""The behaviours of the far end, as the control API takes and shows them."""

from __future__ import annotations

from typing import Any, Final

from sipdomain.runtime.http.json_body import read_json
from sipdomain.twilio.behaviours.far_end import FarEnd
from sipdomain.twilio.behaviours.reading import read_behaviours

_LONGEST_NUMBER: Final = 9


def change(far_end: FarEnd, method: str, name: str, body: bytes, now: float) -> tuple[int, dict[str, Any]]:
    """Show (GET), add (POST) or take away (DELETE) behaviours.

    Args:
        far_end: Whose.
        method: The HTTP method.
        name: The number of one of them, or "".
        body: In JSON, one behaviour or a list of several, as in a scenario's `cloud`.
        now: The moment.

    Returns:
        The HTTP status and what is shown.

    Raises:
        SetupError: The body describes none, or too many; then nothing is changed.
    """
    if method == "POST":
        far_end.ask(read_behaviours(read_json(body)), now)
        return 201, {"behaviours": far_end.shown(now)}
    if method == "DELETE" and not name:
        far_end.forget()
    if name:
        number = int(name) if name.isascii() and name.isdecimal() and len(name) <= _LONGEST_NUMBER else 0
        found = [each for each in far_end.shown(now) if each["id"] == number]
        if not found:
            return 404, {"message": f"there is no behaviour {name[:60]!r}"}
        if method == "GET":
            return 200, found[0]
        far_end.forget(number)
    return 200, {"behaviours": far_end.shown(now)}
