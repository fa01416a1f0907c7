"""A call whose webhook is to be looked at."""

from __future__ import annotations

from tests.unit.twilio.bench import Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import Page

VOICE = "http://app.test/voice"


def dialled(
    make: Make, url: str = VOICE, *fields: tuple[str, str], method: str = "POST", **pages: Page
) -> Bench:
    """Dial a domain with that voice URL; `pages` are by path, without the slash."""
    bench = make()
    bench.domain(voice_url=url, voice_method=method)
    bench.pages |= {f"/{name}": answer for name, answer in pages.items()}
    Caller(bench, flow()).dial(*fields)
    return bench


class Form(dict[str, list[str]]):
    """A form as web frameworks hand it to the provider's validator."""

    def getlist(self, name: str) -> list[str]:
        return self[name]
