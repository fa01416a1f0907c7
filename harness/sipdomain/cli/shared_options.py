"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from sipdomain.runtime.media.recognition import Mode
from sipdomain.twilio.fidelity.profile import ProfileName

USUAL_HTTP: Final = "http://127.0.0.1:8080"
"""Where an emulator's HTTP listens by default."""

Http = Annotated[str, typer.Option(help="Where the emulator's HTTP listens: the `http=` of its ready line.")]
Token = Annotated[
    str, typer.Option(envvar="SIPDOMAIN_TOKEN", help="What `serve --token` was given, or made and printed.")
]
TokenFile = Annotated[Path | None, typer.Option(help="A file with that token.")]
Profile = Annotated[
    ProfileName, typer.Option(help="Follow the provider's text, or what its live service was seen to do.")
]
Speech = Annotated[bool, typer.Option(help="Say words with a voice, where the extra is installed.")]
Hearing = Annotated[
    Mode,
    typer.Option(
        help="scripted: what our own phones and simulated numbers say is known, others are recognised; acoustic: all are."
    ),
]
HearingModel = Annotated[
    Path | None,
    typer.Option(
        exists=True, file_okay=False, help="Recognise by faster-whisper, with the model in this folder."
    ),
]
Suffix = Annotated[str, typer.Option(help="What every domain's name ends with.")]
