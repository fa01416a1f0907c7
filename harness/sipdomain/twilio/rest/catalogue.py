"""Which resource a path leads to, and what an HTTP method does to it; what leads nowhere is refused with what there is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Final, NamedTuple

from sipdomain.errors import RestError
from sipdomain.twilio.rest.apis import other_api
from sipdomain.twilio.rest.messages import NO_CODE, RestRequest
from sipdomain.twilio.rest.refusals import MethodNotAllowedError
from sipdomain.twilio.rest.resource import MONITOR, VERSION, Asked, Operation, Resource
from sipdomain.twilio.rest.routes import Routes

_OF_COLLECTION: Final[dict[str, Operation]] = {"GET": "list", "POST": "create"}
_OF_INSTANCE: Final[dict[str, Operation]] = {"GET": "fetch", "POST": "update", "DELETE": "delete"}


class Catalogue(NamedTuple):
    """All resources.

    Attributes:
        routes: Where they are, by version.
        emulated: The names of those right below an account, for people.
        missing: The names of those that the provider has besides.
        apis: The APIs that are emulated, for people.
    """

    routes: dict[str, Routes]
    emulated: str
    missing: frozenset[str]
    apis: str


@cache
def catalogue() -> Catalogue:
    """Return all resources."""
    # Their modules are imported with the first request, or while nobody waits: not before the sockets are bound.
    from sipdomain.twilio.rest.registry import MONITOR_RESOURCES, NOT_EMULATED, RESOURCES, VOICE_RESOURCES

    names = {part for each in RESOURCES for part in each.path.split("/")[2:3]} | {"Accounts"}
    routes = {VERSION: Routes(RESOURCES), MONITOR: Routes((*MONITOR_RESOURCES, *VOICE_RESOURCES))}
    apis = f"2010-04-01, {_named('Monitor', MONITOR_RESOURCES)} and {_named('Voice', VOICE_RESOURCES)}"
    return Catalogue(routes, ", ".join(sorted(names)), NOT_EMULATED, apis)


def _named(api: str, resources: tuple[Resource[Any], ...]) -> str:
    return f"{api} v1 ({', '.join(dict.fromkeys(each.path.partition('/')[0] for each in resources))})"


def check_api(request: RestRequest) -> None:
    """See that a request is for an API that is emulated; raises RestError 501."""
    asked = other_api(request.base_url, request.path)
    if asked is not None:
        raise RestError(501, NO_CODE, f"sipdomain does not emulate {asked}; it emulates {catalogue().apis}")


def parts_of(path: str) -> tuple[str, list[str]]:
    """Return the version of a path, and its parts below that, without ".json"."""
    lead, _, rest = path.removeprefix("/").partition("/")
    if lead not in {VERSION, MONITOR} or not rest:
        raise RestError(404, 20404, "unknown version")
    parts = rest.removesuffix(".json").split("/")
    if parts[-1].endswith((".xml", ".csv", ".html")):
        raise RestError(501, NO_CODE, "sipdomain answers in JSON only: let the path end with .json")
    return lead, parts


def unknown(parts: list[str]) -> RestError:
    """Return the refusal of a path that leads nowhere, by its parts."""
    for name in (*parts[2:3], *parts[4:5]):
        if name in catalogue().missing:
            emulated = catalogue().emulated
            return RestError(501, NO_CODE, f"sipdomain does not emulate {name}; it emulates {emulated}")
    return RestError(404, 20404, "unknown resource")


def allowed(resource: Resource[Any], *, instance: bool) -> str:
    """Return the methods of a resource, as the header field Allow lists them."""
    found = [
        method
        for method, operation in (_OF_INSTANCE if instance else _OF_COLLECTION).items()
        if getattr(resource, operation) is not None or operation in resource.not_emulated
    ]
    return ", ".join([*found, *(["HEAD"] if "GET" in found else []), "OPTIONS"])


def operation_of(resource: Resource[Any], method: str, *, instance: bool) -> Operation:
    """Return what an HTTP method does to a resource; raises RestError 405, or 501 for what is not emulated."""
    # That HEAD is answered as GET is assumed; the server leaves the body out (RFC 9110 section 9.3.2).
    asked = "GET" if method == "HEAD" else method
    operation = (_OF_INSTANCE if instance else _OF_COLLECTION).get(asked)
    if operation is not None and operation in resource.not_emulated:
        name = resource.path.rpartition("/")[2]
        raise RestError(501, NO_CODE, f"sipdomain does not emulate `{operation}` of {name}")
    if operation is None or getattr(resource, operation) is None:
        raise MethodNotAllowedError(allowed(resource, instance=instance))
    return operation


def check_place(version: str, resource: Resource[Any], asked: Asked, operation: Operation) -> None:
    """See that what is to be changed, or what it is to be made under, is there before its parameters are read.

    Raises:
        RestError: 20404, it is not.
    """
    if operation == "update" and resource.fetch is not None:
        resource.fetch(asked)
    if operation != "create" or resource.makes_place:
        return
    parts = resource.path.split("/")
    for index, part in enumerate(parts):
        above = catalogue().routes[version].of("/".join(parts[:index])) if part[0] == "{" else None
        if above is not None and above.fetch is not None and part != "{AC}":
            above.fetch(replace(asked, sid=asked.sids[part.strip("{}")]))
