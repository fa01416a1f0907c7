"""A scripted SIP phone: it calls, answers a challenge, presses keys, is put on hold, hangs up.

Everything here takes parsed messages and `now`, and returns what is to be done. It knows nothing of the
emulator: both stand on `harness.sip`, and meet only on the wire.
"""

from __future__ import annotations

from harness.phone.call import PhoneCall
from harness.phone.outputs import PhoneOutput
from harness.phone.phone import Phone
from harness.phone.settings import PhoneSettings

__all__ = ["Phone", "PhoneCall", "PhoneOutput", "PhoneSettings"]
