"""TwiML: documents parsed, checked, and run as generators that say what they want."""

from __future__ import annotations
