"""An output that may break, or that knows ASCII only."""

from __future__ import annotations

from io import BytesIO, TextIOWrapper

import pytest

from sipdomain.cli.standard_streams import SteadyStream


@pytest.mark.parametrize(
    ("encoding", "written"), [("utf-8", "é ✓\n".encode()), ("ascii", b"? ?\n"), ("latin-1", b"? ?\n")]
)
def test_a_stream_without_utf_8_gets_question_marks_and_goes_on(encoding: str, written: bytes) -> None:
    raw = BytesIO()
    stream = SteadyStream(TextIOWrapper(raw, encoding=encoding))
    stream.write("é ✓\n")
    stream.flush()
    assert raw.getvalue() == written
    assert stream.ascii_only is (encoding != "utf-8")


def test_what_breaks_a_stream_is_reported_once() -> None:
    class Full(TextIOWrapper):
        def write(self, _words: str) -> int:
            raise OSError(28, "No space left on device")

    broken: list[str] = []
    stream = SteadyStream(Full(BytesIO(), encoding="utf-8"), lambda error: broken.append(str(error)))
    stream.write("one")
    stream.write("two")
    stream.flush()
    assert broken == ["[Errno 28] No space left on device"]
