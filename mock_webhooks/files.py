"""Serve files from one folder and from nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CONTENT_TYPES: Final = {
    ".aiff": "audio/aiff",
    ".gsm": "audio/x-gsm",
    ".html": "text/html",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain",
    ".ulaw": "audio/basic",
    ".wav": "audio/wav",
    ".xml": "text/xml",
}
"""By suffix, without a charset: a TwiML file declares its own."""


def find(folder: Path, name: str) -> Path | None:
    """Return the file of that name inside a folder, or None; links and dots do not lead out of it."""
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve())
        return path if inside and path.is_file() else None
    except (OSError, ValueError):  # a name with a NUL, or one that is too long
        return None


def is_file(path: Path) -> bool:
    """Return whether there is a file at a path; never raises."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name with a NUL, or one that is too long
        return False


def content_type(path: Path) -> str:
    """Return the Content-Type of a file by its suffix."""
    return CONTENT_TYPES.get(path.suffix.lower(), "application/octet-stream")
