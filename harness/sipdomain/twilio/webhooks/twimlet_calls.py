"""The twimlets that dial: forward, simulring, findme, callme, conference, and the whisper that a callee hears first."""

from __future__ import annotations

import re
from hashlib import md5
from typing import Final
from urllib.parse import urlencode

from sipdomain.twilio.webhooks.http import HttpResponse
from sipdomain.twilio.webhooks.twimlet_form import Form, document, element, moved, spoken

MOST_NUMBERS: Final = 10
_MUSIC: Final = frozenset({"classical", "ambient", "electronica", "guitars", "rock", "soft-rock"})


def forward(form: Form) -> HttpResponse:
    """Dial a number, for callers who are allowed to, if any are named."""
    if (done := _dialled(form)) is not None:
        return done
    allowed = [_digits(each) for each in form.list("AllowedCallers")]
    if allowed and not {_digits(_caller(form)), _digits(_called(form))} & set(allowed):
        return document(element("Say", "Sorry, you are calling from a restricted number. Good bye."))
    timeout = form.text("Timeout") or "20"
    return document(
        element("Dial", form.text("PhoneNumber"), action=_action("forward", form), timeout=timeout)
    )


def callme(form: Form) -> HttpResponse:
    """Dial a number; the callee presses a key to take the call."""
    if (done := _dialled(form)) is not None:
        return done
    number = element("Number", form.text("PhoneNumber"), url=_whisper(form))
    return document(
        element("Dial", inside=number, action=_action("callme", form), timeout=form.text("Timeout") or "20")
    )


def simulring(form: Form) -> HttpResponse:
    """Dial all numbers at once."""
    if (done := _dialled(form)) is not None:
        return done
    numbers = "".join(
        element("Number", each, url=_whisper(form))
        for each in sorted(form.list("PhoneNumbers"))[:MOST_NUMBERS]
    )
    action = _action("simulring", form)
    return document(element("Dial", inside=numbers, action=action, timeout=form.text("Timeout") or "20"))


def findme(form: Form) -> HttpResponse:
    """Dial the first number; when nobody takes the call, ask again with the others."""
    if form.text("Dial") and _is_answered(form):
        return document(element("Hangup"))
    numbers = form.list("PhoneNumbers")[:MOST_NUMBERS]
    if not numbers:
        return moved(form.text("FailUrl")) if form.text("FailUrl") else document(element("Hangup"))
    rest = [(name, form.text(name)) for name in ("FailUrl", "Timeout", "Message")]
    query = urlencode([("Dial", "true"), *rest, *(("PhoneNumbers[]", each) for each in numbers[1:])])
    number = element("Number", numbers[0], url=f"{_whisper(form)}&HumanCheck=1")
    timeout = form.text("Timeout") or "60"
    return document(element("Dial", inside=number, action=f"/findme?{query}", timeout=timeout))


def whisper(form: Form) -> HttpResponse:
    """Speak to a callee alone, who takes the call with a key; its words are assumed."""
    if form.text("Digits"):
        return document()
    said = spoken(form.text("Message") or "You are receiving a call. Press any key to accept.")
    return document(
        element("Gather", inside=said, numDigits="1"), element("Hangup") if form.text("HumanCheck") else ""
    )


def conference(form: Form) -> HttpResponse:
    """Join a conference, which begins with a moderator where any are named."""
    password = form.text("Password")
    if password and form.text("Digits") != password:
        asked = element("Say", "Please enter your conference pass code")
        return document(
            element("Gather", inside=asked, numDigits=str(max(3, len(password)))), element("Redirect")
        )
    moderators = [_national(each) for each in form.named("Moderators").values()]
    leads = bool({_national(_caller(form)), _national(_called(form))} & set(moderators))
    verbs = []
    if moderators and not leads and form.text("EnableSmsNotifications"):
        said = f"{_caller(form)} has entered your conference.  Call the number this text came from to join."
        verbs += [element("Sms", said, to=each) for each in moderators]
    verbs.append(spoken(form.text("Message") or "You are now entering the conference line."))
    music = form.text("Music")
    if music in _MUSIC:
        music = f"http://twimlets.com/holdmusic?Bucket=com.twilio.music.{music}"
    is_url = music.lower().startswith("http")
    unnamed = md5((form.text("Message") + "".join(moderators)).encode(), usedforsecurity=False).hexdigest()
    room = element(
        "Conference",
        form.text("Name") or unnamed,
        waitUrl=music if is_url else "",
        waitMethod="GET" if is_url else "",
        startConferenceOnEnter=("true" if leads else "false") if moderators else "",
    )
    return document(*verbs, element("Dial", inside=room))


def _dialled(form: Form) -> HttpResponse | None:
    """Return how a call goes on after its `<Dial>`, or None when that is still to come."""
    if not form.text("Dial") or not (form.text("DialCallStatus") or form.text("DialStatus")):
        return None
    if _is_answered(form) or not form.text("FailUrl"):
        return document(element("Hangup"))
    return moved(form.text("FailUrl"))


def _is_answered(form: Form) -> bool:
    return form.text("DialCallStatus") == "completed" or form.text("DialStatus") == "answered"


def _action(name: str, form: Form) -> str:
    """Return the URL that a twimlet is asked at after its `<Dial>`."""
    fail_url = form.text("FailUrl")
    return f"/{name}?{urlencode([('Dial', 'true'), *([('FailUrl', fail_url)] if fail_url else [])])}"


def _whisper(form: Form) -> str:
    return f"/whisper?{urlencode([('Message', form.text('Message'))])}"


def _caller(form: Form) -> str:
    return form.text("From") or form.text("Caller")


def _called(form: Form) -> str:
    return form.text("To") or form.text("Called")


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _national(number: str) -> str:
    """Return a number's digits, without the 1 of North America."""
    digits = _digits(number)
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
