"""What a phone asks the outside to do."""

from __future__ import annotations

from sipdomain.entries import PhoneEvent
from sipdomain.media.outputs import MediaOutput
from sipdomain.sip.outputs import Send

PhoneOutput = Send | MediaOutput | PhoneEvent
