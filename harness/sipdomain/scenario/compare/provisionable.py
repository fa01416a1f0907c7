"""What of a scenario a target cannot be given by its public interfaces, or cannot be seen to do."""

from __future__ import annotations

from ipaddress import ip_address

from sipdomain.scenario.given import Given
from sipdomain.scenario.loader import ScenarioFile
from sipdomain.scenario.step import walk
from sipdomain.scenario.steps.wait_until import WaitUntil
from sipdomain.sip.outputs import Address

_ON_PURPOSE = "what `cloud` asks of the far end, our emulator does, and no other does on purpose"
_FOREIGN = frozenset({"sipp", "baresip", "pjsip", "external"})


def reason_not_to_compare(source: ScenarioFile, target: Address) -> str:
    """Return why a scenario cannot be played at a target, as far as that is known beforehand; "" when it can.

    Args:
        source: The scenario.
        target: Where the target takes SIP.
    """
    words = {each.name for _, each in walk(source.scenario.steps)}
    if foreign := sorted(words & _FOREIGN):
        return f"what {foreign[0]} sees of its calls is read from our emulator's journal"
    if "behave" in words:
        return _ON_PURPOSE
    inside = (
        each.step
        for _, each in walk(source.scenario.steps)
        if isinstance(each.step, WaitUntil) and each.step.model_fields_set - {"webhook", "within", "soft"}
    )
    if next(inside, None) is not None:
        return "`wait_until` waits for something within the target, which is not seen from outside"
    return _not_provisionable(source.scenario.given, target)


def _not_provisionable(given: Given, target: Address) -> str:
    if given.bins:
        return "TwiML bins cannot be made by the REST API"
    if given.numbers or given.clients:
        return "simulated numbers and clients are of our emulator only"
    if given.app_url:
        return "an application that runs by itself is not watched"
    if given.dns or given.route_set is not None or given.ipv6 or given.listen is not None:
        return "`dns`, `ipv6`, `listen` and `route_set` are settings of our emulator"
    if given.cloud:
        return _ON_PURPOSE
    if given.webhook_faults.faults() or given.rtp_faults.faults():
        return "faults of webhooks and of audio are injected by our emulator"
    if any(word.startswith("ha1:") for users in given.credential_lists.values() for word in users.values()):
        return "a hash cannot be given to the REST API in place of a password"
    return next(filter(None, (_out_of_reach(name, given, target) for name in given.phones)), "")


def _out_of_reach(name: str, given: Given, target: Address) -> str:
    phone = given.phones[name]
    if phone.line or phone.host:
        return f"the phone {name} has a number, a client or a host name, which only our emulator knows"
    if phone.transport == "tls" or phone.secure_media:
        return f"the phone {name} needs TLS, which is not compared"
    if phone.address == "127.0.0.1":
        return ""
    address, there = ip_address(phone.address), ip_address(target.host)
    if address.version != there.version or (address.is_loopback and not there.is_loopback):
        return f"the phone {name} calls from {phone.address}, from where {target.host} is not reached"
    return ""
