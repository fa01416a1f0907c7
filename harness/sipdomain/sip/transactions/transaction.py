"""One transaction: its state, what it would send again, and its armed timers."""

from __future__ import annotations

from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Flow
from sipdomain.sip.timers import Alarm
from sipdomain.sip.transactions.table import Input, State, Table

Key = str
"""What messages are matched by: parts of a message, one a line."""


class Transaction:
    """A client or server transaction; the layer moves it along its table.

    Attributes:
        key: What its messages are matched by.
        table: What it does when.
        method: The request's method.
        flow: Where what it sends goes.
        request: The request that began it; None once it has its final response.
        state: Where it stands in its table.
        status: The status of the last response sent or received, or 0.
        kept: What it would send again, or None.
        interval: The last interval of its retransmission timer, in seconds.
        merged: What a copy of the request that comes by another way is known by, or None.
        retry: Its retransmission timer (A, E or G), if it has had one.
        expiry: The timer that ends its state, if it has had one.
        source: Whose share it is counted in; "" for one of ours.
        cost: How much of that share it takes.
    """

    __slots__ = (
        "cost", "expiry", "flow", "interval", "is_server", "kept", "key",
        "merged", "method", "request", "retry", "source", "state", "status", "table",
    )  # fmt: skip

    def __init__(
        self, key: Key, table: Table, state: State, request: Request, flow: Flow, *, is_server: bool
    ) -> None:
        self.key = key
        self.table = table
        self.state = state
        self.method = request.method
        self.request: Request | None = request
        self.flow = flow
        self.is_server = is_server
        self.status = 0
        self.kept: bytes | None = None
        self.interval = 0.0
        self.merged: Key | None = None
        self.source = ""
        self.cost = 0
        self.retry: Alarm[tuple[Transaction, Input]] | None = None
        self.expiry: Alarm[tuple[Transaction, Input]] | None = None

    @property
    def answered(self) -> bool:
        """Whether a final response was sent or received."""
        return self.status >= 200

    def __repr__(self) -> str:
        side = "server" if self.is_server else "client"
        branch = self.key.partition("\n")[0]
        return f"<{self.method} {side} transaction {self.state.name} {branch}>"
