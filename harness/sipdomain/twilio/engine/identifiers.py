"""What the service makes up: tokens, tags, UUIDs, Via branches, Call-IDs, nonces of a client."""

from __future__ import annotations

import random

from sipdomain.sip.via import MAGIC_COOKIE


class Identifiers:
    """Draws identifiers, all from one seeded generator.

    Attributes:
        rng: The generator.
    """

    __slots__ = ("_token", "rng")

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._token = 0

    def new_token(self) -> int:
        """Return a number that joins an answer to its request."""
        self._token += 1
        return self._token

    def new_tag(self) -> str:
        """Return a To tag in the form of the live service: digits, hex, UUID (traces)."""
        bits = self.rng.getrandbits
        return f"{10_000_000 + bits(26)}_{bits(32):08x}_{self.new_uuid()}"

    def new_uuid(self) -> str:
        """Return a UUID in text."""
        digits = f"{self.rng.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def new_branch(self) -> str:
        """Return the branch of a Via (RFC 3261 section 8.1.1.7)."""
        return f"{MAGIC_COOKIE}{self.rng.getrandbits(64):016x}"

    def new_call_id(self) -> str:
        """Return the Call-ID of a call of ours, in the form of the live service (traces)."""
        return f"{self.rng.getrandbits(128):032x}@0.0.0.0"

    def new_cnonce(self) -> str:
        """Return the client's nonce of a digest login (RFC 7616 section 3.4)."""
        return f"{self.rng.getrandbits(64):016x}"
