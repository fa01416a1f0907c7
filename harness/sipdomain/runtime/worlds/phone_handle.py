"""A phone of a world, as a script holds it: the abilities of the pure phone, used now and carried out at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec

from sipdomain.phone import Phone, PhoneCall, PhoneOutput
from sipdomain.phone.census import PhoneCensus
from sipdomain.runtime.pump import Pump

P = ParamSpec("P")


def _begins(
    ability: Callable[Concatenate[Phone, float, P], tuple[PhoneCall, list[PhoneOutput]]],
) -> Callable[Concatenate[PhoneHandle, P], PhoneCall]:
    """Return an ability that begins a call or a request, without the moment and what is to be done."""

    def begin(handle: PhoneHandle, /, *args: P.args, **kwargs: P.kwargs) -> PhoneCall:
        call, outputs = ability(handle.core, handle.now(), *args, **kwargs)
        handle.pump.feed(lambda: outputs)
        return call

    begin.__doc__ = ability.__doc__
    return begin


def _acts(
    ability: Callable[Concatenate[Phone, float, P], list[PhoneOutput]],
) -> Callable[Concatenate[PhoneHandle, P], None]:
    """Return an ability that does something in a call, without the moment and what is to be done."""

    def act(handle: PhoneHandle, /, *args: P.args, **kwargs: P.kwargs) -> None:
        outputs = ability(handle.core, handle.now(), *args, **kwargs)
        handle.pump.feed(lambda: outputs)

    act.__doc__ = ability.__doc__
    return act


class PhoneHandle:
    """A phone that scripts, steps and tests use. Each ability is described at `Phone`.

    Attributes:
        core: The pure phone.
        pump: What carries its outputs out.
        now: The moment on the world's clock.
    """

    def __init__(self, core: Phone, pump: Pump, now: Callable[[], float]) -> None:
        self.core = core
        self.pump = pump
        self.now = now

    dial = _begins(Phone.dial)
    request = _begins(Phone.request)
    register = _begins(Phone.register)
    unregister = _begins(Phone.unregister)
    answer = _acts(Phone.answer)
    refuse = _acts(Phone.refuse)
    hang_up = _acts(Phone.hang_up)
    cancel = _acts(Phone.cancel)
    press = _acts(Phone.press)
    say = _acts(Phone.say)
    play = _acts(Phone.play)
    hold = _acts(Phone.hold)
    resume = _acts(Phone.resume)
    transfer = _acts(Phone.transfer)
    join = _acts(Phone.join)

    @property
    def ringing(self) -> Sequence[PhoneCall]:
        """The calls to the phone that wait for an answer, oldest first."""
        return self.core.ringing

    @property
    def census(self) -> PhoneCensus:
        """How much the phone keeps in mind; all zero when nothing is left of past calls."""
        return self.core.census
