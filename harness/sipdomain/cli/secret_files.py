"""Secrets that a file keeps, so that they stand neither in the list of processes nor in a shell's history."""

from __future__ import annotations

from pathlib import Path

from sipdomain.cli.labels import typed
from sipdomain.errors import SetupError
from sipdomain.runtime.files.folders import reason, warn_if_open

LONGEST = 4096
"""A longer file holds something else, in bytes."""


def secret_of(given: str, file: Path | None, flag: str, variable: str) -> str:
    """Return a secret: what a flag or variable gave, or the one line of a file.

    Args:
        given: By the flag or the variable; "" when by neither.
        file: Of the flag with `-file` at its end, or None.
        flag: Such as `--password`.
        variable: Such as `SIPDOMAIN_PASSWORD`.

    Raises:
        SetupError: It is given twice, the file cannot be read or is not one line, or it cannot be typed or sent.
    """
    if file is None:
        return _checked(given, typed(flag, variable=variable))
    if given:
        raise SetupError(f"{flag}-file and {flag} (or {variable}) were both given: keep one of them")
    try:
        with file.open("rb") as opened:
            data = opened.read(LONGEST + 1)
        if file.is_file():
            warn_if_open(file)
    except OSError as error:
        raise SetupError(f"{flag}-file: {reason(error)}") from None
    try:
        secret = data.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SetupError(f"{flag}-file {file}: not UTF-8 text") from None
    if not secret or "\n" in secret or "\r" in secret or len(data) > LONGEST:
        raise SetupError(f"{flag}-file {file}: needs one line with the secret, and nothing else")
    return _checked(secret, f"{flag}-file {file}")


def _checked(secret: str, label: str) -> str:
    """Return a secret that somebody can type, and a header field can have."""
    if not secret.isprintable():
        raise SetupError(f"{label}: holds a control character, which nobody can type")
    if "token" in label.split(maxsplit=1)[0].lower() and not secret.isascii():
        raise SetupError(f"{label}: only ASCII can be sent in a header field")
    return secret
