"""The provider's REST API, version 2010-04-01, its Monitor and Voice APIs, version v1: a request in, an answer out.

Source: https://www.twilio.com/docs/usage/requests-to-twilio and .../twilios-response. Only JSON is spoken: a path
without ".json", which the provider answers in XML, is answered in JSON too.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Generator, Iterable, Sequence
from typing import Any, Final

from sipdomain.error_codes import more_info
from sipdomain.errors import RestError
from sipdomain.steps import Steps, drained
from sipdomain.twilio.admission.password_guesses import Guesses
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest.catalogue import (
    allowed,
    catalogue,
    check_api,
    check_place,
    operation_of,
    parts_of,
    unknown,
)
from sipdomain.twilio.rest.faults import CODES, RestFaults
from sipdomain.twilio.rest.history import describe, record_event
from sipdomain.twilio.rest.media import media
from sipdomain.twilio.rest.messages import NO_CODE, Parameters, RestRequest, RestResponse
from sipdomain.twilio.rest.paging import meta, page, read_place
from sipdomain.twilio.rest.refusals import MethodNotAllowedError, SlowedError
from sipdomain.twilio.rest.request_checks import check_body, check_text
from sipdomain.twilio.rest.resource import FEW, MONITOR, Asked, Json, Operation, Resource
from sipdomain.twilio.rooms.orders import RoomSwitchboard
from sipdomain.twilio.store import Account, Key, Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.logs import Logs

# What a main account may still do to a subaccount's resources when that is not active (assumed).
_POSSIBLE: Final[dict[str, tuple[Operation, ...]]] = {
    "suspended": ("list", "fetch", "update", "delete"),
    "closed": ("list", "fetch"),
}


class RestApi:
    """Answers REST requests out of a store; every change holds when `handle` returns.

    Attributes:
        faults: What befalls requests; whoever has a connection carries it out.
    """

    def __init__(
        self,
        store: Store,
        calls: CallStore,
        ids: Ids,
        logs: Logs | None = None,
        *,
        switchboard: RoomSwitchboard | None = None,
    ) -> None:
        """Stand before a store.

        Args:
            store: The state.
            calls: The call records, and their recordings.
            ids: Names requests (RQ…) and what is made.
            logs: Alerts, and where changes are written down; by default ones of its own.
            switchboard: Carries and records calls; None where nobody does.
        """
        self._store = store
        self._calls = calls
        self._ids = ids
        self._switchboard = switchboard
        self._logs = logs if logs is not None else Logs()
        self.faults = RestFaults()
        self._guesses = Guesses()

    @staticmethod
    def load() -> None:
        """Import all resources, so that the first request need not wait for that; harmless in a thread."""
        catalogue()

    def handle(self, request: RestRequest, now: float) -> RestResponse:
        """Answer a request.

        Args:
            request: Any request; only paths under /2010-04-01/ and /v1/ mean something here.
            now: Unix seconds.
        """
        headers = [
            ("Content-Type", "application/json"),
            ("Twilio-Request-Id", self._ids.new("RQ")),
            # No time passes while a value is computed; a server that sends it says how long that took.
            ("Twilio-Request-Duration", "0.000"),
            ("X-Home-Region", "us1"),
            ("X-API-Domain", _api_domain(request.path)),
        ]
        try:
            audio = media(request, self._calls.recordings, now)
            if audio is not None:
                return RestResponse(
                    200, (("Content-Type", audio.content_type), *headers[1:]), late=audio.make
                )
            status, payload, further = self._answer(request, now)
            headers += further
            if isinstance(payload, Generator):
                return RestResponse(status, tuple(headers), steps=payload)
        except RestError as error:
            status = error.status
            payload = _error_payload(error, request.path)
            if error.code != NO_CODE:
                headers.append(("X-Twilio-Error-Code", str(error.code)))
            if isinstance(error, SlowedError):
                headers.append(("Retry-After", str(error.retry_after)))
            if isinstance(error, MethodNotAllowedError):
                headers.append(("Allow", error.allow))
            if status == 401:
                headers.append(("WWW-Authenticate", 'Basic realm="Twilio API"'))
        if payload is None:
            return RestResponse(status, tuple(headers[1:]))
        return RestResponse(status, tuple(headers), json.dumps(payload, ensure_ascii=False).encode())

    def unavailable(self, why: str) -> RestResponse:
        """Return the answer to a request whose changes could not be kept."""
        return self.refused(503, retry_after=5, why=why)

    def refused(self, status: int, *, retry_after: int | None, why: str = "") -> RestResponse:
        """Return the answer to a request that is not looked at: a status of `faults.CODES`, and when to ask again."""
        code, text = CODES[status]
        payload = {
            "code": code,
            "message": f"{text}: {why}" if why else text,
            "more_info": more_info(code),
            "status": status,
        }
        headers = [
            ("Content-Type", "application/json"),
            ("Twilio-Request-Id", self._ids.new("RQ")),
            ("X-Twilio-Error-Code", str(code)),
        ]
        if retry_after is not None:
            headers.append(("Retry-After", str(retry_after)))
        return RestResponse(status, tuple(headers), json.dumps(payload).encode())

    def _answer(
        self, request: RestRequest, now: float
    ) -> tuple[int, Json | Steps[bytes] | None, tuple[tuple[str, str], ...]]:
        account, key = self._authenticate(request, now)
        check_text(request)
        check_api(request)
        version, parts = parts_of(request.path)
        found = catalogue().routes[version].find(parts)
        if found is None:
            raise unknown(parts)
        resource, sids, sid = found
        named = sid if resource.path == "Accounts" else ""
        self._check_account(account, key, resource, sids.get("AC") or named or account.sid)
        if request.method == "OPTIONS":
            return 204, None, (("Allow", allowed(resource, instance=bool(sid))),)
        operation = operation_of(resource, request.method, instance=bool(sid))
        if "AC" in sids:
            self._check_standing(sids["AC"], operation)
        check_body(request)
        asked = Asked(
            store=self._store,
            calls=self._calls,
            ids=self._ids,
            account=account,
            sids=sids,
            sid=sid,
            form=Parameters(request.form),
            query=Parameters(request.query),
            now=now,
            switchboard=self._switchboard,
            logs=self._logs,
            base_url=request.base_url,
        )
        check_place(version, resource, asked, operation)
        if operation == "list" and resource.list is not None:
            return 200, _page(resource, resource.list(asked), asked, f"/{version}/{'/'.join(parts)}"), ()
        before = describe(resource, asked, operation)
        if operation == "delete" and resource.delete is not None:
            resource.delete(asked)
            status, shown = 204, None
        else:
            record = getattr(resource, operation)(asked)
            status = resource.created if operation == "create" else 200
            shown = resource.render(asked, record)
        if resource.is_of_call and shown is not None and operation != "fetch":
            self._logs.exchanges.add(
                str(shown.get("call_sid", shown["sid"])), at=now, duration=0.0, method=request.method,
                url=request.base_url + request.path,
                parameters=request.form, status=status, content_type="application/json",
                body=json.dumps(shown).encode(),
            )  # fmt: skip
        if operation != "fetch":
            record_event(resource, asked, operation, before, shown, ids=self._ids, client=request.client)
        return status, shown, ()

    def _authenticate(self, request: RestRequest, now: float) -> tuple[Account, Key | None]:
        """Return the account whose credentials these are, and the API key if they are one's.

        Source: https://www.twilio.com/docs/usage/requests-to-twilio#authentication
        """
        authorization = request.authorization
        if not authorization:
            raise RestError(401, 20003, "Authentication Error - No credentials provided")
        scheme, _, token = authorization.partition(" ")
        try:
            sid, _, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            sid, password = "", ""
        accounts, client = self._store.accounts, request.client
        pause = self._guesses.pause(client, sid, now) if client else 0.0
        if pause:
            raise SlowedError(client, math.ceil(pause))
        key = self._store.keys.authenticated(sid, password) if sid.startswith("SK") else None
        account = accounts.fetch(key.account_sid) if key else accounts.authenticated(sid, password)
        if scheme.lower() != "basic" or account is None:
            if client:
                self._guesses.failed(client, sid, now)
            raise RestError(401, 20003, "Authenticate")
        if client:
            self._guesses.succeeded(client, sid, now)
        if accounts.standing(account.sid) != "active":
            raise RestError(403, 20005, "Account not active")
        return account, key

    def _check_account(self, account: Account, key: Key | None, resource: Resource[Any], sid: str) -> None:
        """See that an account, by its own token or by a standard API key, may work on what an account has.

        Source: https://www.twilio.com/docs/api/errors/20003; the message as seen by users of the service.
        """
        if key is not None and resource.account_only:
            raise RestError(401, 20003, "Authentication Error - invalid username")
        # That another's account looks as if it did not exist is assumed.
        if not self._store.accounts.may_use(account, sid):
            raise RestError(404, 20404, f"There is no account {sid[:60]}")
        if key is not None and sid != account.sid:
            raise RestError(401, 20003, "Authenticate")

    def _check_standing(self, sid: str, operation: Operation) -> None:
        standing = self._store.accounts.standing(sid)
        if operation not in _POSSIBLE.get(standing, (operation,)):
            raise RestError(403, 20005, f"Account not active: {sid} is {standing}")


def _page(resource: Resource[Any], found: Iterable[Any], asked: Asked, path: str) -> Json | Steps[bytes]:
    """Return a page of a list, as each of the APIs describes it, or the steps that make one that takes time."""
    of_monitor = path.startswith(f"/{MONITOR}/")
    path = path if of_monitor else f"{path}.json"
    cutting = page(found, read_place(asked.query), asked.query, path, newest_first=resource.newest_first)

    def described(fields: dict[str, Any]) -> dict[str, Any]:
        return meta(fields, asked.base_url, resource.list_key) if of_monitor else fields

    def steps() -> Steps[bytes]:
        shown, fields = yield from cutting
        records = []
        for each in shown:
            records.append(json.dumps(resource.render(asked, each), ensure_ascii=False))
            yield
        rest = json.dumps(described(fields), ensure_ascii=False)[1:]
        return f'{{"{resource.list_key}": [{", ".join(records)}], {rest}'.encode()

    if not isinstance(found, Sequence) or len(found) > FEW:
        return steps()
    shown, fields = drained(cutting)
    return {resource.list_key: [resource.render(asked, each) for each in shown], **described(fields)}


def _api_domain(path: str) -> str:
    """Return the provider's host name for a path."""
    version, _, rest = path.removeprefix("/").partition("/")
    if version != MONITOR:
        return "api.twilio.com"
    return "monitor.twilio.com" if rest.partition("/")[0] in {"Alerts", "Events"} else "voice.twilio.com"


def _error_payload(error: RestError, path: str) -> dict[str, Any]:
    message = str(error)
    if error.status == 404:
        message = f"The requested resource {path} was not found"
    payload: dict[str, Any] = {"code": error.code, "message": message}
    if error.code != NO_CODE:
        payload["more_info"] = more_info(error.code)
    return {**payload, "status": error.status}
