"""What the emulated cloud does on purpose, so that what calls it can be tested; nothing of it unless it is asked for."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.behaviours.answer_on_cancel import AnswerOnCancel
from sipdomain.twilio.behaviours.answer_twice import AnswerTwice
from sipdomain.twilio.behaviours.behaviour import Behaviour
from sipdomain.twilio.behaviours.challenge import Challenge
from sipdomain.twilio.behaviours.early_media import EarlyMedia
from sipdomain.twilio.behaviours.glare import Glare
from sipdomain.twilio.behaviours.grant import Grant
from sipdomain.twilio.behaviours.hang_up import HangUp
from sipdomain.twilio.behaviours.late_ringing import LateRinging
from sipdomain.twilio.behaviours.media_from import MediaFrom
from sipdomain.twilio.behaviours.no_audio import NoAudio
from sipdomain.twilio.behaviours.no_relay import NoRelay
from sipdomain.twilio.behaviours.no_trying import NoTrying
from sipdomain.twilio.behaviours.one_codec import OneCodec
from sipdomain.twilio.behaviours.other_tag import OtherTag
from sipdomain.twilio.behaviours.private_contact import PrivateContact
from sipdomain.twilio.behaviours.refer import Refer
from sipdomain.twilio.behaviours.reinvite import Reinvite
from sipdomain.twilio.behaviours.session_expires import SessionExpires
from sipdomain.twilio.behaviours.silence import Silence
from sipdomain.twilio.behaviours.status import Status
from sipdomain.twilio.behaviours.strange_messages import StrangeMessages
from sipdomain.twilio.behaviours.stray import Stray

BEHAVIOURS: Final[dict[str, type[Behaviour]]] = {
    each.WORD: each
    for each in (
        Status,
        Challenge,
        Silence,
        NoTrying,
        LateRinging,
        AnswerTwice,
        OtherTag,
        PrivateContact,
        OneCodec,
        StrangeMessages,
        HangUp,
        Reinvite,
        Refer,
        Stray,
        Glare,
        EarlyMedia,
        AnswerOnCancel,
        MediaFrom,
        NoAudio,
        NoRelay,
        SessionExpires,
        Grant,
    )
}
"""By the word that scenarios and the control API use."""
