"""How schemathesis is led to ask the API: as whom, about which rows, and what it looks at."""

import itertools
import json
from contextlib import closing
from typing import Any
from uuid import UUID

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from schemathesis import checks
from schemathesis.config import SchemathesisConfig

from drmaum.tests.api_world import ApiWorld
from profiles import tokens
from profiles.models import User

ANSWERED = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
CHECKS = [*ANSWERED, checks.unsupported_method, checks.ignored_auth]
# The word of an address before an id, where it is not the kind of what is named.
KINDS = {"pet_id": "pets", "reply": "messages"}
NAMED = {
    "consultation": "consultations", "pet": "pets", "revises": "messages", "photos": "photos",
    "birth_date": "days", "happened_on": "days", "measured_on": "days", "due_on": "days",
    "done_on": "days", "email": "addresses", "content_type": "types", "place": "places",
    "latitude": "latitudes", "longitude": "longitudes", "days": "spans",
    "kg": "weights_of", "password": "passwords",
}  # fmt: skip
UNKNOWN = UUID("00000000-0000-4000-8000-000000000000")
WIDE = {"generation": {"mode": "all", "max-examples": 25, "deterministic": True}}
SOME = {"generation": {"mode": "all", "max-examples": 5, "deterministic": True}}
NARROW = {
    "generation": {"mode": "all", "max-examples": 1, "deterministic": True},
    "phases": {"coverage": {"enabled": False}},
}


def knowing(document: dict[str, Any], known: dict[str, list[Any]]) -> dict[str, Any]:
    """The document, in which ids are mostly those of rows that are there, and days and names such
    as are accepted: a value by chance would never come past the first check."""
    found: dict[str, Any] = json.loads(json.dumps(document))
    for path, operations in found["paths"].items():
        for given in itertools.chain(*(one.get("parameters", ()) for one in operations.values())):
            kind = _kind_of(path, given)
            if kind in known:
                given["schema"] = _mostly(known[kind], given["schema"])
    for name, schema in found["components"]["schemas"].items():
        if name.endswith("Request"):
            properties = schema.get("properties", {})
            for one in properties.keys() & NAMED.keys():
                properties[one] = _know(properties[one], known[NAMED[one]])
    return found


def _kind_of(path: str, given: dict[str, Any]) -> str:
    name = given["name"]
    if given["in"] != "path":
        return NAMED.get(name, "")
    return KINDS.get(name) or path.split(f"/{{{name}}}")[0].rsplit("/", 1)[-1]


def _know(schema: dict[str, Any], values: list[Any]) -> dict[str, Any]:
    if "items" in schema:
        return {**schema, "items": _mostly(values, schema["items"])}
    return _mostly(values, schema)


def _mostly(values: list[Any], schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("type") == "integer":
        return {"enum": [*(int(one) for one in values), UNKNOWN.int % 2**31]}
    if schema.get("format") == "uuid":
        return {"enum": [*values, str(UNKNOWN)]}
    return {"anyOf": [{"enum": values}, schema]}


WEB = WSGIHandler()


def answered(environ: Any, start_response: Any) -> list[bytes]:
    """Closed as a server would: the client of schemathesis leaves uploaded files open."""
    with closing(WEB(environ, start_response)) as answer:
        return [b"".join(answer)]


def loaded(document: dict[str, Any], world: ApiWorld, how: dict[str, Any]) -> Any:
    config = SchemathesisConfig.from_dict({"cache": {"enabled": False}, **how})
    schema = schemathesis.openapi.from_dict(knowing(document, world.known), config=config)
    schema.app = answered
    return schema


def ask(case: Any, user: User | None) -> None:
    with transaction.atomic():
        case.call_and_validate(headers=signed_in(user), checks=CHECKS)
        transaction.set_rollback(True)


def signed_in(user: User | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.sign_in(user=user).access}"} if user else {}
