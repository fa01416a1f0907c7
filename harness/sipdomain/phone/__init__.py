"""A scripted SIP phone: it calls, answers a challenge, presses keys, is put on hold, hangs up.

Everything here takes parsed messages and `now`, and returns what is to be done. It knows nothing of the
emulator: both stand on `sipdomain.sip`, and meet only on the wire.
"""

from __future__ import annotations

from sipdomain.phone.call import PhoneCall
from sipdomain.phone.outputs import PhoneOutput
from sipdomain.phone.phone import Phone
from sipdomain.phone.settings import PhoneSettings

__all__ = ["Phone", "PhoneCall", "PhoneOutput", "PhoneSettings"]
