"""Play an audio file into a call."""

from __future__ import annotations

import mimetypes
from typing import ClassVar

from pydantic import Field

from sipdomain.media.prompts import AudioFile
from sipdomain.media.render import MOST_BYTES
from sipdomain.phone import PhoneCall
from sipdomain.scenario.mismatch import StepError
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.world import PhoneHandle, Script


class Play(InCall):
    """Play a file once the call is answered, behind what is said already, and go on at once; `expect: {said: FILE}` waits.

    A WAV, MP3, AIFF, GSM or µ-law file, as for `<Play>`; its suffix gives its type.
    """

    shorthand: ClassVar[str] = "file"
    purpose: ClassVar[str] = "play a file in"

    file: str = Field(min_length=1, description="The audio file, relative to this file.")

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:  # noqa: ARG002 - as every step
        """Play it."""
        file = stage.folder / self.file
        try:
            with file.open("rb") as opened:
                data = opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise StepError(f"cannot read `{self.file}`: {error.strerror}") from error
        kind = mimetypes.guess_type(file.name)[0] or ""
        phone.play(call, AudioFile(data, kind), self.file)
        yield from ()
