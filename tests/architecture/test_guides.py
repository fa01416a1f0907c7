"""The guides that say how to add something are true: each is carried out in a copy of the tree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.guides import GUIDES, Change, apply, copied, recipe, run
from tests.docs.pages import PAGES, ROOT

pytestmark = pytest.mark.timeout(180)


def test_what_the_guides_add_is_missed_until_it_is_whole_and_works_then(tmp_path: Path) -> None:
    """All of them in one copy: each kind is missed by itself, and a test of each plays."""
    root = copied(tmp_path)
    recipes = {guide.stem: recipe(guide.read_text("utf-8")) for guide in GUIDES}
    changes = [each for found in recipes.values() for each in found]
    of_package = [each for each in changes if each.is_new and each.path.startswith("harness/")]
    for each in of_package:
        apply(each, root)
    missed = run(root, "tests.architecture.registries").stdout.splitlines()
    kinds = {line.partition(":")[0] for line in missed if line.endswith(" is not in the registry")}
    assert kinds == {"TwiML verb", "SIP method", "scenario step", "REST resource", "report"}
    assert all(any(each in of_package for each in found) for found in recipes.values())
    for each in changes:
        if each not in of_package:
            apply(each, root)
    tables = run(root, "tests.docs.tables")
    assert tables.returncode == 0, tables.stderr
    whole = run(root, "tests.architecture.registries")
    assert (whole.stdout, whole.returncode) == ("", 0), whole.stdout + whole.stderr
    tests = [each.path for each in changes if each.is_new and each.path.startswith("tests/")]
    assert len(tests) >= len(recipes)
    played = run(root, "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert played.returncode == 0, played.stdout + played.stderr
    style = run(
        root, "ruff", "check", "--no-cache", *(each.path for each in changes if each.path.endswith(".py"))
    )
    assert style.returncode == 0, style.stdout


def test_a_line_that_a_guide_shows_has_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\nthree\n")
    apply(Change("a.py", " one\n-two\n+2\n three\n+4\n", is_new=False), tmp_path)
    assert (tmp_path / "a.py").read_text() == "one\n2\nthree\n4\n"
    with pytest.raises(ValueError, match=r"a\.py has no line 'two' after line 0"):
        apply(Change("a.py", "-two\n", is_new=False), tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    named = re.findall(
        r"`((?:harness|mock_webhooks|tests|fixtures|scenarios|docs|\.ci)/[\w./-]+)`", page.read_text("utf-8")
    )
    assert [
        path for path in named if not re.search(r"NAME|METHOD|TARGET", path) and not (ROOT / path).exists()
    ] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_the_names_that_a_guide_uses_are_in_the_code(guide: Path) -> None:
    source = "\n".join(file.read_text("utf-8") for file in (ROOT / "harness").rglob("*.py"))
    page = guide.read_text("utf-8")
    new = "\n".join(each.text for each in recipe(page))
    names = re.findall(r"`([A-Z][A-Za-z_]{3,})`", page)
    unknown = [
        name
        for name in names
        if not re.search(rf"\b{name}\b", source + new) and name not in {"NAME", "METHOD"}
    ]
    assert unknown == []
