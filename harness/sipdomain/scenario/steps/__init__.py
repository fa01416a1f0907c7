"""The steps of a scenario: one module each, and one line each in the registry."""

from __future__ import annotations

from typing import Final

from sipdomain.scenario.step import Step
from sipdomain.scenario.steps.answer import Answer
from sipdomain.scenario.steps.baresip import Baresip
from sipdomain.scenario.steps.behave import Behave
from sipdomain.scenario.steps.cancel import Cancel
from sipdomain.scenario.steps.dial import Dial
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.steps.external import External
from sipdomain.scenario.steps.hang_up import HangUp
from sipdomain.scenario.steps.hold import Hold
from sipdomain.scenario.steps.parallel import Parallel
from sipdomain.scenario.steps.pjsip import Pjsip
from sipdomain.scenario.steps.play import Play
from sipdomain.scenario.steps.press import Press
from sipdomain.scenario.steps.register import Register
from sipdomain.scenario.steps.repeat import Repeat
from sipdomain.scenario.steps.request import Request
from sipdomain.scenario.steps.rest import Rest
from sipdomain.scenario.steps.resume import Resume
from sipdomain.scenario.steps.say import Say
from sipdomain.scenario.steps.sipp import Sipp
from sipdomain.scenario.steps.transfer import Transfer
from sipdomain.scenario.steps.turns import Turns
from sipdomain.scenario.steps.unregister import Unregister
from sipdomain.scenario.steps.wait_ringing import WaitRinging
from sipdomain.scenario.steps.wait_until import WaitUntil

STEPS: Final[dict[str, type[Step]]] = {
    "answer": Answer,
    "baresip": Baresip,
    "behave": Behave,
    "cancel": Cancel,
    "dial": Dial,
    "expect": Expect,
    "external": External,
    "hang_up": HangUp,
    "hold": Hold,
    "parallel": Parallel,
    "pjsip": Pjsip,
    "play": Play,
    "press": Press,
    "register": Register,
    "repeat": Repeat,
    "request": Request,
    "rest": Rest,
    "resume": Resume,
    "say": Say,
    "sipp": Sipp,
    "transfer": Transfer,
    "turns": Turns,
    "unregister": Unregister,
    "wait_ringing": WaitRinging,
    "wait_until": WaitUntil,
}
