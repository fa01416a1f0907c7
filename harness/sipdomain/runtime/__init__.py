"""The only place with sockets, threads, clocks and processes."""

from __future__ import annotations
