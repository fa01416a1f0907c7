"""The summary and the annotations for GitHub Actions."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from sipdomain.errors import FileError, Position
from sipdomain.report.files.github import summary, workflow_commands
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.mismatch import Mismatch
from tests.unit.report.test_reports import FAILED, NOT_RUN, PASSED

WRONG = WrongFile(
    "b.scenario.yaml", FileError("a key is doubled", where=Position("b.scenario.yaml", 3, 1, "x: 1"))
)


def rendered(data: bytes) -> str:
    page: str = MarkdownIt("commonmark").render(data.decode())
    return page


def test_failures_are_first_and_open_with_their_reasons_and_folded_ladders() -> None:
    text = summary([PASSED, NOT_RUN, FAILED], [WRONG]).decode()
    assert text.startswith(
        "### sipdomain: 1 failed, 1 passed, 1 not run, 1 wrong file\n\n"
        "<details open><summary><b>failed</b> Only the office may call · calls/office.scenario.yaml</summary>\n\n"
        "<pre>\nerror: steps[1].expect.answered is not met\n"
    )
    order = [
        "why the emulator decided so:", "<details><summary>Ladder</summary>", "✘ access-list", "<b>wrong file</b>",
        "a key is doubled", "<details><summary>1 not run</summary>", "SIPp calls: needs live sockets",
        "<details><summary>1 passed</summary>", "A good call",
    ]  # fmt: skip
    places = [text.index(each) for each in order]
    assert places == sorted(places)
    assert "Correct-Horse-42" not in text


def test_a_failure_has_a_diagram_of_its_call() -> None:
    page = rendered(summary([FAILED]))
    found = re.findall(r'<pre><code class="language-mermaid">(.*?)</code></pre>', page, re.DOTALL)
    assert len(found) == 1
    assert found[0].startswith("sequenceDiagram\n  participant h0 as alice")
    assert "h0-&gt;&gt;h1: INVITE" in found[0]


def test_every_block_is_closed_where_it_is_rendered() -> None:
    page = rendered(summary([PASSED, NOT_RUN, FAILED], [WRONG]))
    for tag in ("details", "pre", "summary", "div"):
        assert page.count(f"<{tag}") == page.count(f"</{tag}>")
    assert "<code>" not in page, "no block of code by indentation"


@pytest.mark.parametrize(
    "evil",
    [
        "</pre></details><img src=x>",
        "*bold* [a](http://x) `code`",
        "two\n\n# lines",
        "\u202e\x1b[2J",
        "::error::x",
    ],
)
def test_foreign_text_is_neither_html_nor_markdown(evil: str) -> None:
    bad = replace(FAILED, title=evil, mismatches=(Mismatch(evil, evil, evil, (evil,)),))
    page = rendered(summary([bad, replace(PASSED, title=evil), replace(NOT_RUN, reason=evil)]))
    for mark in ("<img", "<a ", "<em>", "<code>", "<h1>", "\u202e", "\x1b"):
        assert mark not in page
    assert page.count("<details") == page.count("</details>")


def test_what_does_not_fit_is_counted_and_reasons_come_before_ladders() -> None:
    one = summary([FAILED]).decode()
    without = re.sub(r"<details><summary>Ladder.*?</details>\n\n", "", one, flags=re.DOTALL)
    assert len(without.encode()) < len(one.encode())
    room = len(without.encode()) + 250
    text = summary(
        [FAILED, replace(FAILED, title="Second"), replace(FAILED, title="Third")], most_bytes=room
    ).decode()
    assert len(text.encode()) <= room
    assert text.endswith("Cut, for a summary may weigh 1 MiB: ladders of failures: 1; failures: 2.\n\n")
    assert "Only the office may call" in text
    assert "<summary>Ladder" not in text
    many = [replace(PASSED, title=f"{'x' * 1_000} {each}") for each in range(2_000)]
    text = summary([*many, FAILED]).decode()
    assert len(text.encode()) < 900 * 1024
    assert "<summary>Ladder" in text
    assert text.endswith("Cut, for a summary may weigh 1 MiB: passed, by name: 2000.\n\n")


@given(st.integers(300, 20_000), st.integers(0, 3), st.integers(0, 30))
def test_a_summary_never_weighs_more_than_it_may(most_bytes: int, failures: int, others: int) -> None:
    results = [*[FAILED] * failures, *[PASSED, NOT_RUN] * others]
    data = summary(results, [WRONG] * others, most_bytes=most_bytes)
    assert len(data) <= most_bytes
    page = rendered(data)
    assert page.count("<details") == page.count("</details>")


def test_annotations_name_file_line_and_title() -> None:
    assert workflow_commands([PASSED, FAILED, NOT_RUN], [WRONG]) == [
        "::error file=calls/office.scenario.yaml,line=12,title=Only the office may call::{}".format(
            "steps[1].expect.answered: expected answered, got trying"
        ),
        "::error file=b.scenario.yaml,line=3,title=wrong file::a key is doubled",
    ]
    assert workflow_commands([PASSED, NOT_RUN]) == []


def test_annotations_escape_what_would_end_them() -> None:
    bad = replace(
        FAILED, title="50 %, a: b\n::warning::x", file="C:\\a,b.yaml",
        mismatches=(Mismatch("p", "Correct-Horse-42", "100 %\r\n::set-output::y"), Mismatch("q", "a", "b")),
    )  # fmt: skip
    [found] = workflow_commands([bad])
    head, _, said = found.partition("::p: ")
    assert (
        head
        == "::error file=C%3A\\a%2Cb.yaml,line=1,title=50 %25%2C a%3A b\N{REPLACEMENT CHARACTER}%3A%3Awarning%3A%3Ax"
    )
    assert said == "expected ********, got 100 %25\N{REPLACEMENT CHARACTER}%0A::set-output::y (and 1 more)"


def test_of_many_failures_the_last_annotation_counts_the_rest() -> None:
    found = workflow_commands([FAILED] * 12, [WRONG])
    assert (len(found), found[-1]) == (10, "::error title=sipdomain::and 4 more failures")
    assert len(workflow_commands([FAILED] * 10)) == 10
    long = replace(FAILED, mismatches=(Mismatch("p", "x" * 5_000, "y"),))
    assert len(workflow_commands([long])[0]) < 1_100
