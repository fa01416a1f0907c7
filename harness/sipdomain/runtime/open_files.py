"""How many files and sockets this process may have open: as many as the system lets it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

MOST_FILES: Final = 65_536
"""More are not asked for: 10,000 calls have two sockets each for their audio."""


def allow_open_files() -> None:
    """Raise the soft limit towards the hard one: 1,024, as shells have it, is two sockets for 500 calls."""
    try:
        import resource
    except ImportError:  # Not a POSIX system: there is no such limit.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # Some systems have a lower one that they do not report.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
