"""PJSIP: the stack of many softphones and PBXs, by its Python binding, in a process of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sipdomain.runtime.process import Process

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PROGRAM: Final = "sipdomain.scenario.peers.pjsip_program"
_HEARD: Final = "heard.wav"


def start(plan: Mapping[str, Any], folder: Path) -> Process:
    """Start PJSIP; what it hears it writes into `folder`.

    Args:
        plan: The fields of `pjsip_program.Plan`, as JSON has them.
        folder: Its own.
    """
    # On the command line every user of the machine would read the password.
    plan_file = folder / "plan.json"
    plan_file.write_text(json.dumps({**plan, "wav": str(folder / _HEARD)}))
    return Process([sys.executable, "-m", PROGRAM, str(plan_file)], folder=folder)


def outcome(output: str) -> dict[str, Any]:
    """Return what came of a plan: the fields of `pjsip_program.Outcome`; nothing when PJSIP crashed."""
    last = next((line for line in reversed(output.splitlines()) if line.startswith("{")), "{}")
    found: dict[str, Any] = json.loads(last)
    return found


def heard(folder: Path) -> npt.NDArray[np.int16]:
    """Return what PJSIP heard, at 8 kHz; nothing when it heard nothing."""
    import numpy as np
    import soundfile

    path = folder / _HEARD
    if not path.exists() or path.stat().st_size == 0:
        return np.zeros(0, np.int16)
    samples: npt.NDArray[np.int16] = soundfile.read(path, dtype="int16")[0]
    return samples
