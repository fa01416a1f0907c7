"""The account that exists when nobody names one: fixed values, printed on start, no secret."""

from __future__ import annotations

from typing import Final

ACCOUNT_SID: Final = "AC" + "0" * 31 + "1"
AUTH_TOKEN: Final = "development-token-not-a-secret"  # noqa: S105
