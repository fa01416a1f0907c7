"""What a phone asks the outside to do."""

from __future__ import annotations

from harness.entries import PhoneEvent
from harness.media.outputs import MediaOutput
from harness.sip.outputs import Send

PhoneOutput = Send | MediaOutput | PhoneEvent
