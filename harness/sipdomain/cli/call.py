"""`sipdomain call`: place one call from the terminal, with the phone that is built in."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Protocol

import typer

from sipdomain.cli.addresses import parse_address, parse_url
from sipdomain.cli.certificates import usual_folder
from sipdomain.cli.interruption import Interruption
from sipdomain.cli.report_files import ReportFile, words_beside
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.shared_options import Speech
from sipdomain.cli.standard_streams import SteadyStream, write_error
from sipdomain.cli.turns import turns_in_order
from sipdomain.errors import LocalProtocolError, RemoteProtocolError, SetupError
from sipdomain.journal import Journal
from sipdomain.mask import masking, printable_lines
from sipdomain.phone.call import PhoneCall
from sipdomain.phone.settings import PhoneSettings
from sipdomain.runtime.worlds.conversation import Place, conversation, settled
from sipdomain.runtime.worlds.phone_handle import PhoneHandle
from sipdomain.runtime.worlds.world import Script, T
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.uri import parse_uri

if TYPE_CHECKING:
    from sipdomain.runtime.tls.certificates import CertificateAuthority

PHONE: Final = "phone"
USER: Final = "alice"
USUAL_URI: Final = "sip:100@demo.sip.twilio.com"
_THROWAWAY_PASSWORD: Final = "Correct-Horse-42"  # noqa: S105 - of a domain that lives as long as this call
_KEYS: Final = re.compile(r"[0-9A-Da-d*#]+")


class Room(Place, Protocol):
    """Where a call takes place, as this command needs it."""

    journal: Journal

    def run(self, script: Script[T]) -> T:
        """Drive a script to its end."""

    def close(self) -> None:
        """Close everything."""


@dataclass(frozen=True, slots=True)
class _Line:
    """Where the call takes place, who calls, whether the emulator has more to do with it, and where one is elsewhere."""

    room: Room
    phone: PhoneHandle
    is_busy: Callable[[str], bool]
    cloud: str = ""


def call(
    uri: Annotated[str, typer.Argument(help=f"Whom to call; {USUAL_URI} by default.")] = "",
    voice_url: Annotated[
        str,
        typer.Option(
            envvar="SIPDOMAIN_VOICE_URL",
            help="Call an emulator that is made for this call only, and asks this URL for TwiML.",
        ),
    ] = "",
    sip: Annotated[
        str, typer.Option(help="The emulator to call, without --voice-url; 127.0.0.1:5060 by default.")
    ] = "",
    user: Annotated[str, typer.Option(help="Who calls.")] = USER,
    password: Annotated[
        str, typer.Option(envvar="SIPDOMAIN_PASSWORD", help="Its password, when the emulator asks for one.")
    ] = "",
    password_file: Annotated[Path | None, typer.Option(help="A file with that password.")] = None,
    transport: Annotated[Literal["udp", "tcp", "tls"], typer.Option(help="What carries SIP.")] = "udp",
    ca_folder: Annotated[
        Path | None, typer.Option(help="Whose certificates are trusted over TLS; as for `serve`.")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option(help="A header field of the INVITE, 'Name: value' (repeatable).")
    ] = None,
    say: Annotated[
        list[str] | None,
        typer.Option(
            help="Say this once the other side has fallen silent (repeatable, in turn with --keys)."
        ),
    ] = None,
    keys: Annotated[
        list[str] | None, typer.Option(help="Press these keys, likewise: 0-9, *, #, A-D.")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Write what was heard to this WAV file.")] = None,
    limit: Annotated[
        float, typer.Option(min=1.0, max=3600.0, help="Hang up so many seconds after the answer.")
    ] = 30.0,
    profile: Annotated[
        Literal["documented", "observed"],
        typer.Option(
            help="With --voice-url: follow the provider's text, or what its live service was seen to do."
        ),
    ] = "documented",
    speech: Speech = True,
) -> None:
    """Place one call; print its ladder, what was said and what the webhook was asked; exit 1 when it is not answered."""
    password = secret_of(password, password_file, "--password", "SIPDOMAIN_PASSWORD")
    headers = [_header(each) for each in header or []]
    for each in keys or []:
        if not _KEYS.fullmatch(each):
            raise SetupError(f"--keys takes 0-9, *, # and A-D (got {each!r})")
    turns = turns_in_order(sys.argv[2:], say or [], [each.upper() for each in keys or []])
    if voice_url:
        # A path would be one of the application that comes with us, which is not what anybody calls.
        parse_url(voice_url, "--voice-url", "http://127.0.0.1:5000/voice")
    if voice_url and sip:
        raise SetupError("--sip names an emulator that runs, and --voice-url makes one: keep one of them")
    target = uri or USUAL_URI
    domain = _domain(target)
    try:
        parse_uri(f"sip:{user}@{domain}")
    except RemoteProtocolError as error:
        raise SetupError(f"--user needs what may stand before the @ of a SIP URI (got {user!r})") from error
    file = ReportFile(record, "--record") if record is not None else None
    if voice_url:
        make = _throwaway(domain, voice_url, user, password, transport, profile, speech=speech)
    else:
        make = _elsewhere(domain, sip, user, password, transport, ca_folder, speech=speech)
    with Interruption() as interruption, make as line:
        placed = _place(line, target, headers)
        try:
            line.room.run(conversation(line.room, line.phone, placed, turns, limit, interruption.came))
        except LocalProtocolError as error:
            write_error(f"error: {error}")
        line.room.run(settled(line.is_busy, placed))
        _report(line, placed, file, throwaway=bool(voice_url), secrets={password, _THROWAWAY_PASSWORD} - {""})
    if interruption.number:
        raise typer.Exit(interruption.exit_code)
    if placed.answered_at is None or placed.state == "failed":
        raise typer.Exit(1)


def _place(line: _Line, target: str, headers: Sequence[tuple[str, str]]) -> PhoneCall:
    try:
        return line.phone.dial(target, headers=headers)
    except LocalProtocolError as error:
        raise SetupError(str(error)) from error


def _domain(uri: str) -> str:
    try:
        return parse_uri(uri).host
    except RemoteProtocolError as error:
        raise SetupError(f"not a URI to call: {uri!r}: {error}; write such as {USUAL_URI}") from None


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not TOKEN.fullmatch(name.strip()):
        raise SetupError(f"--header needs 'Name: value' (got {text!r})")
    return name.strip(), value.strip()


@contextmanager
def _throwaway(
    domain: str, voice_url: str, user: str, password: str, transport: str, profile: str, *, speech: bool
) -> Iterator[_Line]:
    from sipdomain.runtime.worlds.live import LiveWorld
    from sipdomain.runtime.worlds.world import PhoneSpec, WorldSpec
    from sipdomain.twilio.configuration.model import ConfigurationError, parse

    secret = password or _THROWAWAY_PASSWORD
    given = {
        "credential_lists": {"callers": {user: secret}},
        "domains": {domain: {"calls": ["callers"], "voice": voice_url}},
    }
    try:
        world = LiveWorld(
            WorldSpec(
                configuration=parse(given),
                phones={PHONE: PhoneSpec(user, secret, transport=transport)},
                profile="observed" if profile == "observed" else "documented",
                speech=speech,
            )
        )
    except ConfigurationError as error:
        raise SetupError(f"{'.'.join(map(str, error.path))}: {error.message}") from error
    try:
        yield _Line(world, world.phone(PHONE), world.is_busy)
    finally:
        world.close()


@contextmanager
def _elsewhere(
    domain: str, sip: str, user: str, password: str, transport: str, ca_folder: Path | None, *, speech: bool
) -> Iterator[_Line]:
    from sipdomain.runtime.worlds.lone_phone import LonePhone, address_towards

    peer = parse_address(sip or ("127.0.0.1:5061" if transport == "tls" else "127.0.0.1:5060"), "--sip")
    settings = PhoneSettings(
        name=PHONE, user=user, domain=domain, username=user, password=password,
        local=address_towards(peer), proxy=peer, transport=transport,
    )  # fmt: skip
    room = LonePhone(settings, lambda: _authority(ca_folder), speech=speech)
    try:
        yield _Line(room, room.handle, lambda _: False, str(peer))
    finally:
        room.close()


def _authority(folder: Path | None) -> CertificateAuthority:
    from sipdomain.runtime.tls.certificates import CertificateAuthority

    return CertificateAuthority.kept_in(folder or usual_folder())


def _report(
    line: _Line, placed: PhoneCall, file: ReportFile | None, *, throwaway: bool, secrets: set[str]
) -> None:
    from sipdomain.media.recording import wav
    from sipdomain.report.ladder import ladders, text
    from sipdomain.report.transcript import text as transcript_text
    from sipdomain.report.webhooks import webhooks
    from sipdomain.transcript import transcripts

    stream = SteadyStream(words_beside(file))
    entries = tuple(line.room.journal)
    mask = masking(secrets)
    for ladder in ladders(entries, {placed.call_id: "call"}, line.cloud):
        stream.write(printable_lines(text(ladder, mask=mask, ascii_only=stream.ascii_only)) + "\n")
    said = [transcript_text(each, "call", mask=mask) for each in transcripts(entries)]
    for part in ("\n".join(said), "\n".join(webhooks(entries, mask))):
        if part:
            stream.write(f"\n{part}\n")
    audio = line.room.heard(placed)
    stream.write(f"\n{_outcome(placed)}; {len(audio) / 8000:.1f} s of audio heard\n")
    if file is not None:
        file.write(wav(audio.astype("<i2").tobytes(), 1))
        stream.write(f"written to {file.path}\n")
    if not throwaway:
        stream.write(f"what the emulator decided: sipdomain explain {placed.call_id}\n")
    stream.flush()


def _outcome(placed: PhoneCall) -> str:
    if placed.answered_at is None:
        return (
            f"{placed.state}: {placed.final_status}" if placed.final_status else f"{placed.state}: no answer"
        )
    by = {"us": "the phone hung up", "them": "the cloud hung up"}.get(placed.ended_by, placed.state)
    lasted = (placed.ended_at or placed.answered_at) - placed.answered_at
    return f"answered, and {by} after {lasted:.1f} s"
