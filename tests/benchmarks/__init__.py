"""How fast the emulator is, beside others, on the machine at hand: `python -m tests.benchmarks`."""

from __future__ import annotations
