"""Where a call's TwiML comes from, and who is notified of its progress: its own copy of what a domain or a request says."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.store.model import Domain


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWebhooks:
    """The webhooks of one call.

    Attributes:
        url: Asked for the first document, or "" when `twiml` is the document.
        method: How, "GET" or "POST".
        twiml: The first document itself, or "".
        fallback_url: Asked when a document cannot be had, or "".
        fallback_method: How.
        status_callback: Notified of the call's progress, or "".
        status_callback_method: How.
        events: What is reported: "initiated", "ringing", "answered", "completed".
    """

    url: str = ""
    method: str = "POST"
    twiml: str = ""
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    events: tuple[str, ...] = ("completed",)

    @classmethod
    def of_domain(cls, domain: Domain, profile: Profile) -> CallWebhooks:
        """Return those of calls to a domain."""
        return cls(
            url=domain.voice_url or "",
            method=domain.voice_method or "POST",
            fallback_url=domain.voice_fallback_url or "",
            fallback_method=domain.voice_fallback_method or "POST",
            status_callback=domain.voice_status_callback_url or "",
            status_callback_method=domain.voice_status_callback_method or "POST",
            events=profile.callback_events,
        )
