"""One transaction: its state, what it would send again, and its armed timers."""

from __future__ import annotations

from harness.sip.message import Request
from harness.sip.outputs import Flow
from harness.sip.timers import Alarm
from harness.sip.transactions.table import Input, State, Table

Key = tuple[str, ...]


class Transaction:
    """A client or server transaction; the layer moves it along its table.

    Attributes:
        key: What its messages are matched by.
        method: The request's method.
        flow: Where what it sends goes.
        request: The request that began it; None once it can only fade away.
        state: Where it stands in its table.
        status: The status of the last response sent or received, or 0.
    """

    __slots__ = (
        "alarms", "flow", "interval", "is_server", "kept", "key",
        "method", "request", "state", "status", "table",
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
        self.alarms: dict[Input, Alarm[tuple[Transaction, Input]]] = {}

    @property
    def answered(self) -> bool:
        """Whether a final response was sent or received."""
        return self.status >= 200

    def __repr__(self) -> str:
        side = "server" if self.is_server else "client"
        return f"<{self.method} {side} transaction {self.state.name} {self.key[0]}>"
