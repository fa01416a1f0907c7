"""What is done in a call on purpose: to the messages that leave, to the audio, and of the cloud's own accord."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.entries import Injected
from sipdomain.errors import SetupError
from sipdomain.media.outputs import ConnectMedia, MediaOutput, OpenMedia
from sipdomain.sip.message import Request, Response, respond
from sipdomain.twilio.behaviours.reading import read_behaviours
from tests.unit.twilio.bench import LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page


def office(*behaviours: dict[str, object]) -> tuple[Bench, Caller]:
    bench = Bench()
    bench.domain(users=None, addresses=["127.0.0.10"])
    bench.pages["/voice"] = page(LONG)
    bench.emulator.far_end.ask(read_behaviours(behaviours), bench.now)
    return bench, Caller(bench, flow())


def talking(*behaviours: dict[str, object]) -> tuple[Bench, Caller]:
    bench, caller = office(*behaviours)
    caller.invite()
    caller.ack(bench.response(200))
    return bench, caller


def accept(caller: Caller, invite: Request, body: bytes = SDP) -> Request:
    """Accept an INVITE of the cloud; return its ACK."""
    fields = [("Contact", "<sip:alice@127.0.0.10:5070>"), ("Content-Type", "application/sdp")]
    caller.send(bytes(respond(invite, 200, headers=fields, body=body)))
    return caller.bench.request("ACK")


def test_no_100_leaves_and_the_rest_does() -> None:
    bench, caller = office({"no_trying": {}})
    caller.invite()
    assert bench.statuses() == [180, 200]
    (entry,) = bench.journal(Injected)
    assert entry.text == "100 trying -- your call is important to us, by `no_trying: {}`"


def test_it_is_the_first_call_that_it_is_about_and_no_other() -> None:
    bench, _ = office({"no_trying": {"nth": 2}})
    found = []
    for number in range(3):
        Caller(bench, flow(), call_id=f"call-{number}").invite()
        found.append(100 in bench.statuses())
    assert found == [True, False, True]


def test_both_invites_of_a_call_with_credentials_are_one_call() -> None:
    bench, caller = office({"no_trying": {}})
    bench.domain("other.sip.twilio.com")
    caller = replace(caller, to="sip:100@other.sip.twilio.com")
    caller.invite()
    challenged = bench.response(407)
    caller.invite(caller.prove(challenged))
    assert bench.statuses() == [180, 200]


@pytest.mark.parametrize(("after_answer", "statuses"), [(False, []), (True, [180])])
def test_ringing_that_is_late_is_dropped_by_the_answer_unless_it_is_said(
    after_answer: bool, statuses: list[int]
) -> None:
    bench, caller = office({"late_ringing": {"by": 2, "after_answer": after_answer}})
    caller.invite()
    answer = bench.take()
    assert [each.status for each in answer if isinstance(each, Response)] == [100, 200]
    assert isinstance(answer[-1], Response)
    caller.ack(answer[-1])
    bench.wait(3)
    assert bench.statuses() == statuses


def test_a_200_comes_three_times_though_it_was_acknowledged() -> None:
    bench, _ = talking({"answer_twice": {"copies": 2, "after": 1}})
    bench.wait(0.9)
    assert bench.statuses() == []
    bench.wait(0.2)
    assert bench.statuses() == [200]
    bench.wait(5)
    assert bench.statuses() == [200]


def test_the_180_has_another_tag_than_the_200_and_the_call_goes_on_by_that_of_the_200() -> None:
    bench, caller = office({"other_tag": {}})
    caller.invite()
    _, ringing, answer = bench.take()
    assert isinstance(answer, Response)
    assert ringing.to.tag == f"{answer.to.tag}-early"
    caller.ack(answer)
    assert caller.bye().status == 200


def test_who_sends_straight_to_a_private_contact_is_not_heard_and_who_keeps_to_the_routes_is() -> None:
    bench, caller = office({"private_contact": {}})
    caller.invite()
    answer = bench.response(200)
    assert answer.headers.get("contact") == "<sip:127.255.255.254:5060>"
    assert answer.headers.all("record-route") == ["<sip:127.0.0.1:5060;lr;r2=on>"] * 2
    caller.ack(answer)
    caller.routes = ()
    caller.send(caller.build("BYE"))
    assert bench.take() == []
    caller.routes = ("<sip:127.0.0.1:5060;lr;r2=on>",)
    assert caller.bye().status == 200


def test_an_answer_with_one_codec_keeps_the_keys() -> None:
    offer = SDP.replace(b"AVP 0 101", b"AVP 8 0 101").replace(
        b"a=rtpmap:0 ", b"a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 "
    )
    bench, caller = office({"one_codec": {}})
    caller.invite(body=offer)
    body = bench.response(200).body
    assert b" RTP/AVP 8 101\r\n" in body
    assert b"rtpmap:0 " not in body
    assert b"rtpmap:101 telephone-event" in body


def test_another_phone_answers_by_a_tag_of_its_own() -> None:
    bench, caller = office({"answer_twice": {"forked": True, "after": 1}})
    caller.invite()
    first = bench.response(200)
    caller.ack(first)
    bench.take()
    bench.wait(1)
    second = next(each for each in bench.take() if isinstance(each, Response) and each.status == 200)

    assert second.to.tag == f"{first.to.tag}-fork1"


def test_an_answer_may_want_the_keys_by_another_number() -> None:
    bench, caller = office({"one_codec": {"events": 96}})
    caller.invite()
    body = bench.response(200).body
    assert b" RTP/AVP 0 96\r\n" in body
    assert b"rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-16" in body
    assert b"101" not in body.split(b"m=audio")[1]


def test_a_long_tag_is_the_same_in_all_answers_and_the_call_goes_on_by_it() -> None:
    bench, caller = office({"strange_messages": {"folded": False, "short": False, "blanks": False}})
    caller.invite()
    sent = [each for each in bench.take() if isinstance(each, Response)]
    ringing, answer = (next(each for each in sent if each.status == status) for status in (180, 200))
    assert ringing.to.tag == answer.to.tag
    assert len(answer.to.tag or "") == 200
    caller.ack(answer)
    assert caller.bye().status == 200


def test_strange_messages_say_the_same_as_plain_ones() -> None:
    plain, strange = office(), office({"strange_messages": {"long_tag": False}})
    found = []
    for bench, caller in (plain, strange):
        caller.invite()
        answer = bench.response(200)
        found.append(
            (
                answer.status,
                answer.require("contact"),
                answer.call_id,
                answer.cseq,
                answer.to.tag,
                answer.body,
            )
        )
    assert found[0] == found[1]
    data = strange[0].sent[-1][2]
    assert b"\r\nv :  SIP/2.0/UDP" in data
    assert b"\r\nm :  \r\n  <sip:127.0.0.1:5060>" in data
    assert b"\r\naLLOW :  \r\n  INVITE" in data
    assert b"P-Unheard-Of" in data


def test_the_cloud_hangs_up_by_itself() -> None:
    bench, caller = talking({"hang_up": {"after": 5}})
    bench.wait(4.9)
    assert bench.take() == []
    bench.wait(0.2)
    caller.agree()
    assert [each.text for each in bench.journal(Injected)] == ["BYE of the cloud, by `hang_up: {after: 5}`"]
    assert bench.emulator.open_calls == 0


def test_nothing_is_done_any_more_once_all_are_forgotten() -> None:
    bench, _ = talking({"hang_up": {"after": 5}})
    bench.emulator.far_end.behave([], bench.now)
    bench.wait(10)
    assert bench.take() == []


@pytest.mark.parametrize("direction", ["sendonly", "inactive", "sendrecv"])
def test_an_invite_of_the_cloud_changes_the_direction(direction: str) -> None:
    bench, caller = talking({"reinvite": {"direction": direction}})
    bench.wait(1.1)
    invite = bench.request("INVITE")
    assert f"a={direction}\r\n".encode() in invite.body
    mirrored = {"sendonly": b"a=recvonly", "inactive": b"a=inactive", "sendrecv": b"a=sendrecv"}[direction]
    ack = accept(caller, invite, SDP.replace(b"a=sendrecv", mirrored))
    assert (ack.cseq.number, ack.body) == (invite.cseq.number, b"")
    connected = [each for each in bench.media if isinstance(each, ConnectMedia)][-1].agreement
    assert (connected.sending, connected.receiving) == (direction != "inactive", direction == "sendrecv")


def test_an_invite_without_an_offer_is_answered_in_its_ack() -> None:
    bench, caller = talking({"reinvite": {"direction": "sendrecv", "body": False}})
    bench.wait(1.1)
    invite = bench.request("INVITE")
    assert invite.body == b""
    ack = accept(caller, invite, SDP.replace(b"40000", b"40002"))
    assert b"m=audio 16384 RTP/AVP 0 101" in ack.body
    assert [each for each in bench.media if isinstance(each, ConnectMedia)][
        -1
    ].agreement.remote.port == 40_002


def test_an_invite_that_gets_491_is_sent_anew_after_a_pause() -> None:
    bench, caller = talking({"reinvite": {}})
    bench.wait(1.1)
    invite = bench.request("INVITE")
    caller.send(bytes(respond(invite, 491)))
    assert bench.request("ACK").cseq.number == invite.cseq.number
    bench.wait(2.1)
    again = bench.request("INVITE")
    assert again.cseq.number == invite.cseq.number + 1
    accept(caller, again, SDP.replace(b"a=sendrecv", b"a=recvonly"))


def test_a_hold_of_the_pbx_crosses_an_invite_of_the_cloud_once() -> None:
    bench, caller = talking({"glare": {}})
    caller.invite(body=SDP.replace(b"a=sendrecv", b"a=sendonly"))
    ours, refused = bench.take()
    assert isinstance(ours, Request)
    assert isinstance(refused, Response)
    assert (ours.method, refused.status) == ("INVITE", 491)
    caller.send(bytes(respond(ours, 491)))
    bench.take()
    caller.invite(body=SDP.replace(b"a=sendrecv", b"a=sendonly"))
    assert 200 in [each.status for each in bench.take() if isinstance(each, Response)]


def test_a_refer_goes_out_and_what_is_reported_is_taken() -> None:
    bench, caller = talking({"refer": {"to": "sip:200@pbx.example"}})
    bench.wait(1.1)
    refer = bench.request("REFER")
    assert refer.headers.get("refer-to") == "<sip:200@pbx.example>"
    caller.send(bytes(respond(refer, 202)))
    fields = [("Event", "refer"), ("Subscription-State", "terminated"), ("Content-Type", "message/sipfrag")]
    assert caller.ask("NOTIFY", *fields).status == 200
    assert bench.emulator.open_calls == 1


def test_a_request_of_no_dialog_goes_out_and_the_call_goes_on() -> None:
    bench, caller = talking({"stray": {"method": "OPTIONS"}}, {"stray": {"method": "BYE", "after": 2.0}})
    bench.wait(1.1)
    options = bench.request("OPTIONS")
    assert options.to.tag is None
    caller.send(bytes(respond(options, 200)))
    bench.wait(1.0)
    bye = bench.request("BYE")
    assert bye.to.tag
    assert bye.call_id != options.call_id
    caller.send(bytes(respond(bye, 481)))
    assert bench.emulator.open_calls == 1


def test_a_tone_is_played_before_the_answer() -> None:
    bench, caller = office({"early_media": {"seconds": 3}})
    caller.invite()
    assert bench.statuses() == [100, 180, 183]
    bench.wait(3.1)
    assert bench.statuses() == [200]


def test_the_answer_crosses_a_cancel() -> None:
    bench, caller = office({"answer_on_cancel": {}})
    bench.pages["/voice"] = None
    invite = caller.invite()
    assert bench.statuses() == [100, 180]
    caller.cancel(invite)
    cancelled, answered = bench.take()
    assert isinstance(answered, Response)
    assert (cancelled.cseq.method, answered.cseq.method, answered.status) == ("CANCEL", "INVITE", 200)
    caller.ack(answered)
    assert caller.bye().status == 200


def test_audio_comes_from_where_the_description_says() -> None:
    bench, caller = office({"media_from": {"address": "127.0.0.9"}})
    caller.invite()
    assert b"c=IN IP4 127.0.0.9\r\n" in bench.response(200).body
    assert [each.host for each in bench.media if isinstance(each, OpenMedia)] == ["127.0.0.9"]


def test_no_audio_is_sent_though_it_was_agreed() -> None:
    bench, caller = office({"no_audio": {}})
    caller.invite()
    assert b"a=sendrecv" in bench.response(200).body
    found: list[MediaOutput] = [each for each in bench.media if isinstance(each, ConnectMedia)]
    assert [each.agreement.sending for each in found if isinstance(each, ConnectMedia)] == [False]


def test_a_short_session_is_granted_to_who_knows_timers() -> None:
    bench, caller = office({"session_expires": {"seconds": 30, "times": 2}})
    caller.invite(("Supported", "timer"))
    assert bench.response(200).headers.get("session-expires") == "30;refresher=uac"
    other = caller.other("call-2")
    other.invite()
    assert bench.response(200).headers.get("session-expires") is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"refer": {"to": "200"}}, "behaviours.0.refer: `to` is a SIP URI; write such as `to: sip:200@pbx.example`"),
        (
            {"reinvite": {"address": "::1"}},
            ("behaviours.0.reinvite: `address` is an IPv4 address of the loopback network; "
             "write such as `address: 127.0.0.9`"),
        ),
        (
            {"media_from": {"address": "::1"}},
            ("behaviours.0.media_from: `address` is an IPv4 address of the loopback network; "
            "write such as `address: 127.0.0.9`"),
        ),
        ({"hang_up": {"after": 601}}, "behaviours.0.hang_up: `after` must be from 0 to 600, not 601"),
        (
            {"glare": {"of": "BYE"}},
            "behaviours.0.glare: `glare` is about an INVITE within a call, and takes no `of` and no `in_call`",
        ),
        ({"grant": {"of": "INVITE"}}, "behaviours.0.grant: `of: INVITE` cannot be: only a REGISTER is granted a time"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(value: object, message: str) -> None:
    with pytest.raises(SetupError) as refused:
        read_behaviours(value)
    assert str(refused.value) == message
