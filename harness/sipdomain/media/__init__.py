"""Session descriptions, RTP, G.711, prompts: pure. Sockets and child processes are in `runtime`."""

from __future__ import annotations
