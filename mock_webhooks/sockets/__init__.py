"""Bots behind WebSockets: one file and one line here for each kind."""

from __future__ import annotations

from typing import Final

from mock_webhooks.sockets.answering import Answering
from mock_webhooks.sockets.bad import Bad
from mock_webhooks.sockets.bot import Bot
from mock_webhooks.sockets.echo import Echo
from mock_webhooks.sockets.recorder import SocketRecorder
from mock_webhooks.sockets.relay_bad import RelayBad
from mock_webhooks.sockets.relay_echo import RelayEcho
from mock_webhooks.sockets.relay_lines import RelayLines
from mock_webhooks.sockets.talking import Talking

BOTS: Final[dict[str, type[Bot]]] = {
    "answering": Answering,
    "bad": Bad,
    "echo": Echo,
    "recorder": SocketRecorder,
    "relay-bad": RelayBad,
    "relay-echo": RelayEcho,
    "relay-lines": RelayLines,
    "talking": Talking,
}
