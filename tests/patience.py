"""How long a test waits for what has to come."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 60.0
"""In seconds. Only a test that fails waits so long: shorter waits fail by chance where many things run on few cores."""
