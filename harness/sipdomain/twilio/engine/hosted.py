"""The provider's hosts that answer calls themselves: the twimlets, and accounts' TwiML bins."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sipdomain.twilio.store import Store, bins
from sipdomain.twilio.webhooks import twimlets
from sipdomain.twilio.webhooks.http import HttpResponse

Answer = Callable[[str, Iterable[tuple[str, str]]], HttpResponse]
"""A function of a URL's path, and of the parameters of its query and form."""

HOSTS = (*twimlets.HOSTS, bins.HOST)


def hosted(store: Store) -> dict[str, Answer]:
    """Return by host name what answers there."""
    return {**dict.fromkeys(twimlets.HOSTS, twimlets.answer), bins.HOST: store.bins.answer}
