"""A WSGI application in a file of the user's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import SetupError
from sipdomain.runtime.files.application_file import load_application, named

COUNTS = """\
from __future__ import annotations
from dataclasses import dataclass
from words_of_a_test_application import WORD

@dataclass
class Counter:
    value: int = 0

counter = Counter()

def application(environ, start_response):
    counter.value += 1
    return [f"{WORD} {counter.value}".encode()]
"""


def test_it_is_loaded_anew_each_time_with_the_modules_beside_it(tmp_path: Path) -> None:
    (tmp_path / "served.py").write_text(COUNTS)
    for word in ("call", "ring"):
        (tmp_path / "words_of_a_test_application.py").write_text(f"WORD = '{word}'\n")
        application = load_application(tmp_path / "served.py")
        assert list(application({}, lambda *_: lambda _: None)) == [f"{word} 1".encode()]
    assert {each.suffix for each in tmp_path.iterdir()} == {".py"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("app.py", ("app.py", "")), ("a/b.py:mine", ("a/b.py", "mine")), ("app.js", ("app.js", ""))],
)
def test_a_file_and_a_name_in_it_are_distinguished(text: str, expected: tuple[str, str]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("x = 1", "", r"has no WSGI application named `app` or `application`"),
        ("app = 1", "", r"has no WSGI application named `app` or `application`"),
        ("def app(): ...", "mine", r"has no WSGI application named `mine`"),
        ("import nothing_of_that_name", "", r"cannot be run: ModuleNotFoundError: No module named"),
    ],
)
def test_what_is_wrong_with_it_is_named(tmp_path: Path, text: str, name: str, said: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(SetupError, match=said):
        load_application(tmp_path / "mine.py", name)
