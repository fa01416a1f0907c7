"""What runs of pytest within this process need."""

from __future__ import annotations

import importlib

# A run within this process forgets what it imported itself, and some of that cannot be imported twice.
for name in (
    "numpy",
    "soundfile",
    "soxr",
    "pylibsrtp",
    "sipdomain.report.folder",
    "sipdomain.scenario.worlds",
    "flask",
    "sipdomain.runtime.worlds.sim",
    "sipdomain.runtime.worlds.live",
    "sipdomain.report.calls",
    "sipdomain.scenario.keywords",
    "sipdomain.media.match",
    "mock_webhooks",
    "twilio.request_validator",
):
    importlib.import_module(name)
