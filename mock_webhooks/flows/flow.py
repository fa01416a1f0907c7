"""What a flow is: a few paths, each with a view that answers at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response

View = Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Flow:
    """One way in which a webhook may answer.

    A view never waits: a delay is asked for by the response header `X-Mock-Delay`.

    Attributes:
        summary: What it does, for the index page.
        routes: The view of each path; GET and POST.
        media: Views of files that TwiML refers to; they need no signature.
    """

    summary: str
    routes: Mapping[str, View]
    media: Mapping[str, View] = field(default_factory=dict)
