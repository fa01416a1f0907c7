"""The words that the four transition tables are written in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, auto


class State(IntEnum):
    """The states of all four machines (RFC 3261 figures 5 to 8, RFC 6026 figures 7 and 8)."""

    CALLING = auto()
    TRYING = auto()
    PROCEEDING = auto()
    COMPLETED = auto()
    CONFIRMED = auto()
    ACCEPTED = auto()
    TERMINATED = auto()


class Input(IntEnum):
    """What can happen to a transaction."""

    START = auto()
    REQUEST = auto()
    ACK = auto()
    PROVISIONAL = auto()
    SUCCESS = auto()
    FAILURE = auto()
    TIMER_A = auto()
    TIMER_B = auto()
    TIMER_D = auto()
    TIMER_E = auto()
    TIMER_F = auto()
    TIMER_G = auto()
    TIMER_H = auto()
    TIMER_I = auto()
    TIMER_J = auto()
    TIMER_K = auto()
    TIMER_L = auto()
    TIMER_M = auto()
    TRANSPORT_ERROR = auto()


class Action(IntEnum):
    """What a transaction does on an arrow of its diagram."""

    SEND = auto()
    """Send the message that came with the input, and keep it for retransmission."""
    RESEND = auto()
    """Send the kept message again."""
    SEND_ACK = auto()
    """Acknowledge a final response other than 2xx (section 17.1.1.3), and keep the ACK for retransmission."""
    REPORT = auto()
    """Hand the message to the transaction user."""
    REPORT_TIMEOUT = auto()
    REPORT_TRANSPORT_ERROR = auto()
    START_A = auto()
    START_B = auto()
    START_D = auto()
    START_E = auto()
    START_F = auto()
    START_G = auto()
    START_H = auto()
    START_I = auto()
    START_J = auto()
    START_K = auto()
    START_L = auto()
    START_M = auto()
    SLOW_E = auto()
    """Re-arm timer E at T2 (section 17.1.2.2, state Proceeding)."""
    STOP = auto()
    """Stop every timer of this transaction."""


Table = Mapping[tuple[State, Input], tuple[State, tuple[Action, ...]]]
