"""Fuzz one target with atheris: `python -m tests.fuzz TARGET CORPUS [libFuzzer's flags, such as -runs=100000]`.

Without atheris (`pip install sipdomain[fuzz]`) nothing can be fuzzed; the corpus is replayed by `test_corpus.py`.
CORPUS is a folder for what is found on the way, beside which `CORPUS.tools` is made. `TARGET NEW -merge=1 OLD` adds to NEW
what of OLD reaches more.
"""

from __future__ import annotations

import logging
import shlex
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["sipdomain", "dnslib"]):
    import sipdomain.runtime.dns.message  # noqa: F401 - its target imports it late, when nothing is instrumented
    from tests.fuzz.targets import TARGETS

TOKENS = (
    b"\r\n", b"\r\n\r\n", b"\r\n ", b"\n", b'"', b'\\"', b"<", b">", b";", b",", b"=", b"@", b"%00", b"%ff",
    b"\x00", b"\xff", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"SIP/2.0", b"SIP/2.0 200 OK\r\n", b"INVITE ", b"ACK ",
    b"BYE ", b"CANCEL ", b"REGISTER ", b"OPTIONS ", b"sip:", b"sips:", b"tel:", b"[::1]", b"z9hG4bK", b";branch=",
    b";tag=", b";rport", b";received=", b";lr", b"Via: ", b"v: ", b"From: ", b"To: ", b"Call-ID: ", b"CSeq: ",
    b"Contact: *", b"Max-Forwards: 0", b"Expires: 0", b"Content-Length: 0", b"l: 4",
    b"Record-Route: <sip:127.0.0.1;lr>", b"Route: <sip:", b"Require: 100rel", b"Supported: timer",
    b"Session-Expires: 90", b"Proxy-Authorization: Digest ", b"Authorization: Digest ", b'username="alice"',
    b'realm="acme"', b'nonce="', b"qop=auth", b"nc=00000001", b'response="', b"algorithm=MD5", b"stale=true",
    b"m=audio 4000 RTP/AVP 0 101", b"m=audio 4000 RTP/SAVP 0", b"m=video 0 RTP/AVP 31", b"c=IN IP4 127.0.0.1",
    b"c=IN IP6 ::1", b"a=rtpmap:0 PCMU/8000", b"a=rtpmap:101 telephone-event/8000", b"a=inactive", b"a=sendonly",
    b"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:", b"t=0 0", b"<Response>", b"</Response>", b"<Say>",
    b"<Play loop='0'/>", b"<Pause length='9'/>", b"<Redirect/>", b"<Reject/>", b"<Hangup/>", b"<!--", b"-->",
    b"<![CDATA[", b"]]>", b"<?xml version='1.0' encoding='utf-16'?>", b"&amp;", b"&#0;", b"\n%%\n", b"TO-TAG",
    b"BRANCH", b"CALL-ID-OF", b"FROM-TAG", b"SEQUENCE", b"99999999999999999999", b"-1", b"4294967296",
)  # fmt: skip
"""What the fuzzer puts into its inputs, so that it need not find it out byte by byte."""


def main() -> None:
    """Run libFuzzer; it does not return."""
    if len(sys.argv) < 3 or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: python -m tests.fuzz TARGET CORPUS [flags]; the targets: {', '.join(TARGETS)}")
    target, corpus, *flags = sys.argv[1:]
    # The program's own log is no finding, and slows the rest down.
    logging.disable(logging.CRITICAL)
    tools = Path(f"{corpus}.tools")
    tools.mkdir(parents=True, exist_ok=True)
    Path(corpus).mkdir(exist_ok=True)
    arguments = [_again(tools, target), f"-dict={_dictionary(tools)}", "-max_len=4096", corpus, *flags]
    seeds = Path(__file__).parents[2] / "fixtures" / "fuzz" / target
    if seeds.is_dir() and "-merge=1" not in flags:
        arguments.append(str(seeds))
    atheris.Setup(arguments, TARGETS[target])
    atheris.Fuzz()


def _dictionary(tools: Path) -> Path:
    """Write the tokens as libFuzzer reads them."""
    path = Path(tools, "tokens")
    lines = ("".join(f"\\x{byte:02x}" for byte in token) for token in TOKENS)
    path.write_text("".join(f'"{line}"\n' for line in lines))
    return path


def _again(tools: Path, target: str) -> str:
    """Write what libFuzzer runs for each step of a merge: itself, which has to be a program."""
    path = Path(tools, "fuzz").resolve()
    path.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m tests.fuzz {target} {shlex.quote(str(tools))} "$@"\n'
    )
    path.chmod(0o700)
    return str(path)


if __name__ == "__main__":
    main()
