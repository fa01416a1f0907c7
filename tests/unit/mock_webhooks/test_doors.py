"""Bots that are written down wrongly are refused with the place and what is known there."""

from __future__ import annotations

from typing import Any

import pytest

from mock_webhooks.replies import ReplyError
from mock_webhooks.sockets.doors import read_bots


@pytest.mark.parametrize(
    ("path", "written", "place", "problem"),
    [
        ("bot", {"kind": "echo"}, ("bot",), "'bot' is not a path; write it as /bot"),
        (
            "/bot",
            {"kind": "echoes"},
            ("/bot", "kind"),
            "kind 'echoes' is none of answering, bad, echo, ",
        ),
        (
            "/bot",
            {"kind": "echo", "lines": ["Hello"]},
            ("/bot", "lines"),
            "lines is unknown; a bot of kind echo knows auth_token, close_after, delay, signed",
        ),
        ("/bot", {"kind": "talking"}, ("/bot",), "a bot of kind talking needs lines"),
        ("/bot", {"kind": "answering", "lines": []}, ("/bot",), "a bot of kind answering needs lines"),
        ("/bot", {"kind": "relay-lines"}, ("/bot",), "a bot of kind relay-lines needs lines"),
        ("/bot", {"kind": "bad"}, ("/bot",), "a bot of kind bad needs fault"),
        (
            "/bot",
            {"kind": "answering", "lines": ["Hello"], "fault": "fragment"},
            ("/bot", "fault"),
            "fault is one of stale-audio, dead-air, hangs-up, mark-order, unsigned, ignores-keys",
        ),
        (
            "/bot",
            {"kind": "relay-bad", "fault": "not-base64"},
            ("/bot", "fault"),
            (
                "fault is one of binary, not-json, unknown-type, missing-field, wrong-field, fragment, break, close, "
                "silent, status, never-answers"
            ),
        ),
    ],
)
def test_a_bot_that_is_written_wrongly_is_refused(
    path: str, written: dict[str, Any], place: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(ReplyError) as refused:
        read_bots({path: written}, lambda text: text.encode(), None)

    assert refused.value.path == place
    assert refused.value.problem.startswith(problem)
