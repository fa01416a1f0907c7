"""A WSGI application in a Python file of the user's: loaded anew each time, so that no world sees another one's state."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sipdomain.errors import SetupError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

SUFFIX: Final = ".py"
USUAL: Final = ("app", "application")
"""The names that are tried, in this order, as Flask and WSGI servers do."""
_MODULE: Final = "_sipdomain_application"
_theirs: Final[dict[Path, frozenset[str]]] = {}
"""By the folder of an application the modules that were there before the first one was loaded from it."""


def named(text: str) -> tuple[str, str]:
    """Return the file and the name in it, or "", of what was written as FILE.py or FILE.py:NAME."""
    file, colon, name = text.rpartition(":")
    return (file, name) if colon and file.endswith(SUFFIX) else (text, "")


def load_application(file: Path, name: str = "") -> WSGIApplication:
    """Run a Python file, and return the application in it. Modules beside it can be imported, as under `flask run`.

    Args:
        file: The file.
        name: What it is called there; one of `USUAL` by default.

    Raises:
        SetupError: The file cannot be run, or has no such application.
    """
    spec = importlib.util.spec_from_file_location(_MODULE, file.absolute())
    if spec is None or spec.loader is None:
        raise SetupError(f"{file} is not a file of Python")
    _forget_modules_in(file.absolute().parent)
    module = importlib.util.module_from_spec(spec)
    # Flask finds templates beside the module that has its name.
    sys.modules[_MODULE] = module
    # Compiled files would be written beside the user's, and are stale when he saves twice in a second.
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SetupError(f"{file} cannot be run: {type(error).__name__}: {error}") from error
    finally:
        sys.dont_write_bytecode = before
    wanted = (name,) if name else USUAL
    for each in wanted:
        found = getattr(module, each, None)
        if callable(found):
            return cast("WSGIApplication", found)
    raise SetupError(f"{file} has no WSGI application named {' or '.join(f'`{each}`' for each in wanted)}")


def _forget_modules_in(folder: Path) -> None:
    """Have modules beside an application imported anew, and found; those that somebody else imported first stay."""
    if folder not in _theirs:
        _theirs[folder] = frozenset(sys.modules)
        sys.path.insert(0, str(folder))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name not in _theirs[folder] and file is not None and Path(file).is_relative_to(folder):
            del sys.modules[name]
