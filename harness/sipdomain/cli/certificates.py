"""`sipdomain certificates`: make and export the certificate authority that clients have to trust."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sipdomain.cli.labels import about
from sipdomain.cli.report_files import refuse_output
from sipdomain.cli.shared_options import Suffix
from sipdomain.errors import SetupError
from sipdomain.runtime.files.folders import state_folder
from sipdomain.runtime.tls.certificates import CERTIFICATE_FILE, KEY_FILE, CertificateAuthority, usual_names
from sipdomain.twilio.names.domain_names import SUFFIX, is_suffix


def usual_folder() -> Path:
    """Return where the authority is kept when nobody says where; raises SetupError."""
    return state_folder() / "ca"


def certificates(
    ca_folder: Annotated[
        Path | None,
        typer.Option(
            help="Where the authority is kept, and made when there is none; ~/.local/state/sipdomain/ca by default."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write ca.pem here, and a server certificate for every domain with its key."),
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="A further name or IP address for it (repeatable).")
    ] = None,
    unconstrained: Annotated[
        bool,
        typer.Option(
            "--unconstrained",
            help="Make one that can vouch for any name, for phones whose TLS knows no name constraints.",
        ),
    ] = False,
    suffix: Suffix = SUFFIX,
) -> None:
    """Make a certificate authority for `serve --ca-folder`, and export what clients and other servers need."""
    refuse_output(ca_folder, "--ca-folder")
    refuse_output(out, "--out")
    if not is_suffix(suffix):
        raise SetupError(f"--suffix needs labels in lower case, such as {SUFFIX} (got {suffix!r})")
    folder = ca_folder or usual_folder()
    names = [*usual_names(suffix), "localhost", "127.0.0.1", "::1", *(name or [])]
    with about("--ca-folder"):
        authority = CertificateAuthority.kept_in(folder, names, constrained=not unconstrained)
    print(f"authority  {folder / CERTIFICATE_FILE}   for clients to trust")
    print(f"its key    {folder / KEY_FILE}   keep it to yourself")
    if out is not None:
        with about("--out"):
            written = authority.export(out, names)
        for path, purpose in written:
            print(f"written    {path}   {purpose}")
    print(f"use it     sipdomain serve --ca-folder {folder}")
