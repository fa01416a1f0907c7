"""A check that is silenced on a line has its reason on that line."""

from __future__ import annotations

import re

from tests.architecture.test_sizes import MODULES, ROOT

WITHOUT_REASON = re.compile(r"# noqa(?!: [A-Z]+\d+(, [A-Z]+\d+)* - \w)")


def test_every_check_that_is_silenced_says_why() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in MODULES
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if WITHOUT_REASON.search(line) and "WITHOUT_REASON" not in line
    ]
    assert found == []
