"""What a URL's fragment may say."""

from __future__ import annotations

import pytest

from sipdomain.errors import TwimlError
from sipdomain.twilio.webhooks.overrides import Overrides, split_overrides


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", Overrides()),
        ("#section", Overrides()),
        ("#ct=2000&rt=3000&tt=4000&rc=3", Overrides(2.0, 3.0, 4.0, 3)),
        ("#ct=1&rt=99&tt=0", Overrides(0.1, 0.1, 0.1)),
        ("#ct=10001&rt=15001&tt=99999&rc=6", Overrides(10.0, 15.0, 15.0, 5)),
        ("#rp=4XX,rt", Overrides(policy=frozenset({"4xx", "rt"}))),
        ("#rp=ALL&rc=0", Overrides(retries=0, policy=frozenset({"all"}))),
        ("#ct=&rt=soon&tt=1e3&rc=-1&e=dublin&sni=n", Overrides()),
    ],
)
def test_the_fragment_sets_times_and_retries_within_their_ranges(fragment: str, expected: Overrides) -> None:
    assert split_overrides(f"http://app.test/voice?x=1{fragment}") == ("http://app.test/voice?x=1", expected)


@pytest.mark.parametrize(
    ("url", "code"), [("http://a/#rp=never", 11243), ("http://a/#rp=ct,", 11243), ("http://[/#rc=1", 11100)]
)
def test_a_policy_or_url_that_is_none_is_refused(url: str, code: int) -> None:
    with pytest.raises(TwimlError) as caught:
        split_overrides(url)
    assert caught.value.code == code
