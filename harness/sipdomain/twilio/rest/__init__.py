"""The provider's REST API as a function of the store: no socket, no clock."""

from __future__ import annotations

from sipdomain.twilio.rest.api import RestApi
from sipdomain.twilio.rest.messages import RestRequest, RestResponse

__all__ = ["RestApi", "RestRequest", "RestResponse"]
