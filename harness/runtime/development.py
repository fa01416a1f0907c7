"""The account that exists when nobody names one: fixed values, printed on start, no secret."""

from __future__ import annotations

from typing import Final

ACCOUNT_SID: Final = "AC" + "0" * 31 + "1"
AUTH_TOKEN: Final = "75318466263e56808417a3d6afd3f45c"  # noqa: S105
"""The MD5 of "sipdomain development token": SDKs and Terraform refuse a token of another form than the provider's."""
