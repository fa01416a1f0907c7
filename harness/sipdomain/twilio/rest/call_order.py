"""What a request to make a call asks for, as an order (https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource)."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.errors import RestError
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.rest.callee import callee, caller
from sipdomain.twilio.rest.messages import NO_CODE, Parameters
from sipdomain.twilio.rest.recordings import read_wish
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.trunk_model import Application
from sipdomain.twiml.dialling import CALL_EVENTS

MOST_TWIML: Final = 4_000
"""Characters of TwiML in a request."""
LONGEST_TIMEOUT: Final = 600
"""Seconds."""
_DIGITS: Final = re.compile(r"[0-9A-Da-d*#wW]{0,32}")
_LONGEST_SECRET: Final = 255
_NOT_EMULATED: Final = (
    "MachineDetection", "AsyncAmd", "Byoc", "CallToken", "Transcribe",
)  # fmt: skip
"""Parameters that would change what the call does; others that mean nothing here are ignored."""


def call_order(form: Parameters, application: Application | None = None) -> CallOrder:
    """Read a call's parameters.

    Args:
        form: The parameters.
        application: The one that `ApplicationSid` names; its webhooks go before all that the form says of such.

    Raises:
        RestError: What is missing or wrong, by the provider's code; 501 for what is not emulated.
    """
    for name in _NOT_EMULATED:
        if (form.text(name) or "").lower() not in {"", "false"}:
            raise RestError(501, NO_CODE, f"sipdomain does not emulate {name} of a call")
    to = callee(form.required("To", code=21201))
    from_ = form.required("From", code=21213)
    webhooks = _webhooks(form) if application is None else _of_application(application, form)
    return CallOrder(
        to=to,
        from_=caller(from_, to),
        webhooks=webhooks,
        timeout=_timeout(form),
        time_limit=form.integer("TimeLimit", code=20422, least=0),
        username=_secret(form, "SipAuthUsername", 21221),
        password=_secret(form, "SipAuthPassword", 21223),
        send_digits=_digits(form.text("SendDigits") or ""),
        recording=read_wish(form, trim=True) if form.boolean("Record", code=20422) else None,
    )


def _webhooks(form: Parameters) -> CallWebhooks:
    document, address = twiml(form), url(form, "Url")
    if not document and not address:
        raise RestError(400, 21205, "Url or Twiml is required")
    return CallWebhooks(
        url=address or "",
        method=method(form, "Method") or "POST",
        twiml=document or "",
        fallback_url=url(form, "FallbackUrl") or "",
        fallback_method=method(form, "FallbackMethod") or "POST",
        status_callback=url(form, "StatusCallback") or "",
        status_callback_method=method(form, "StatusCallbackMethod") or "POST",
        events=_events(form),
    )


def _of_application(application: Application, form: Parameters) -> CallWebhooks:
    """Return an application's webhooks: with it, Url, Method, FallbackUrl and StatusCallback are ignored.

    Its status callback hears of the end alone, unless StatusCallbackEvent says more (assumed).
    """
    if not application.voice_url:
        raise RestError(400, 21218, f"The application {application.sid} has no VoiceUrl")
    return CallWebhooks(
        url=application.voice_url,
        method=application.voice_method,
        fallback_url=application.voice_fallback_url or "",
        fallback_method=application.voice_fallback_method,
        status_callback=application.status_callback or "",
        status_callback_method=application.status_callback_method,
        events=_events(form),
    )


def url(form: Parameters, name: str) -> str | None:
    """Return a webhook's URL, or None when it is absent or empty; raises RestError 21205."""
    return checks.url(form.text(name), name=name)


def new_url(form: Parameters, name: str) -> str | None:
    """Return a webhook's URL, "" when it is to be taken away, or None when it is absent; raises RestError 21205."""
    return None if form.text(name) is None else url(form, name) or ""


def method(form: Parameters, name: str) -> str | None:
    """Return a webhook's method, or None when it is absent or empty; raises RestError 21209."""
    text = form.text(name)
    return checks.method(text, name=name) if text else None


def twiml(form: Parameters) -> str | None:
    """Return a document, or None when it is absent or empty; raises RestError 32018."""
    text = form.text("Twiml")
    if text and len(text) > MOST_TWIML:
        raise RestError(400, 32018, f"Twiml has more than {MOST_TWIML} characters")
    return text or None


def _events(form: Parameters) -> tuple[str, ...]:
    asked = form.words("StatusCallbackEvent")
    wrong = [word for word in asked if word not in CALL_EVENTS]
    if wrong:
        raise RestError(
            400, 20422, f"StatusCallbackEvent must be of {', '.join(CALL_EVENTS)} (got {wrong[0][:20]!r})"
        )
    return tuple(each for each in CALL_EVENTS if each in asked) or ("completed",)


def _timeout(form: Parameters) -> int:
    timeout = form.integer("Timeout", code=21208)
    if timeout is None:
        return 60
    if not 0 < timeout <= LONGEST_TIMEOUT:
        raise RestError(400, 21208, f"Timeout must be from 1 to {LONGEST_TIMEOUT} seconds (got {timeout})")
    return timeout


def _secret(form: Parameters, name: str, code: int) -> str:
    text = form.text(name) or ""
    if len(text) > _LONGEST_SECRET:
        raise RestError(400, code, f"{name} must be fewer than {_LONGEST_SECRET + 1} characters")
    if not text.isprintable():
        raise RestError(400, code + 1, f"{name} has illegal characters")
    if name == "SipAuthUsername" and text and not form.text("SipAuthPassword"):
        raise RestError(400, 21225, "SipAuthPassword is required with SipAuthUsername")
    return text


def _digits(text: str) -> str:
    if not _DIGITS.fullmatch(text):
        raise RestError(400, 21206, "SendDigits may have 32 of 0-9, A-D, *, #, w and W")
    return text
