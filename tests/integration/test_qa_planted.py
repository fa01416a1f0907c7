"""Each mistake in a configuration of SIPp, baresip, PJSIP or Kamailio is found, and none in the good ones."""

from __future__ import annotations

import pickle
from collections import Counter
from pathlib import Path

import pytest

from sipdomain.qa.seen import Seen
from tests.integration.planted import (
    Caller,
    Place,
    baresip,
    by_pjsip,
    failures,
    kamailio,
    seen_of,
    sipp,
    verdicts,
)
from tests.once import once_a_run

DOMAIN = "demo.sip.twilio.com"
REQUEST = f"sip:[service]@{DOMAIN} SIP/2.0"
BODY = """\
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=- 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
"""
EVENTS = "a=fmtp:101 0-15"
KEY = "\n      a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
BARESIP_CODECS = "audio_codecs=PCMU/8000,PCMA/8000"
AUTO = ";answermode"
FIXED = """\
onreply_route {
    if (is_method("INVITE")) fix_nated_contact();
}

failure_route[SIPDOMAIN]"""
UNHEARD = {"symmetric-rtp", "media-address", "payload-numbers"}
"""What cannot be told of a program that sends no audio, as baresip with a bridge in place of a microphone."""
CONTACT = "<sip:alice@[local_ip]:[local_port];transport=[transport]>"


def caller(name: str, place: Place, *found: str) -> Caller:
    return Caller(name, place, frozenset(found))


SIPP = (
    caller("sipp-good", sipp("sipp-good")),
    caller("no-name", sipp("no-name", (REQUEST, "sip:[service]@sip.twilio.com SIP/2.0")), "request-uri"),
    caller("address", sipp("address", (REQUEST, "sip:[service]@127.0.0.1 SIP/2.0")), "request-uri"),
    caller("trunk", sipp("trunk", (REQUEST, "sip:[service]@demo.pstn.twilio.com SIP/2.0")), "request-uri"),
    caller(
        "account",
        sipp("account", ("username=alice", "username=AC00000000000000000000000000000000")),
        "digest",
    ),
    caller(
        "no-credentials",
        sipp(
            "no-credentials", ("[authentication username=alice password=Correct-Horse-42]", "Subject: call")
        ),
        "answers-407",
    ),
    caller("auth-uri", sipp("auth-uri", auth_uri="127.0.0.1:5060"), "digest"),
    caller("sips", sipp("sips", (CONTACT, CONTACT.replace("sip:", "sips:"))), "no-sips"),
    caller(
        "strict-route",
        sipp(
            "strict-route",
            (
                "Max-Forwards: 70\n      From",
                "Max-Forwards: 70\n      Route: <sip:127.0.0.1:5060>\n      From",
            ),
        ),
        "loose-route",
    ),
    caller(
        "localhost",
        sipp("localhost", ("@[local_ip]:[local_port];transport", "@localhost:[local_port];transport")),
        "contact",
    ),
    caller("few-hops", sipp("few-hops", ("Max-Forwards: 70", "Max-Forwards: 5")), "max-forwards"),
    caller("no-rport", sipp("no-rport", (";rport", "")), "rport"),
    caller("late-offer", sipp("late-offer", (BODY, "      Content-Length: 0\n\n")), "early-offer"),
    caller(
        "other-codecs",
        sipp(
            "other-codecs",
            ("RTP/AVP 0 101", "RTP/AVP 18 101"),
            ("a=rtpmap:0 PCMU/8000", "a=rtpmap:18 G729/8000"),
        ),
        "codecs",
    ),
    caller(
        "srtp-optional",
        sipp("srtp-optional", ("RTP/AVP 0", "RTP/SAVP 0"), (EVENTS, EVENTS + KEY)),
        "media-profile",
    ),
    caller(
        "webrtc",
        sipp(
            "webrtc",
            ("RTP/AVP 0", "UDP/TLS/RTP/SAVPF 0"),
            (
                EVENTS,
                EVENTS + "\n      a=setup:actpass\n      a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
            ),
        ),
        "media-profile",
    ),
    caller(
        "require-100rel",
        sipp("require-100rel", ("User-Agent: SIPp", "Require: 100rel\n      User-Agent: SIPp")),
        "methods",
    ),
    caller("no-routes", sipp("no-routes", ("      [routes]\n", "")), "route-set"),
    caller(
        "ack-to-domain",
        sipp("ack-to-domain", ("ACK [next_url] SIP/2.0", f"ACK sip:[service]@{DOMAIN} SIP/2.0")),
        "ack-to-answer",
    ),
    caller("same-cseq", sipp("same-cseq", ("CSeq: 2 ", "CSeq: 1 ")), "second-invite"),
    caller(
        "large",
        sipp(
            "large",
            (EVENTS, EVENTS + "".join(f"\n      a=x-own-{number}:{'x' * 50}" for number in range(24))),
        ),
        "large-requests",
    ),
    caller(
        "deaf-to-bye",
        sipp("deaf-to-bye", ("SIP/2.0 200 OK", "SIP/2.0 500 Server Internal Error")),
        "answers-bye",
    ),
    caller(
        "own-field-too-long",
        sipp(
            "own-field-too-long", ("User-Agent: SIPp", "X-Note: " + "x" * 1100 + "\n      User-Agent: SIPp")
        ),
        "own-header-fields",
        "large-requests",
    ),
)
OTHERS = (
    caller("baresip-good", baresip("baresip-good")),
    caller("baresip-password", baresip("baresip-password", ("Correct-Horse-42", "Wrong-Horse-42")), "digest"),
    caller("baresip-srtp", baresip("baresip-srtp", srtp=True), "media-profile", "large-requests"),
    caller("baresip-no-name", baresip("baresip-no-name", domain="sip.twilio.com"), "request-uri"),
    caller("baresip-trunk", baresip("baresip-trunk", domain="demo.pstn.twilio.com"), "request-uri"),
    caller("baresip-address", baresip("baresip-address", domain="127.0.0.1"), "request-uri"),
    # A short name: with the SID of an account the INVITE is nearly too large for UDP.
    caller(
        "bs-account",
        baresip("bs-account", ("auth_user=alice", "auth_user=AC00000000000000000000000000000000")),
        "digest",
    ),
    caller(
        "baresip-g722",
        baresip("baresip-g722", (BARESIP_CODECS, "audio_codecs=G722/16000"), modules=["g722"]),
        "codecs",
    ),
    caller("baresip-ptime", baresip("baresip-ptime", (AUTO, ";ptime=40" + AUTO)), "codecs"),
    caller(
        "baresip-dtls",
        baresip("baresip-dtls", (AUTO, ";mediaenc=dtls_srtp" + AUTO), modules=["dtls_srtp"]),
        "media-profile",
        "large-requests",
    ),
    caller(
        "baresip-all-codecs",
        baresip(
            "baresip-all-codecs", (BARESIP_CODECS, ""), modules=["opus", "g722", "g726", "gsm", "l16", "amr"]
        ),
        "large-requests",
    ),
    caller("pjsip-good", by_pjsip("pjsip-good")),
    caller("pjsip-trunk", by_pjsip("pjsip-trunk", to="sip:100@demo.pstn.twilio.com"), "request-uri"),
    caller("pjsip-address", by_pjsip("pjsip-address", to="sip:100@127.0.0.1"), "request-uri"),
    caller("pjsip-account", by_pjsip("pjsip-account", user="AC00000000000000000000000000000000"), "digest"),
    caller(
        "pjsip-no-credentials",
        by_pjsip("pjsip-no-credentials", settings={"sipConfig.authCreds": []}),
        "answers-407",
    ),
    caller("pjsip-late-offer", by_pjsip("pjsip-late-offer", late_offer=True), "early-offer"),
    caller(
        "pjsip-own-field-too-long",
        by_pjsip("pjsip-own-field-too-long", headers={"X-Note": "x" * 1100}),
        "own-header-fields",
    ),
    caller(
        "pjsip-contact-is-the-domain",
        by_pjsip(
            "pjsip-contact-is-the-domain", settings={"sipConfig.contactForced": f"<sip:alice@{DOMAIN}>"}
        ),
        "contact",
    ),
    caller("pjsip-realm", by_pjsip("pjsip-realm", realm=DOMAIN), "answers-407"),
    caller("pjsip-password", by_pjsip("pjsip-password", password="Wrong-Horse-42"), "digest"),
    caller("pjsip-large", by_pjsip("pjsip-large", large_by_tcp=False, codecs=[]), "large-requests"),
    caller("pjsip-100rel", by_pjsip("pjsip-100rel", settings={"callConfig.prackUse": 1}), "methods"),
    caller(
        "pjsip-localhost",
        by_pjsip("pjsip-localhost", settings={"sipConfig.contactForced": "<sip:alice@localhost:5060>"}),
        "contact",
    ),
    caller(
        "pjsip-media-elsewhere",
        by_pjsip(
            "pjsip-media-elsewhere", settings={"mediaConfig.transportConfig.publicAddress": "127.0.0.77"}
        ),
        "media-address",
    ),
    caller("pjsip-no-name", by_pjsip("pjsip-no-name", to="sip:100@sip.twilio.com"), "request-uri"),
    caller(
        "pjsip-sips",
        by_pjsip("pjsip-sips", settings={"sipConfig.contactForced": "<sips:alice@127.0.0.1:5060>"}),
        "no-sips",
    ),
    caller(
        "pjsip-srtp",
        by_pjsip("pjsip-srtp", settings={"mediaConfig.srtpUse": 2, "mediaConfig.srtpSecureSignaling": 0}),
        "media-profile",
    ),
    caller("pjsip-speex", by_pjsip("pjsip-speex", codecs=["speex"]), "codecs"),
    caller("kamailio-good", kamailio("kamailio-good")),
    caller(
        "kamailio-not-armed",
        kamailio("kamailio-not-armed", ('t_on_failure("SIPDOMAIN");', "")),
        "answers-407",
    ),
    caller(
        "kamailio-no-name", kamailio("kamailio-no-name", ('$rU + "@demo.sip', '$rU + "@sip')), "request-uri"
    ),
    caller(
        "kamailio-password", kamailio("kamailio-password", ("Correct-Horse-42", "Wrong-Horse-42")), "digest"
    ),
    caller(
        "kamailio-realm",
        kamailio("kamailio-realm", (":sip.twilio.com:", ":demo.sip.twilio.com:")),
        "answers-407",
    ),
    caller(
        "kamailio-same-cseq", kamailio("kamailio-same-cseq", ("    dlg_manage();\n", "")), "second-invite"
    ),
    caller(
        "kamailio-few-hops",
        kamailio(
            "kamailio-few-hops",
            ('loadmodule "uac.so"', 'loadmodule "uac.so"\nmodparam("maxfwd", "max_limit", 5)'),
        ),
        "max-forwards",
    ),
    caller(
        "kamailio-fixes-contact",
        kamailio(
            "kamailio-fixes-contact",
            ('loadmodule "uac.so"', 'loadmodule "uac.so"\nloadmodule "nathelper.so"'),
            ("failure_route[SIPDOMAIN]", FIXED),
        ),
        "ack-to-answer",
    ),
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """Return what is seen of all callers, those of SIPp first: two emulators, and many calls at once."""

    def look(folder: Path) -> None:
        (folder / "seen").write_bytes(pickle.dumps(seen_of(SIPP) | seen_of(OTHERS)))

    found: dict[str, Seen] = pickle.loads(
        (once_a_run(tmp_path_factory, "planted", look) / "seen").read_bytes()
    )
    return found


@pytest.mark.parametrize(
    "planted", [each for each in (*SIPP, *OTHERS) if each.found], ids=lambda each: each.name
)
def test_the_mistake_is_found_and_no_other(seen: dict[str, Seen], planted: Caller) -> None:
    assert frozenset(found := failures(seen[planted.name])) == planted.found, found


@pytest.mark.parametrize(
    "good", [each for each in (*SIPP, *OTHERS) if not each.found], ids=lambda each: each.name
)
def test_nothing_is_found_in_a_good_configuration(seen: dict[str, Seen], good: Caller) -> None:
    found = verdicts(seen[good.name])

    assert failures(seen[good.name]) == {}
    assert [name for name, each in found.items() if each.outcome == "passed"] != []
    assert {name for name, each in found.items() if each.outcome == "could not tell"} <= UNHEARD


def test_as_many_mistakes_are_planted_and_19_checks_find_some() -> None:
    names = [name for each in (*SIPP, *OTHERS) for name in each.found]
    others = Counter(each.name.partition("-")[0] for each in OTHERS if each.found)

    assert (len(SIPP) - 1, len(set(names))) == (22, 19)
    assert others == {"baresip": 9, "bs": 1, "pjsip": 17, "kamailio": 7}
