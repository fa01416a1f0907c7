"""<Siprec>: the INVITE with its two parts, both tracks at the server, what ends a session, and who is notified."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sipdomain.entries import SipMessage, VerbStarted
from sipdomain.runtime.worlds.sim import SimWorld
from tests.parity.recording_elsewhere import (
    SERVER,
    Found,
    Step,
    alerts,
    callbacks,
    invite,
    mail,
    recorded,
)

SCHEMA = Path(__file__).parents[2] / "fixtures" / "siprec" / "rs-metadata.xsd"
SPACE = {"r": "urn:ietf:params:xml:ns:recording:1"}
TALK: list[Step] = [2.0, ("say", "Good morning"), 3.0]


def siprec(attributes: str = "", inside: str = "", after: str = '<Pause length="8"/>') -> str:
    noun = f'<Siprec connectorName="archive" statusCallback="/siprec" {attributes}>{inside}</Siprec>'
    return f"<Response><Start>{noun}</Start><Say>Welcome to Acme</Say>{after}</Response>"


def metadata(found: Found) -> etree._Element:
    return etree.fromstring(mail(invite(found))[1].get_payload(decode=True))


def texts(root: etree._Element, path: str) -> list[str]:
    return [str(each) for each in root.xpath(path, namespaces=SPACE)]


def events(found: Found) -> list[str]:
    return [each["SiprecEvent"] for each in callbacks(found)]


def verbs(found: Found) -> list[str]:
    return [each.verb for each in found.entries if isinstance(each, VerbStarted)]


@pytest.mark.rule("siprec", "siprec-speakers")
def test_both_tracks_are_recorded_each_with_the_voice_of_one_side() -> None:
    found = recorded(steps=TALK, words=["Welcome to Acme", "Good morning"])
    (copy,) = found.copies
    assert [(each.label, each.speaker) for each in copy.tracks] == [
        ("1", "sip:pbx@acme.sip.twilio.com"),
        ("2", "sip:100@acme.sip.twilio.com"),
    ]
    inbound, outbound = found.heard
    assert inbound["Good morning"] > 0.99
    assert outbound["Welcome to Acme"] > 0.99
    assert inbound["Welcome to Acme"] < 0.5
    assert outbound["Good morning"] < 0.5
    assert alerts(found) == []


@pytest.mark.rule("siprec-dtmf", "siprec-tones")
def test_a_key_is_in_no_track() -> None:
    found = recorded(steps=[2.0, ("press", "5"), 2.0])
    description = mail(invite(found))[0].get_payload(decode=True)
    assert isinstance(description, bytes)
    assert b"telephone-event" not in description
    heard = [each for each in found.entries if getattr(each, "event", "") == "heard"]
    assert heard == []


@pytest.mark.rule("siprec-invite", "siprec-labels", "siprec-fields")
def test_the_invite_has_an_offer_with_labels_and_the_metadata() -> None:
    asked = invite(recorded())
    assert asked.headers.list("require") == ["siprec"]
    assert asked.headers.get("contact") == "<sip:127.0.0.1:5060>;+sip.src"
    assert str(asked.from_.uri) == "sip:AC00000000000000000000000000000001@sip.twilio.com"
    assert re.fullmatch("CA[0-9a-f]{32}", asked.headers.get("x-twilio-callsid") or "")
    offer, about = mail(asked)
    assert offer.get_content_type() == "application/sdp"
    assert about.get_content_type() == "application/rs-metadata+xml"
    assert about.get_content_disposition() == "recording-session"
    lines = str(offer.get_payload()).split()
    assert [each for each in lines if each.startswith(("m=", "a=label", "a=send"))] == [
        "m=audio", "a=sendonly", "a=label:1", "m=audio", "a=sendonly", "a=label:2",
    ]  # fmt: skip


@pytest.mark.rule("siprec-metadata")
def test_the_metadata_says_who_is_in_the_call_and_who_speaks_in_which_stream() -> None:
    found = recorded()
    root = metadata(found)
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)
    assert texts(root, "r:datamode/text()") == ["complete"]
    assert texts(root, "r:session/r:sipSessionID/text()") == [found.call.call_id]
    aors = texts(root, "r:participant/r:nameID/@aor")
    assert aors == ["sip:pbx@acme.sip.twilio.com", "sip:100@acme.sip.twilio.com"]
    people, streams = texts(root, "r:participant/@participant_id"), texts(root, "r:stream/@stream_id")
    assert texts(root, "r:stream/r:label/text()") == ["1", "2"]
    assert texts(root, "r:participantstreamassoc/@participant_id") == people
    assert texts(root, "r:participantstreamassoc/r:send/text()") == streams
    assert texts(root, "r:participantstreamassoc/r:recv/text()") == streams[::-1]
    assert len({*people, *streams}) == 4


@pytest.mark.rule("siprec-parameters")
def test_parameters_stand_in_the_metadata() -> None:
    found = recorded(siprec(inside='<Parameter name="table" value="4 &lt; 5"/>'))
    root = metadata(found)
    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(root)
    (given,) = root.iterfind(".//{urn:sipdomain:siprec:parameters}parameter")
    assert (given.get("name"), given.text) == ("table", "4 < 5")


ONE = "kQNhKFdEEeeJ9tD/VsPGWA=="
TIMES = "<associate-time>2026-11-27T12:00:00Z</associate-time><disassociate-time>2026-11-27T12:01:00Z</disassociate-time>"
NAMED = '<nameID aor="sip:a@b"><name xml:lang="en">A</name></nameID>'
GROUP = f'<group group_id="{ONE}">{TIMES}</group>'
REASON = '<reason cause="200">call completed elsewhere</reason>'
REFERENCE = f"<group-ref>{ONE}</group-ref>"


@pytest.mark.rule("siprec-metadata")
@pytest.mark.parametrize(
    ("parts", "is_valid"),
    [
        (f'{GROUP}<session session_id="{ONE}">{REASON}{REFERENCE}</session>', True),
        (f'{GROUP}<session session_id="{ONE}">{REFERENCE}{REASON}</session>', False),
        (f'<session session_id="{ONE}"/>{GROUP}', False),
        (f'<session session_id="{ONE}" group_ref="{ONE}"/>', False),
        (
            f'<participantstreamassoc participant_id="{ONE}"><send>{ONE}</send>{TIMES}</participantstreamassoc>',
            True,
        ),
        (
            f'<participantstreamassoc participant_id="{ONE}">{TIMES}<send>{ONE}</send></participantstreamassoc>',
            False,
        ),
        (
            f'<participant participant_id="{ONE}">{NAMED}</participant>',
            True,
        ),
        (
            f'<participant participant_id="{ONE}" session_id="{ONE}"><nameID aor="sip:a@b"/></participant>',
            False,
        ),
    ],
)
def test_the_schema_of_metadata_has_the_order_that_iana_registered(parts: str, is_valid: bool) -> None:
    root = etree.fromstring(f'<recording xmlns="{SPACE["r"]}">{parts}</recording>')
    assert etree.XMLSchema(etree.parse(SCHEMA)).validate(root) is is_valid


@pytest.mark.rule("siprec-connector", "siprec-edge")
def test_the_invite_carries_the_credential_and_the_uri_without_what_was_meant_for_the_service() -> None:
    given = {"archive": {"server": f"{SERVER};edge=dublin", "header": "X-Api-Key", "credential": "key-42"}}
    asked = invite(recorded(connectors=given))
    assert asked.target == SERVER
    assert asked.headers.get("x-api-key") == "key-42"


@pytest.mark.rule("siprec-connector")
def test_a_secure_connector_is_called_by_tls_and_its_tracks_are_srtp() -> None:
    found = recorded(
        steps=TALK, connectors={"archive": {"server": f"{SERVER};secure=true"}}, secure=True,
        words=["Good morning"],
    )  # fmt: skip
    lines = str(mail(invite(found))[0].get_payload())
    assert lines.count("RTP/SAVP") == lines.count("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:") == 2
    assert found.heard[0]["Good morning"] > 0.99
    seen = [each for each in found.entries if isinstance(each, SipMessage) and each.owner == "srs"]
    assert seen[0].transport == "tls"


@pytest.mark.rule("siprec-connector-unknown", "siprec-callback")
def test_an_unknown_connector_is_an_error_and_the_call_goes_on() -> None:
    found = recorded(siprec(after=""), connectors={"other": {"server": SERVER}})
    assert alerts(found) == [31940]
    (error,) = callbacks(found)
    assert (error["SiprecEvent"], error["SiprecErrorCode"]) == ("siprec-error", "31940")
    assert error["SiprecError"] == "no connector has the name 'archive'; there is other"
    assert verbs(found) == ["Start", "Say"]
    assert (found.call.final_status, found.census) == (200, (0, 0, 0, 0, 0, 0, 0))


@pytest.mark.rule("siprec-tracks")
@pytest.mark.parametrize(
    ("track", "speakers"),
    [
        ("inbound_track", ["sip:pbx@acme.sip.twilio.com"]),
        ("outbound_track", ["sip:100@acme.sip.twilio.com"]),
    ],
)
def test_one_track_is_one_stream(track: str, speakers: list[str]) -> None:
    (copy,) = recorded(siprec(f'track="{track}"')).copies
    assert [(each.label, each.speaker) for each in copy.tracks] == [("1", *speakers)]


@pytest.mark.rule("siprec-tracks", "siprec-too-many")
def test_four_tracks_are_sent_and_not_a_fifth() -> None:
    noun = '<Siprec connectorName="archive" {}/>'
    nouns = noun.format("") + noun.format("") + noun.format('track="inbound_track"')
    found = recorded(f'<Response><Start>{nouns}</Start><Pause length="4"/></Response>')
    assert [len(each.tracks) for each in found.copies] == [2, 2]
    assert alerts(found) == [31941]


@pytest.mark.rule("siprec-too-many")
def test_tracks_of_streams_count_too() -> None:
    nouns = '<Stream url="ws://127.0.0.1:5000/bot" track="both_tracks"/><Siprec connectorName="archive"/>'
    again = '<Siprec connectorName="archive" track="inbound_track"/>'
    found = recorded(f'<Response><Start>{nouns}{again}</Start><Pause length="4"/></Response>')
    assert [len(each.tracks) for each in found.copies] == [2]
    assert 31941 in alerts(found)


@pytest.mark.rule("siprec-too-many")
def test_a_name_that_is_taken_is_an_error() -> None:
    noun = '<Siprec name="copy" connectorName="archive" track="inbound_track"/>'
    found = recorded(f'<Response><Start>{noun}{noun}</Start><Pause length="4"/></Response>')
    assert (len(found.copies), alerts(found)) == (1, [12400])


@pytest.mark.rule("siprec-stopped", "siprec-callback", "siprec-name")
def test_a_session_ends_by_bye_with_its_call_and_both_are_reported() -> None:
    found = recorded(siprec(), steps=[3.0, ("hang up", "")])
    (copy,) = found.copies
    assert (copy.state, copy.ended_by, copy.requests_received) == ("ended", "them", ["BYE"])
    started, stopped = callbacks(found)
    assert (started["SiprecEvent"], stopped["SiprecEvent"]) == ("siprec-started", "siprec-stopped")
    sid = started["SiprecSid"]
    assert re.fullmatch("SR[0-9a-f]{32}", sid)
    assert started["SiprecName"] == sid
    assert (started["From"], started["CallStatus"]) == ("sip:pbx@acme.sip.twilio.com", "in-progress")
    assert re.fullmatch(r"2026-01-01T00:00:00\.\d{3}Z", started["Timestamp"])
    assert found.census == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.rule("siprec", "siprec-stopped")
def test_stop_ends_a_session_by_its_name() -> None:
    stop = '<Stop><Siprec name="copy"/></Stop><Say>Not recorded any more</Say>'
    found = recorded(
        siprec('name="copy"', after=stop), words=["Welcome to Acme", "Not recorded any more"], steps=[6.0]
    )
    assert events(found) == ["siprec-started", "siprec-stopped"]
    assert found.heard[1]["Welcome to Acme"] > 0.99
    assert found.heard[1]["Not recorded any more"] < 0.5


@pytest.mark.rule("siprec-bye")
def test_a_server_that_hangs_up_ends_the_session_and_the_call_goes_on() -> None:
    def hang_up(world: SimWorld) -> None:
        (copy,) = [each for each in world.phone("srs").core.calls.values() if each.answered_at is not None]
        world.phone("srs").hang_up(copy)

    found = recorded(steps=[1.0, hang_up, 2.0])
    assert events(found) == ["siprec-started", "siprec-stopped"]
    assert (found.copies[0].ended_by, alerts(found), verbs(found)) == ("us", [], ["Start", "Say", "Pause"])
    assert found.call.ended_at is not None
    assert found.call.ended_at > 2.9


@pytest.mark.rule("siprec-refused")
@pytest.mark.parametrize(("options", "status"), [({"recorder": False}, 420), ({"refuse": 486}, 486)])
def test_a_server_that_refuses_is_an_error_and_the_call_goes_on(options: dict[str, Any], status: int) -> None:
    found = recorded(**options)
    assert (alerts(found), events(found)) == ([32011], ["siprec-error"])
    assert callbacks(found)[0]["SiprecError"] == f"the session recording server answers {status}"
    assert verbs(found) == ["Start", "Say", "Pause"]
    assert found.census == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.rule("siprec-unanswered")
@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"answers": False}, "the session recording server does not answer in 30 s"),
        ({"silent": True}, "the session recording server does not answer in 30 s"),
    ],
)
def test_a_server_that_does_not_answer_is_an_error(options: dict[str, Any], why: str) -> None:
    found = recorded(siprec(after='<Pause length="60"/>'), steps=[45.0], **options)
    assert (alerts(found), [each["SiprecError"] for each in callbacks(found)]) == ([32011], [why])


@pytest.mark.rule("siprec-stopped")
def test_a_session_that_is_not_answered_yet_is_given_up_with_its_call() -> None:
    found = recorded(steps=[2.0, ("hang up", "")], answers=False)
    assert [each.final_status for each in found.copies] == [487]
    assert (events(found), alerts(found)) == ([], [])
    assert found.census == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.rule("siprec-reinvite")
def test_an_invite_of_the_server_is_not_taken_and_the_session_goes_on() -> None:
    def hold(world: SimWorld) -> None:
        (copy,) = [each for each in world.phone("srs").core.calls.values() if each.answered_at is not None]
        world.phone("srs").hold(copy)

    found = recorded(steps=[1.0, hold, 2.0])
    (copy,) = found.copies
    assert (copy.hold_refusal, copy.ended_by, alerts(found)) == (488, "them", [])
