"""Phone numbers that accounts have: only kept, as no telephone network leads to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Unpack, cast

from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import checks
from sipdomain.twilio.store.caller_ids import CallerIds
from sipdomain.twilio.store.changes import Changes
from sipdomain.twilio.store.kind import Kind, kept
from sipdomain.twilio.store.limits import Limits
from sipdomain.twilio.store.model import CallerId, NumberSettings, NumberType, PhoneNumber
from sipdomain.twilio.store.table import Table

INVALID: Final = 21421

_TOLL_FREE: Final = ("800", "833", "844", "855", "866", "877", "888")


NUMBER: Final = Kind(
    name="number",
    model=PhoneNumber,
    prefix="PN",
    most="numbers",
    full=kept("phone numbers"),
    once=lambda each: (each.phone_number,),
)


class Numbers(Table[PhoneNumber]):
    """All bought numbers, by account and by number; and, with the caller IDs, what an account may call from.

    Source: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
    """

    def __init__(self, ids: Ids, limits: Limits, caller_ids: CallerIds, changes: Changes) -> None:
        super().__init__(NUMBER, ids, limits, changes)
        self._caller_ids = caller_ids

    def owned(self, account_sid: str, phone_number: str) -> PhoneNumber | CallerId | None:
        """Return the record by which an account may show a number as its caller ID, or None.

        Args:
            account_sid: The account; that a parent's numbers are not its subaccounts' is assumed.
            phone_number: In E.164 form.
        """
        bought = self.known_by(phone_number)
        if bought is not None and bought.account_sid == account_sid:
            return bought
        return self._caller_ids.numbered(account_sid, phone_number)

    def buy(
        self,
        account_sid: str,
        *,
        phone_number: str = "",
        area_code: str = "",
        kind: NumberType | None = None,
        now: float,
        **settings: Unpack[NumberSettings],
    ) -> PhoneNumber:
        """Buy a number: any that no account of the emulator has.

        Args:
            account_sid: The owner.
            phone_number: In E.164 form; it comes before an area code (assumed).
            area_code: Three digits of the North American plan, for one of its numbers 555-0100 to 555-0199,
                which are kept for fiction.
            kind: What kind the number must be of; None for what it looks like.
            now: Unix seconds.
            settings: As in `PhoneNumber`.

        Raises:
            RestError: 21421 no number, 21422 it is taken, 21458 it is of another kind, 21451 no area code, 21452
                no number is left in it; for settings as in `update`; without a code, too many.
        """
        checked = _checked(settings)
        if phone_number:
            checks.phone_number(phone_number, code=INVALID)
            if self.known_by(phone_number) is not None:
                raise checks.refused(21422, f"{phone_number} is not available")
        elif area_code:
            phone_number = self._free_number(area_code)
        else:
            raise checks.refused(INVALID, "PhoneNumber or AreaCode is required")
        toll_free = phone_number.startswith("+1") and phone_number[2:5] in _TOLL_FREE
        if kind is not None and toll_free != (kind == "toll-free"):
            raise checks.refused(21458, f"{phone_number} is not a {kind} number")
        checked.setdefault("friendly_name", checks.formatted_number(phone_number))
        bought = self.draft(
            account_sid,
            now=now,
            phone_number=phone_number,
            type=kind or ("toll-free" if toll_free else "local"),
            **checked,
        )
        _check_whole(bought)
        self.put(bought)
        return bought

    def _free_number(self, area_code: str) -> str:
        """Return the lowest free number for fiction in an area."""
        if not (len(area_code) == 3 and area_code.isascii() and area_code.isdecimal() and area_code[0] > "1"):
            raise checks.refused(21451, f"Invalid area code {area_code[:20]!r}")
        for last in range(100, 200):
            if self.known_by(f"+1{area_code}5550{last}") is None:
                return f"+1{area_code}5550{last}"
        raise checks.refused(21452, f"No phone numbers found in area code {area_code}")

    def update(
        self, account_sid: str, sid: str, *, to: str = "", now: float, **settings: Unpack[NumberSettings]
    ) -> PhoneNumber:
        """Change a number; what is absent stays.

        Args:
            account_sid: The owner.
            sid: The number's SID.
            to: The account that gets the number; "" leaves it where it is.
            now: Unix seconds.
            settings: As in `PhoneNumber`.

        Raises:
            RestError: 20404 no such number, 20002 a wrong name, 21402 a wrong URL, 21403 a wrong method, 21405 or
                21406 a fallback URL alone, 20422 another wrong setting; without a code, too many.
        """
        found = self.fetch(account_sid, sid)
        changed = replace(found, account_sid=to or account_sid, updated_at=now, **_checked(settings))
        _check_whole(changed)
        if changed.account_sid != account_sid:
            if self.count(to) >= self.most:
                raise self.kind.refusal(self.most, changed)
            self.take_out(found)
        self.put(changed)
        return changed

    def release_all(self, account_sid: str) -> None:
        """Give all numbers of an account back."""
        for number in self.of(account_sid):
            self.take_out(number)


_SIDS: Final = {
    "sms_application_sid": ("AP", "SmsApplicationSid"),
    "voice_application_sid": ("AP", "VoiceApplicationSid"),
    "emergency_address_sid": ("AD", "EmergencyAddressSid"),
    "trunk_sid": ("TK", "TrunkSid"),
    "identity_sid": ("RI", "IdentitySid"),
    "address_sid": ("AD", "AddressSid"),
    "bundle_sid": ("BU", "BundleSid"),
}
_WORDS: Final = {
    "voice_receive_mode": ("VoiceReceiveMode", ("voice", "fax")),
    "emergency_status": ("EmergencyStatus", ("Active", "Inactive")),
    "api_version": ("ApiVersion", ("2010-04-01", "2008-08-01")),
}
_URLS: Final = {
    "sms_url": "SmsUrl",
    "sms_fallback_url": "SmsFallbackUrl",
    "status_callback": "StatusCallback",
    "voice_url": "VoiceUrl",
    "voice_fallback_url": "VoiceFallbackUrl",
}


def _checked(settings: NumberSettings) -> NumberSettings:
    """Return the settings as they are kept."""
    kept: dict[str, object] = dict(settings)
    for key, value in settings.items():
        text = value if isinstance(value, str) else ""
        if key in _URLS:
            kept[key] = checks.url(text, name=_URLS[key], code=21402)
        elif key.endswith("_method"):
            kept[key] = checks.method(text or "POST", name=_camel(key), code=21403)
        elif key in _SIDS:
            prefix, name = _SIDS[key]
            kept[key] = checks.sid(text, prefix=prefix, name=name, code=20422)
        elif key in _WORDS:
            name, words = _WORDS[key]
            kept[key] = checks.one_of(text, words, name=name)
        elif key == "friendly_name":
            kept[key] = checks.friendly_name(text, most=64, code=20002)
    # The provider deletes one when the other is set.
    if kept.get("trunk_sid"):
        kept["voice_application_sid"] = None
    elif kept.get("voice_application_sid"):
        kept["trunk_sid"] = None
    return cast("NumberSettings", kept)


def _camel(key: str) -> str:
    return "".join(word.capitalize() for word in key.split("_"))


def _check_whole(number: PhoneNumber) -> None:
    if number.voice_fallback_url and not number.voice_url:
        raise checks.refused(21405, "Cannot set VoiceFallbackUrl without setting VoiceUrl")
    if number.sms_fallback_url and not number.sms_url:
        raise checks.refused(21406, "Cannot set SmsFallbackUrl without setting SmsUrl")
