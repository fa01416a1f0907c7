"""A REGISTER's way through domain, switch, credential list and user name: pure decisions, each of them recorded."""

from __future__ import annotations

from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.admission.admission import Admission, Admitted, Refused, Trail, Verdict
from sipdomain.twilio.store import Domain, Store


def admit_registration(
    admission: Admission, store: Store, request: Request, flow: Flow, now: float
) -> tuple[Verdict, Trail]:
    """Judge a REGISTER that was not dropped; the user admitted is the one of its address of record."""
    trail = Trail(request, now)
    domain = admission.find(request, flow, admission.locate(request), trail)
    if isinstance(domain, Refused):
        return domain, trail
    access = store.registration_access(domain)
    refused = _not_offered(domain, trail, listed=access.lists_credentials)
    if refused is not None:
        return refused, trail
    proof = admission.prove(request, flow, access, trail)
    if not isinstance(proof, str):
        return proof, trail
    return _of_another(admission, request, domain, proof, trail) or Admitted(domain, proof), trail


def _not_offered(domain: Domain, trail: Trail, *, listed: bool) -> Refused | None:
    if not domain.sip_registration:
        return trail.refuse(
            "registration", "registration-off", got="sip_registration: false", wanted="true",
            mend=f"set SipRegistration (sip_registration:) to true on the domain {domain.domain_name}",
        )  # fmt: skip
    if not listed:
        return trail.refuse(
            "registration", "no-registration-list", got="no list", wanted="a credential list for registrations",
            mend=f"map a credential list to {domain.domain_name} under Auth/Registrations (registrations:)",
        )  # fmt: skip
    trail.note("registration", "passed", "register-own-list", got="sip_registration: true")
    return None


def _of_another(
    admission: Admission, request: Request, domain: Domain, username: str, trail: Trail
) -> Refused | None:
    """Refuse an address of record of another domain, and one of another user than proved himself."""
    for name, address in (("To", request.to), ("From", request.from_)):
        if address.uri.username != username:
            return trail.refuse(
                "user", "user-mismatch", got=f"{name} user {address.uri.username!r}",
                wanted=f"the digest user name {username!r}",
                mend=f"give the phone one name for both: its user and its authorization name, {username!r}",
            )  # fmt: skip
    trail.note("user", "passed", "register-user", got=username, wanted="the user of To and From")
    found = admission.domain_of(request.to.uri)
    if found is None or found.sid != domain.sid:
        return trail.refuse(
            "address-of-record", "address-of-record-elsewhere", got=f"To: {request.to.uri.bare}",
            wanted=f"an address at {domain.domain_name}",
            mend=f"register sip:{username}@{domain.domain_name}, or send the REGISTER to the domain of To",
        )  # fmt: skip
    return None
