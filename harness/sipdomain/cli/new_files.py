"""Files that are written for the user, beside his own: none of those that are there is ever replaced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sipdomain.errors import SetupError


def write_new(folder: Path, files: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """Write the files that are not there yet.

    Args:
        folder: Where to; it is made when it is not there.
        files: What to write, by a path below the folder.

    Returns:
        The paths of those that were written, and of those that were there before, which stay as they are.

    Raises:
        SetupError: One cannot be written.
    """
    written: list[str] = []
    kept: list[str] = []
    for name, data in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            if not path.exists() or path.is_dir():
                raise SetupError(
                    f"{path} cannot be written: a folder or a broken link is in its place"
                ) from None
            kept.append(name)
        except (OSError, ValueError) as error:
            raise SetupError(
                f"{path} cannot be written: {getattr(error, 'strerror', None) or error}"
            ) from None
        else:
            written.append(name)
    return written, kept
