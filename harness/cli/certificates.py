"""`sipdomain certificates`: make and export the certificate authority that clients have to trust."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.errors import SetupError
from harness.runtime.certificates import CERTIFICATE_FILE, KEY_FILE, CertificateAuthority, usual_names
from harness.twilio.domain import SUFFIX, is_suffix

FOLDER = Path("sipdomain-ca")


def certificates(
    ca_folder: Annotated[
        Path, typer.Option(help="Where the authority is kept; it is made there when there is none.")
    ] = FOLDER,
    out: Annotated[
        Path | None,
        typer.Option(help="Write ca.pem here, and a server certificate for every domain with its key."),
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="A further name or IP address for it (repeatable).")
    ] = None,
    suffix: Annotated[str, typer.Option(help="What every domain's name ends with.")] = SUFFIX,
) -> None:
    """Make a certificate authority for `serve --ca-folder`, and export what clients and other servers need."""
    if not is_suffix(suffix):
        raise SetupError(f"--suffix needs labels in lower case, such as {SUFFIX} (got {suffix!r})")
    authority = CertificateAuthority.kept_in(ca_folder)
    print(f"authority  {ca_folder / CERTIFICATE_FILE}   for clients to trust")
    print(f"its key    {ca_folder / KEY_FILE}   keep it to yourself")
    if out is not None:
        names = [*usual_names(suffix), "localhost", "127.0.0.1", "::1", *(name or [])]
        for path, purpose in authority.export(out, names):
            print(f"written    {path}   {purpose}")
    print(f"use it     sipdomain serve --ca-folder {ca_folder}")
