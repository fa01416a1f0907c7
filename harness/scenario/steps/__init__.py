"""The steps of a scenario: one module each, and one line each in the registry."""

from __future__ import annotations

from typing import Final

from harness.scenario.step import Step
from harness.scenario.steps.answer import Answer
from harness.scenario.steps.baresip import Baresip
from harness.scenario.steps.cancel import Cancel
from harness.scenario.steps.dial import Dial
from harness.scenario.steps.expect import Expect
from harness.scenario.steps.external import External
from harness.scenario.steps.hang_up import HangUp
from harness.scenario.steps.pjsip import Pjsip
from harness.scenario.steps.press import Press
from harness.scenario.steps.register import Register
from harness.scenario.steps.request import Request
from harness.scenario.steps.rest import Rest
from harness.scenario.steps.sipp import Sipp
from harness.scenario.steps.unregister import Unregister

STEPS: Final[dict[str, type[Step]]] = {
    "answer": Answer,
    "baresip": Baresip,
    "cancel": Cancel,
    "dial": Dial,
    "expect": Expect,
    "external": External,
    "hang_up": HangUp,
    "pjsip": Pjsip,
    "press": Press,
    "register": Register,
    "request": Request,
    "rest": Rest,
    "sipp": Sipp,
    "unregister": Unregister,
}
