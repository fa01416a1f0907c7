"""The messages of RFC 4475 and RFC 5118, each as it comes over the wire, and what the emulator makes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sipdomain.entries import Registered
from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.codec import check, parse
from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.framing import StreamFramer
from sipdomain.sip.message import Request, Response
from tests.unit.twilio.bench import ACCOUNT, EPOCH, PASSWORD, Bench, flow

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures/sip/torture"
PAGE = ROOT / "docs/reference/torture.md"
SOURCE = "192.0.2.1"


@dataclass(frozen=True)
class Case:
    """One message.

    Attributes:
        name: Its file.
        statuses: The answers that it gets, in order; none when it is let go.
        asked: What the RFC asks for.
        why: Where that leaves a choice, or the service differs: what was chosen, and why.
        fields: Header fields of the last answer.
        domain: The domain that takes the call.
    """

    name: str
    statuses: tuple[int, ...]
    asked: str
    why: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    domain: str = "example.com"


ALLOW = ("allow", "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY")
NOTHING = "nothingSupportsThis"
ANSWERED = (100, 180, 200)
RFC4475 = (
    Case("wsinv", (481,), "well-formed", "the tag in To names a dialog that does not exist"),
    Case("intmeth", (501,), "501 with Allow", fields=(ALLOW,)),
    Case("esc01", ANSWERED, "well-formed", domain="example.net"),
    Case("escnull", (407,), "well-formed: two bindings", "a REGISTER is asked for credentials first; see below"),
    Case("esc02", (501,), "501: % is not an escape in a method", fields=(ALLOW,)),
    Case("lwsdisp", (200,), "well-formed"),
    Case("longreq", ANSWERED, "well-formed"),
    Case("dblreq", (407,), "the REGISTER; what follows it in the datagram is not a message"),
    Case("semiuri", (200,), "well-formed"),
    Case("transports", (200,), "well-formed"),
    Case("mpart01", (405,), "well-formed", "the service takes no MESSAGE", (ALLOW,)),
    Case("unreason", (), "well-formed", "a response to no request of ours"),
    Case("noreason", (), "well-formed", "a response to no request of ours"),
    Case("badinv01", (400,), "400"),
    Case("clerr", (400,), "400 over UDP"),
    Case("ncl", (400,), "400"),
    Case("scalar02", (400,), "400"),
    Case("scalarlg", (), "discarded"),
    Case("quotbal", (400,), "400"),
    Case("ltgtruri", (400,), "400, or the brackets let be"),
    Case("lwsruri", (400,), "400, or the blank let be"),
    Case("lwsstart", (400,), "400, or the blanks let be"),
    Case("trws", (200,), "400, or the blanks let be", "let be: nothing can be misread"),
    Case("escruri", (400,), "400, or the header fields let be"),
    Case("baddate", ANSWERED, "400, or Date let be", "let be: nobody looks at Date"),
    Case("regbadct", (407,), "400", "a REGISTER is asked for credentials first; with them it gets 400"),
    Case("badaspec", (200,), "400, or the blanks let be", "let be: nothing can be misread"),
    Case("baddn", (400,), "400, or the names guessed", "it lacks the empty line after the header fields, too"),
    Case("badvers", (505,), "505"),
    Case("mismatch01", (400,), "400"),
    Case("mismatch02", (501,), "501, or 400", fields=(ALLOW,)),
    Case("bigcode", (), "discarded"),
    Case("badbranch", (200,), "answered, matched as RFC 2543 does"),
    Case("insuf", (400,), "400"),
    Case("unkscm", (416,), "416"),
    Case("novelsc", (416,), "416"),
    Case("unksm2", (407,), "404, or 400", "a REGISTER is asked for credentials first"),
    Case(
        "bext01", (420,), "420 with Unsupported", "the edge is a proxy too: both header fields are named",
        (("unsupported", f"{NOTHING}, {NOTHING}Either, noProxiesSupportThis, norDoAnyProxiesSupportThis"),),
    ),
    Case("invut", (100, 415), "415 with Accept", fields=(("accept", "application/sdp"),)),
    Case("regaut01", (407,), "a challenge, as if it had no credentials", "407: so the service challenges REGISTER"),
    Case("multi01", (400,), "400"),
    Case("mcl01", (400,), "400"),
    Case("bcast", (), "discarded"),
    Case("zeromf", (200,), "483, or answered", "the edge answers OPTIONS itself"),
    Case("cparam01", (407,), "well-formed: a parameter of the Contact", "as escnull"),
    Case("cparam02", (407,), "well-formed: a parameter of the URI", "as escnull"),
    Case("regescrt", (407,), "well-formed: the Route belongs to the URI", "as escnull"),
    Case("sdp01", (100, 406), "406"),
    Case(
        "inv2543", (100, 400), "well-formed, as of RFC 2543",
        "without a Contact the service cannot send BYE: 32105",
        (("x-twilio-error", "32105 Contact header is not usable"),),
    ),
)  # fmt: skip
RFC5118 = (
    Case("ipv6-good", (407,), "well-formed", "a REGISTER is asked for credentials first"),
    Case("ipv6-bad", (400,), "400"),
    Case("port-ambiguous", (407,), "well-formed: 5070 is of the address", "as ipv6-good"),
    Case("port-unambiguous", (407,), "well-formed: 5070 is the port", "as ipv6-good"),
    Case("via-received-param-with-delim", (481,), "well-formed", "a BYE of no dialog"),
    Case("via-received-param-no-delim", (200,), "well-formed"),
    Case("ipv6-in-sdp", (100, 488), "well-formed", "the offer has no codec of the service's"),
    Case("mult-ip-in-header", (481,), "well-formed", "a BYE of no dialog"),
    Case("mult-ip-in-sdp", ANSWERED, "well-formed: IPv4 audio, IPv6 video"),
    Case("ipv4-mapped-ipv6", (100, 488), "well-formed", "the offer has no codec of the service's"),
    Case("ipv6-bug-abnf-3-colons", (200,), "let be, though no address"),
    Case("ipv6-correct-abnf-2-colons", (200,), "well-formed"),
)
CASES = [("rfc4475", case) for case in RFC4475] + [("rfc5118", case) for case in RFC5118]


def message_of(folder: str, name: str) -> bytes:
    return (FOLDER / folder / f"{name}.dat").read_bytes()


def bench_for(domain: str, *users: str) -> Bench:
    """Return an emulator with that domain, which takes calls from one address and registrations of users."""
    bench = Bench(suffix=domain.rpartition(".")[2], default_domain=domain)
    made = bench.domain(domain, users=None, addresses=[SOURCE], sip_registration=True)
    listed = bench.store.credential_lists.create(ACCOUNT, "phones", now=EPOCH)
    for user in users:
        bench.store.credential_lists.add(ACCOUNT, listed.sid, user, password=PASSWORD, now=EPOCH)
    bench.store.map_list(ACCOUNT, made.sid, listed.sid, "registrations", now=EPOCH)
    return bench


def arrive(bench: Bench, data: bytes) -> list[Response]:
    """Let a message arrive as its Via says; return the answers."""
    head = data.partition(b"\r\n\r\n")[0]
    transport = "tcp" if re.search(rb"SIP/2\.0/T(CP|LS)", head) else "udp"
    before = len(bench.sent)
    try:
        bench.receive(data, flow(SOURCE, 5060, transport))
    except RemoteProtocolError:
        assert data.startswith(b"SIP/2.0 4294967301 ")  # The only one that is no message at all.
    answers = [parse(sent) for _, _, sent in bench.sent[before:]]
    for answer in answers:
        assert isinstance(answer, Response)
    return [answer for answer in answers if isinstance(answer, Response)]


@pytest.mark.parametrize(("folder", "case"), CASES, ids=[case.name for _, case in CASES])
def test_a_message_gets_the_answer_that_the_rfc_asks_for(folder: str, case: Case) -> None:
    bench = bench_for(case.domain)
    data = message_of(folder, case.name)
    answers = arrive(bench, data)
    assert tuple(answer.status for answer in answers) == case.statuses
    for name, value in case.fields:
        assert answers[-1].require(name) == value
    if answers and "via" in answers[-1].headers and case.name not in {"badinv01", "badvers", "insuf"}:
        asked = parse(data)
        for name in ("from", "call-id", "cseq"):
            assert answers[-1].headers.get(name) == asked.headers.get(name)
        if case.name not in {"multi01", "quotbal", "baddn", "scalar02"}:
            check(answers[-1])
    bench.settle()


def test_every_message_is_in_the_table_and_every_row_has_its_message() -> None:
    for folder, cases, number in (("rfc4475", RFC4475, 49), ("rfc5118", RFC5118, 12)):
        assert len(cases) == number
        assert {case.name for case in cases} == {path.stem for path in (FOLDER / folder).glob("*.dat")}


def test_the_page_has_the_table() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for _, case in CASES:
        answer = ", ".join(map(str, case.statuses)) or "none"
        assert f"| {case.name} | {case.asked} | {answer} | {case.why} |" in lines


REGISTERED = {
    "escnull": ("alice", ["<sip:%00@host5.example.com>", "<sip:%00%00@host5.example.com>"]),
    "dblreq": ("j.user", ["<sip:j.user@host.example.com>"]),
    "cparam01": ("watson", ["<sip:+19725552222@gw1.example.net>;unknownparam"]),
    "cparam02": ("watson", ["<sip:+19725552222@gw1.example.net;unknownparam>"]),
    "regescrt": ("user", ["<sip:user@example.com?Route=%3Csip:sip.example.com%3E>"]),
    "regaut01": ("j.user", []),
}
REFUSED = {"regbadct": ("user", 400), "unksm2": ("user", 403)}


def register(bench: Bench, name: str, user: str) -> Response:
    """Send a REGISTER, then again with the credentials that its 407 asks for."""
    # No user may have a control character in his name: only the Contacts keep their NULs.
    data = message_of("rfc4475", name).replace(b"null-%00-null", user.encode())
    (asked,) = arrive(bench, data)
    challenge = Challenge.parse(asked.require("proxy-authenticate"))
    found = answer_challenge(
        challenge, method="REGISTER", uri="sip:example.com", username=user, password=PASSWORD, cnonce="c"
    )
    field = f"\r\nProxy-Authorization: {found}\r\nCall-ID: ".encode()
    data = re.sub(rb"\r\n(?:Call-ID|I): ", lambda _: field, data, count=1)
    (answer,) = arrive(bench, data.replace(b"branch=z9hG4bK", b"branch=z9hG4bK-again-", 1))
    return answer


@pytest.mark.parametrize(
    ("name", "user", "contacts"), [(k, *v) for k, v in REGISTERED.items()], ids=REGISTERED
)
def test_a_well_formed_register_with_credentials_makes_its_bindings(
    name: str, user: str, contacts: list[str]
) -> None:
    bench = bench_for("example.com", user)
    assert register(bench, name, user).status == 200
    assert sorted(each.contact for each in bench.journal(Registered)) == sorted(contacts)


@pytest.mark.parametrize(("name", "user", "status"), [(k, *v) for k, v in REFUSED.items()], ids=REFUSED)
def test_a_bad_register_with_credentials_is_refused(name: str, user: str, status: int) -> None:
    bench = bench_for("example.com", user)
    assert register(bench, name, user).status == status
    assert bench.journal(Registered) == []


def test_every_via_of_a_request_comes_back_in_its_order() -> None:
    (answer,) = arrive(bench_for("example.com"), message_of("rfc4475", "transports"))
    hosts = [value.split(" ")[1].split(";")[0] for value in answer.headers.all("via")]
    assert hosts == ["t1.example.com", "t2.example.com", "t3.example.com", "t4.example.com", "t5.example.com"]


def test_two_requests_with_a_bare_cookie_for_a_branch_are_not_one() -> None:
    bench = bench_for("example.com")
    data = message_of("rfc4475", "badbranch")
    first, again = arrive(bench, data)[0], arrive(bench, data)[0]
    (other,) = arrive(bench, data.replace(b"CSeq: 8", b"CSeq: 9"))
    assert bytes(first) == bytes(again)
    assert other.to.tag != first.to.tag


def test_a_route_in_a_request_uri_is_not_followed() -> None:
    bench = bench_for("example.com")
    arrive(bench, message_of("rfc4475", "escruri"))
    assert [sent[1].remote.host for sent in bench.sent] == [SOURCE]
    assert bench.refusal.got == f"header fields in the Request-URI, from {SOURCE}:5060"


@pytest.mark.parametrize("name", ["wsinv", "lwsdisp", "esc02", "dblreq", "badvers", "unreason"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b""], ids=["CRLF", "LF", "within a line"])
def test_a_datagram_that_ends_before_the_empty_line_gets_400(name: str, end: bytes) -> None:
    head = message_of("rfc4475", name).partition(b"\r\n\r\n")[0]
    answers = arrive(bench_for("example.com"), head + end)
    # Another version is refused before its form is looked at; a response is discarded.
    assert [each.status for each in answers] == {"badvers": [505], "unreason": []}.get(name, [400])
    if name not in {"badvers", "unreason"}:
        assert answers[0].reason == "Bad Request - no empty line after the header fields"


def test_baddn_with_an_empty_line_gets_400_for_its_names() -> None:
    (answer,) = arrive(bench_for("example.com"), message_of("rfc4475", "baddn") + b"\r\n")
    assert answer.status == 400
    assert "From" in answer.reason or "Bell" in answer.reason


def test_the_length_of_multi01_is_that_of_its_body() -> None:
    """It ends with an empty line, as do mcl01 and what follows the REGISTER of dblreq."""
    head, _, body = message_of("rfc4475", "multi01").partition(b"\r\n\r\n")
    assert b"\r\nl: 154\r\n" in head
    assert len(body) == 154
    for name in ("multi01", "mcl01", "dblreq"):
        assert message_of("rfc4475", name).endswith(b"\r\n\r\n")


# --- on a stream ---------------------------------------------------------------------------------------------


def test_on_a_stream_two_requests_in_one_segment_are_two() -> None:
    found = StreamFramer().feed(message_of("rfc4475", "dblreq"))
    methods = [message.method for message in map(parse, found[:2]) if isinstance(message, Request)]
    assert methods == ["REGISTER", "INVITE"]
    # Its Content-Length is three short of its body: what is left begins no message yet.
    assert found[2:] == []


def test_on_a_stream_a_body_that_is_announced_is_waited_for() -> None:
    framer = StreamFramer()
    data = message_of("rfc4475", "clerr")
    assert framer.feed(data) == []
    assert framer.buffered == len(data)


@pytest.mark.parametrize("name", ["ncl", "inv2543", "badvers"])
def test_on_a_stream_a_length_that_cannot_be_read_ends_it(name: str) -> None:
    data = message_of("rfc4475", name)
    framer = StreamFramer()
    if name == "badvers":
        assert framer.feed(data) == [data]  # Its length can be read, whatever its version.
    else:
        with pytest.raises(RemoteProtocolError, match="Content-Length"):
            framer.feed(data)


@pytest.mark.parametrize("name", ["wsinv", "intmeth", "longreq", "mpart01", "esc02", "unreason"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_on_a_stream_a_message_in_pieces_is_the_same_message(name: str, size: int) -> None:
    data = message_of("rfc4475", name)
    framer = StreamFramer()
    found = [each for at in range(0, len(data), size) for each in framer.feed(data[at : at + size])]
    assert found == [data]
