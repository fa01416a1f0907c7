"""<Echo> answers, and echoes until it is interrupted."""

from __future__ import annotations

import pytest

from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import Answer, Done, Echo, End, Interrupted
from sipdomain.twiml.runner import run


def test_it_answers_and_echoes_until_the_caller_is_gone() -> None:
    program = run(parse(b"<Response><Echo/><Say>Never</Say></Response>"), lambda _: None)
    assert next(program) == Answer()
    assert program.send(Done()) == Echo()
    with pytest.raises(StopIteration) as stopped:
        program.send(Interrupted("hung-up"))
    assert stopped.value.value == End()
