"""The phone that is built in, in the place of a PBX."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import SetupError
from sipdomain.phone.call import PhoneCall
from sipdomain.qa.drivers.driver import KEYS, Act, Order
from sipdomain.runtime.worlds.phone_handle import PhoneHandle


class PhoneDriver:
    """Calls by a phone of the same world."""

    name: Final = "phone"
    acts: Final[frozenset[Act]] = frozenset(
        {"hang up", "press keys", "cancel", "hold", "resume", "transfer", "register"}
    )
    by_hand: Final = False
    starts_anew: Final = False

    def __init__(self, phone: PhoneHandle) -> None:
        self._phone = phone
        self._call: PhoneCall | None = None

    def begin(self, order: Order) -> None:
        """Place a call, or register."""
        if "register" in order.acts:
            self._call = self._phone.register()
            return
        self._call = self._phone.dial(
            f"sip:{order.extension}@{order.domain}",
            user=order.user,
            password=order.password,
            transport=order.transport,
        )

    def do(self, act: Act) -> None:
        """Do something in the call."""
        if self._call is None:
            return
        match act:
            case "hang up":
                self._phone.hang_up(self._call)
            case "press keys":
                self._phone.press(self._call, KEYS)
            case "cancel":
                self._phone.cancel(self._call)
            case "hold":
                self._phone.hold(self._call)
            case "resume":
                self._phone.resume(self._call)
            case "transfer":
                self._phone.transfer(self._call, "sip:300@example.invalid")
            case "register":
                self._phone.register()
            case "call by TLS":
                raise SetupError("the phone calls as it was made to")
            case "call by name":
                raise SetupError("the phone asks no DNS")

    def trouble(self) -> str:
        """Return nothing: it always calls."""
        return ""

    def end(self) -> None:
        """Hang up."""
        call, self._call = self._call, None
        if call is not None and call.state == "answered":
            self._phone.hang_up(call)
