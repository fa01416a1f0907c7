"""`sipdomain config pbx`: write the configuration of a PBX, and say what is left to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path
from typing import Final

from sipdomain.cli.addresses import parse_address
from sipdomain.cli.secret_files import secret_of
from sipdomain.errors import SetupError
from sipdomain.pbx.settings import PLACEHOLDER, Settings, Transport
from sipdomain.pbx.vendors import VENDORS
from sipdomain.runtime.files.folders import rewrite_secret
from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.domain_names import full_name, is_domain_name

_USER: Final = re.compile(r"[A-Za-z0-9_.!~*'+-]{1,32}")
"""What every vendor's files can hold of the users that a URI can hold (RFC 3261 section 25.1, unreserved)."""
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def settings_of(
    domain: str,
    suffix: str,
    user: str,
    password_file: Path | None,
    edge: str,
    listen: str,
    transport: Transport,
    authority: Path,
    *,
    srtp: bool,
) -> Settings:
    """Return what a configuration is filled with, from what was typed.

    Raises:
        SetupError: A value is not what its option takes; it names the option.
    """
    whole = full_name(domain, suffix=suffix)
    if not is_domain_name(whole, suffix=suffix):
        raise SetupError(
            f"--domain needs a name below {suffix}, such as demo or demo.{suffix} (got {domain!r})"
        )
    if not _USER.fullmatch(user):
        raise SetupError(f"--user takes 1 to 32 letters, digits and -_.!~*'+ (got {user!r})")
    if srtp and transport != "tls":
        raise SetupError("--srtp needs --tls: a secure domain takes both or none")
    if not str(authority).isprintable() or set(str(authority)) & set(' ;"<>'):
        raise SetupError(f"--ca-folder: a PBX's file cannot hold this name ({str(authority)!r})")
    there, here = _place(edge, "--edge"), _place(listen, "--listen")
    if not _is_ipv4(here.host):
        raise SetupError(
            f"--listen needs an IPv4 address of the PBX and a port, such as 192.0.2.20:5060 (got {listen!r})"
        )
    if here.host.startswith("127.") and not there.host.startswith("127."):
        raise SetupError("--edge is on another machine: say by --listen at which address the PBX listens")
    secret = PLACEHOLDER
    if password_file is not None:
        secret = secret_of("", password_file, "--password", "")
    return Settings(whole, user, secret, there, here, transport, srtp, str(authority / "ca.pem"))


def _place(text: str, flag: str) -> Address:
    found = parse_address(text, flag)
    if not _HOST.fullmatch(found.host) or not 0 < found.port < 65_535:
        raise SetupError(
            f"{flag} needs an IPv4 address or a host name, and a port, such as 192.0.2.10:5060 (got {text!r})"
        )
    return found


def _is_ipv4(host: str) -> bool:
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


def write(name: str, settings: Settings, output: Path | None) -> None:
    """Write the files of a vendor, or print them, and say on standard error what is left to do.

    Args:
        name: The vendor's.
        settings: What they are filled with.
        output: The file, or the folder for several; None to print them.

    Raises:
        SetupError: There is no such vendor, it cannot do what is asked for, or a file cannot be written.
    """
    vendor = VENDORS.get(name)
    if vendor is None:
        raise SetupError(f"`config pbx` knows {', '.join(VENDORS)} (got {name!r})")
    files = vendor.fill(settings)
    if output is None:
        print(printed(files), end="")
    else:
        for path, text in _places(files, output).items():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                rewrite_secret(path, text.encode())
            except OSError as error:
                raise SetupError(f"--output: cannot write {path}: {error.strerror}") from None
            print(f"written   {path}")
    for file, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if PLACEHOLDER in line:
                left = f"put the password of {settings.user} in the place of {PLACEHOLDER}: {file}, line {number}"
                print(left, file=sys.stderr)
    print(f"then      {vendor.next_step}", file=sys.stderr)


def printed(files: Mapping[str, str]) -> str:
    """Return files as they are printed: one as it is, several each below its name."""
    if len(files) == 1:
        return next(iter(files.values()))
    return "\n".join(f"==> {name} <==\n{text}" for name, text in files.items())


def _places(files: Mapping[str, str], output: Path) -> dict[Path, str]:
    if len(files) == 1 and not output.is_dir():
        return {output: next(iter(files.values()))}
    return {output / name: text for name, text in files.items()}
