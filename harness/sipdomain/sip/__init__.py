"""RFC 3261 and friends, and nothing of the provider: values, messages, transactions, dialogs.

Everything here takes bytes, values and `now`, and returns what is to be done. No socket, no clock.
"""

from __future__ import annotations
