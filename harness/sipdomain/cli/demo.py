"""`sipdomain demo`: one call through everything, in ten seconds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sipdomain.cli.interruption import Interruption
from sipdomain.cli.report_files import ReportFile, words_beside
from sipdomain.cli.shared_options import Speech
from sipdomain.cli.standard_streams import SteadyStream
from sipdomain.mask import masking, printable_lines
from sipdomain.phone.call import PhoneCall
from sipdomain.runtime.worlds.conversation import Turn, conversation, settled

if TYPE_CHECKING:
    from sipdomain.runtime.worlds.live import LiveWorld

USER: Final = "alice"
PASSWORD: Final = "Correct-Horse-42"  # noqa: S105 - of a domain that lives as long as this call
URI: Final = "sip:100@demo.sip.twilio.com"
WAV: Final = Path("sipdomain-demo.wav")
WELCOME: Final = "Welcome to Acme, press one."
ANSWER: Final = "You pressed one, good bye."
_MENU: Final = f"""\
<Response>
  <Gather numDigits="1" action="/menu"><Say>{WELCOME}</Say></Gather>
  <Say>Nothing was pressed.</Say>
</Response>"""
_REPLIES: Final = {"/voice": {"twiml": _MENU}, "/menu": {"say": ANSWER}}
_LIMIT: Final = 20.0
_HEARD: Final = 0.7
"""The correlation from which words count as heard."""
_NEXT: Final = """\
What next:
  sipdomain call --voice-url http://127.0.0.1:5000/voice --keys 1    call a webhook of your own
  sipdomain serve --voice-url http://127.0.0.1:5000/voice --user alice    have a softphone or a PBX call it
  sipdomain run FILE.scenario.yaml    play a scenario, and see exactly what went wrong
"""


def demo(
    wav: Annotated[Path, typer.Option(help="Where to write what the phone heard.")] = WAV,
    speech: Speech = True,
) -> None:
    """Call a webhook application with a phone, both built in; show the ladder, what was heard, and what to do next."""
    from sipdomain.runtime.worlds.live import LiveWorld
    from sipdomain.runtime.worlds.world import PhoneSpec, WorldSpec
    from sipdomain.twilio.configuration.model import parse

    file = ReportFile(wav, "--wav")
    given = {
        "credential_lists": {"staff": {USER: PASSWORD}},
        "domains": {"demo": {"calls": ["staff"], "voice": "/voice", "status": "/status"}},
    }
    spec = WorldSpec(
        configuration=parse(given), replies=_REPLIES, phones={USER: PhoneSpec(USER, PASSWORD)}, speech=speech
    )
    stream = SteadyStream(words_beside(file))
    stream.write(
        f"{USER} calls {URI}: a phone, the cloud and a webhook application, all in this process, over real sockets.\n"
    )
    stream.flush()
    with Interruption() as interruption:
        world = LiveWorld(spec)
        try:
            phone = world.phone(USER)
            placed = phone.dial(URI, headers=[("X-Order", "4711")])
            world.run(conversation(world, phone, placed, [Turn("keys", "1")], _LIMIT, interruption.came))
            world.run(settled(world.is_busy, placed))
            passed = _show(world, placed, file, stream)
        finally:
            world.close()
    if interruption.number:
        raise typer.Exit(interruption.exit_code)
    if not passed:
        raise typer.Exit(1)


def _show(world: LiveWorld, placed: PhoneCall, file: ReportFile, stream: SteadyStream) -> bool:
    from sipdomain.media.match import find
    from sipdomain.media.recording import wav as wav_file
    from sipdomain.report.ladder import ladders, text

    mask = masking({PASSWORD})
    for ladder in ladders(tuple(world.journal), {placed.call_id: USER}):
        stream.write(f"\n{printable_lines(text(ladder, mask=mask, ascii_only=stream.ascii_only))}\n")
    audio = world.heard(placed)
    file.write(wav_file(audio.astype("<i2").tobytes(), 1))
    passed = placed.answered_at is not None
    stream.write("What the phone heard, found in its audio by correlation:\n")
    for words in (WELCOME, ANSWER):
        world.learn(words)
        match = find(audio, world.prompt_samples(words))
        passed = passed and match.correlation >= _HEARD
        stream.write(f"  {match.correlation:.2f}  {words}\n")
    stream.write(f"{len(audio) / 8000:.1f} s of it are in {file.path}\n\n{_NEXT}")
    stream.flush()
    return passed
