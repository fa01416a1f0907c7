"""The target's REST API, in the provider's form."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

_PATIENCE: Final = 5.0
_MOST_BYTES: Final = 4_194_304


class _NoRedirect(HTTPRedirectHandler):
    """Follows nobody: the token is for the target alone."""

    def redirect_request(self, *_: Any) -> None:
        """Return no further request."""


@dataclass(frozen=True, slots=True)
class Rest:
    """An account at a REST API.

    Attributes:
        url: Its base URL.
        account: The account's SID.
        token: Its auth token.
    """

    url: str
    account: str
    token: str

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Ask, and return status and JSON object; 0 and {} when nobody answers.

        Args:
            method: Of HTTP.
            path: Below the account, such as "SIP/Domains"; with a slash in front, below the base URL.
            form: What is posted.
        """
        whole = path if path.startswith("/") else f"/2010-04-01/Accounts/{self.account}/{path}.json"
        login = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        request = Request(  # noqa: S310 - the scheme was checked where the option was read
            self.url.rstrip("/") + whole,
            data=urlencode(form).encode() if form is not None else None,
            headers={"Authorization": f"Basic {login}"},
            method=method,
        )
        opener = build_opener(ProxyHandler({}), _NoRedirect())
        try:
            with opener.open(request, timeout=_PATIENCE) as response:
                return response.status, _object(response.read(_MOST_BYTES))
        except HTTPError as error:
            with error:
                return error.code, _object(error.read(_MOST_BYTES))
        except (OSError, HTTPException):
            return 0, {}


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
