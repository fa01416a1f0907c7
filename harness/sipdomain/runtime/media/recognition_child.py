"""The child process that understands speech: by PocketSphinx, or by faster-whisper with a model that the user has.

A request is one line of JSON, `{"hints": […], "language": "en-US"}`, and 16-bit samples at 8 kHz; a reply is JSON,
`{"text": …, "confidence": …}`. Nothing is ever downloaded.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sipdomain.runtime.media.replies import serve_standard_input, take_over

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

RATE: Final = 8_000
_RATE: Final = 16_000
"""What both recognisers are trained on; 8 kHz are brought to that."""
_LEAD: Final = 0.2
"""Seconds of silence that PocketSphinx is given before and after: it cuts off first words without."""
_WORD: Final = re.compile(r"[a-z][a-z'.-]*|[0-9]")
_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MOST_GRAMMARS: Final = 16

Recogniser = Callable[["Floats", list[str], str], tuple[str, float]]
"""Takes samples at 16 kHz between -1 and 1, hints and a language; returns the words, and from 0 to 1 how sure they are."""


def main() -> None:
    """Serve until stdin ends; the argument is a model's folder for faster-whisper, or nothing for PocketSphinx."""
    replies = take_over()
    folder = sys.argv[1] if len(sys.argv) > 1 else ""
    serve_standard_input(answering(_Late(folder)), replies)


def answering(recognise: Recogniser) -> Callable[[bytes], bytes]:
    """Return what answers requests by a recogniser."""

    def answer(data: bytes) -> bytes:
        import numpy as np
        import soxr

        head, _, audio = data.partition(b"\n")
        asked = json.loads(head)
        samples = np.frombuffer(audio, np.int16).astype(np.float32) / 32_768
        samples = soxr.resample(samples, RATE, _RATE)
        text, confidence = recognise(samples, asked["hints"], asked["language"])
        return json.dumps({"text": text, "confidence": confidence}).encode()

    return answer


class _Late:
    """Loads a recogniser with the first request, so that what is wrong with it is the answer."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._made: Recogniser | None = None

    def __call__(self, samples: Floats, hints: list[str], language: str) -> tuple[str, float]:
        if self._made is None:
            self._made = whisper(Path(self._folder)) if self._folder else PocketSphinx()
        return self._made(samples, hints, language)


def words_in(hint: str) -> list[str]:
    """Return the words of a hint as the dictionary spells them: small letters, and digits as words."""
    return [_DIGITS[int(each)] if each.isdigit() else each for each in _WORD.findall(hint.lower())]


def grammar(phrases: Iterable[list[str]]) -> str:
    """Return a grammar in JSGF of these phrases, one or several in a row."""
    choices = " | ".join(" ".join(each) for each in phrases)
    return f"#JSGF V1.0; grammar hints; public <said> = ( {choices} )+;"


class PocketSphinx:
    """English, by a grammar made of the hints, or by its language model where there are none."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._free: Any = None
        self._bound: Any = None
        self._names: dict[str, str] = {}
        self._count = 0

    def __call__(self, samples: Floats, hints: list[str], language: str) -> tuple[str, float]:
        """Return what is understood, as `Recogniser` says.

        Raises:
            ValueError: The language is another one.
        """
        if not language.lower().startswith("en"):
            raise ValueError(f"PocketSphinx understands English, not {language}")
        import numpy as np

        lead = np.zeros(round(_LEAD * _RATE), np.int16)
        audio = np.concatenate([lead, (samples * 32_767).clip(-32_768, 32_767).astype(np.int16), lead])
        decoder = self._decoder(hints)
        decoder.start_utt()
        decoder.process_raw(audio.tobytes(), no_search=False, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        if found is None:
            return "", 0.0
        return found.hypstr, min(1.0, found.best_score)

    def _decoder(self, hints: list[str]) -> Any:
        from pocketsphinx import Decoder

        if self._bound is None:
            self._bound = Decoder(samprate=float(_RATE), loglevel="FATAL", lm=None)
        phrases = [
            words for words in map(words_in, hints) if words and all(map(self._bound.lookup_word, words))
        ]
        if not phrases:
            self._free = self._free or Decoder(samprate=float(_RATE), loglevel="FATAL")
            return self._free
        text = grammar(phrases)
        name = self._names.get(text)
        if name is None:
            if len(self._names) >= _MOST_GRAMMARS:
                self._bound.remove_search(self._names.pop(next(iter(self._names))))
            self._count += 1
            name = self._names[text] = f"hints-{self._count}"
            self._bound.add_jsgf_string(name, text)
        self._bound.activate_search(name)
        return self._bound


def whisper(folder: Path) -> Recogniser:
    """Return faster-whisper with the model in a folder.

    Raises:
        ValueError: The extra is not installed, or the folder has no model.
    """
    if not (folder / "model.bin").is_file():
        raise ValueError(f"{folder} has no model.bin: it must be the folder of a model for faster-whisper")
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise ValueError(f"no faster-whisper: pip install 'sipdomain[whisper]' ({error})") from error
    # A folder is never looked up on a hub; `local_files_only` says so once more.
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)

    def recognise(samples: Floats, hints: list[str], language: str) -> tuple[str, float]:
        segments, _ = model.transcribe(
            samples, language=language.partition("-")[0].lower(), hotwords=" ".join(hints) or None,
            word_timestamps=True, beam_size=1, temperature=0.0, condition_on_previous_text=False,
        )  # fmt: skip
        words = [each for segment in segments for each in segment.words or ()]
        likely = sum(each.probability for each in words) / len(words) if words else 0.0
        return " ".join(each.word.strip() for each in words), likely

    return recognise


if __name__ == "__main__":
    main()
