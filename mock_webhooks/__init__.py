"""A Flask app that answers a voice provider's webhooks with TwiML, well or badly; it knows HTTP only.

Run it with `flask --app mock_webhooks run`; its index page lists what it can do.
"""

from __future__ import annotations

from mock_webhooks.app import create_app

__all__ = ["create_app"]
