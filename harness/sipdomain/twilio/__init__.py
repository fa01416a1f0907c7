"""What the cloud does and no RFC says; every rule names its source. No socket, no clock."""

from __future__ import annotations
