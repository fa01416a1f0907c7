"""Patterns of scenarios match what `re` matches, in a time that grows with the text alone."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, strategies as st

from sipdomain.scenario.patterns import MOST_PARTS, PatternError, read

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\d", "(?i:A)", "^", "$", r"\b", "(?:)", "1"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "{2}", "{0,2}", "{1,}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=6,
)


@given(PATTERNS, st.text("abA1 \n", max_size=6))
@example("(?:a{2})*", "aaaa")
@example("(?s).", "\n")
@example("(?i)straße", "STRAßE")
@example("(?:|a)+b", "aab")
@example("a$", "a\n")
def test_a_text_matches_where_re_says_so(written: str, text: str) -> None:
    assert read(written).matches(text) == (re.fullmatch(written, text) is not None)


@pytest.mark.parametrize(
    "written",
    ["(.+)+z", "(a*)*z", "(a|a)*z", "(a|aa)+z", "(?:a?){30}a{30}z", "(a+a+)+z", ".*.*.*.*.*z", r"(\w+\s?)*z"],
)
def test_no_pattern_takes_longer_than_its_text_is_long(written: str) -> None:
    began = time.process_time()
    assert not read(written).matches("a" * 20_000)
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("(", "not a regular expression: missing ), unterminated subpattern"),
        (
            "(?=a)a",
            "a pattern here cannot look ahead or back, refer to a group, nor hold what it took; write it without",
        ),
        (
            "a++",
            "a pattern here cannot look ahead or back, refer to a group, nor hold what it took; write it without",
        ),
        (
            r"(a)\1",
            "a pattern here cannot look ahead or back, refer to a group, nor hold what it took; write it without",
        ),
        ("((a{100}){100}){100}", f"this pattern has more than {MOST_PARTS:,} parts; write a shorter one"),
        ("a{99999999999}", "not a regular expression: it is too large"),
        ("(" * 5_000 + ")" * 5_000, "not a regular expression: it is too large"),
    ],
)
def test_a_pattern_that_cannot_be_matched_is_refused(written: str, said: str) -> None:
    with pytest.raises(PatternError) as caught:
        read(written)
    assert str(caught.value) == said
