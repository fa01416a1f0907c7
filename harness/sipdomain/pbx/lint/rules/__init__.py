"""The rules: one registry of all mistakes that are looked for."""

from __future__ import annotations

from typing import Final

from sipdomain.pbx.lint.rules.asterisk import ASTERISK
from sipdomain.pbx.lint.rules.credentials import CREDENTIALS
from sipdomain.pbx.lint.rules.media import MEDIA
from sipdomain.pbx.lint.rules.proxies import PROXIES
from sipdomain.pbx.lint.rules.targets import TARGETS
from sipdomain.pbx.lint.rules.written import WRITTEN

RULES: Final = {each.name: each for each in (*TARGETS, *CREDENTIALS, *MEDIA, *ASTERISK, *PROXIES, *WRITTEN)}
"""By their names, in the order of the reference."""
