"""The contract of the REST API: every answer is checked against the schemas in `fixtures/rest/`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012, SchemaRegistry

from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.rest.messages import NO_CODE
from sipdomain.twilio.rest.registry import MONITOR_RESOURCES, RESOURCES, VOICE_RESOURCES
from sipdomain.twilio.rest.resource import MONITOR, VERSION, Resource
from sipdomain.twilio.rest.routes import Routes

FOLDER: Final = Path(__file__).parents[3] / "fixtures" / "rest"
COMMON: Final = "common.yaml"
_DOCUMENTS: Final[dict[str, dict[str, Any]]] = {
    file.name: yaml.load(file.read_text("utf-8"), yaml.CSafeLoader) for file in sorted(FOLDER.iterdir())
}
_REGISTRY: Final[SchemaRegistry] = Registry().with_resources(
    (name, DRAFT202012.create_resource(document)) for name, document in _DOCUMENTS.items()
)
_ROUTES: Final = {VERSION: Routes(RESOURCES), MONITOR: Routes((*MONITOR_RESOURCES, *VOICE_RESOURCES))}

SCHEMAS: Final[dict[str, str]] = {
    document["title"]: name for name, document in _DOCUMENTS.items() if name != COMMON
}
"""The file of each resource, by its path."""


class BrokenContractError(AssertionError):
    """An answer is not what the schemas say."""


class CheckedApi(RestApi):
    """The API, each answer of which is checked on its way out."""

    def handle(self, request: RestRequest, now: float) -> RestResponse:
        response = super().handle(request, now)
        check(request, response)
        return response


def check(request: RestRequest, response: RestResponse) -> None:
    """Check an answer: a refusal, an instance, what `create` tells, or a page.

    Two kinds have no schema: the audio of a recording, which is known by its late body, and 204, which has no body.

    Raises:
        BrokenContractError: It is not what the schema says, or none says anything.
    """
    kind = response.header("Content-Type")
    if response.late is not None and kind != "application/json":
        _expect((response.status, response.body) == (200, b""), request, "audio is a late body of 200")
        _expect(kind in {"audio/x-wav", "audio/mpeg"}, request, f"audio of type {kind}")
        return
    if response.status == 204:
        _expect((response.body, kind) == (b"", None), request, "204 has no body")
        return
    _expect(kind == "application/json", request, f"a body of type {kind}")
    body = json.loads(response.whole)
    if response.status >= 400:
        validate(body, f"{COMMON}#/$defs/error", request)
        code = None if body["code"] == NO_CODE else str(body["code"])
        _expect(body["status"] == response.status, request, "the body tells another status")
        _expect(response.header("X-Twilio-Error-Code") == code, request, "the header tells another code")
        return
    resource, is_instance = _meant(request)
    name = SCHEMAS[resource.path]
    creates = request.method == "POST" and not is_instance
    _expect(response.status == (resource.created if creates else 200), request, f"{response.status}")
    if creates:
        part = "created" if "created" in _DOCUMENTS[name]["$defs"] else "instance"
    else:
        part = "instance" if is_instance else "page"
    validate(body, f"{name}#/$defs/{part}", request)


def validate(body: object, reference: str, request: RestRequest) -> None:
    """Check a body against a schema, by its file and place: "domains.yaml#/$defs/page"."""
    file, _, _ = reference.partition("#")
    validator = Draft202012Validator({"$ref": reference}, registry=_REGISTRY)
    wrong = [f"{each.json_path}: {each.message}" for each in validator.iter_errors(body)]
    _expect(not wrong, request, f"{file}: {'; '.join(wrong)}")


def _meant(request: RestRequest) -> tuple[Resource[Any], bool]:
    """Return the resource that a path means, and whether it means one instance."""
    version, *parts = request.path.removeprefix("/").removesuffix(".json").split("/")
    found = _ROUTES[version].find(parts)
    if found is None:
        raise BrokenContractError(f"{request.method} {request.path}: no resource answers this")
    resource, _, sid = found
    return resource, sid != ""


def _expect(holds: bool, request: RestRequest, why: str) -> None:
    if not holds:
        raise BrokenContractError(f"{request.method} {request.path}: {why}")
