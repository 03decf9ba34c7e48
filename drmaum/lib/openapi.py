"""What the OpenAPI document says beyond what views say of themselves: how one signs in, every
status that an operation may answer, and the headers of requests that are counted.
"""

import re
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.fields import ChoiceField

from drmaum.lib import refusing
from drmaum.lib.fields import StrictSerializer

SAFE = {"GET", "HEAD", "OPTIONS"}
DONE = {
    "200": "찾았거나, 했습니다.",
    "201": "만들었습니다.",
    "202": "받아들였습니다. 나머지는 곧 이루어집니다.",
    "204": "했습니다. 돌려줄 내용은 없습니다.",
}
FIRST_SENTENCE = re.compile(r".+?(?=[.:](\s|$))", re.DOTALL)
Schema = dict[str, Any]


class Described(AutoSchema):
    """drf-spectacular's reading of a view, with what it may refuse.

    A handler may say more of itself by `@may_refuse`, and of a body of DELETE by `@with_body`:
    OpenAPI 3.1 allows one, the generator does not expect it.
    """

    def get_summary(self) -> str | None:
        """The first sentence of the description."""
        found = FIRST_SENTENCE.match(str(self.get_description()))
        return " ".join(found[0].split()) if found else None

    def _get_request_body(self, direction: Any = "request") -> Schema | None:
        given = getattr(self._handler(), "body", None)
        if given is None:
            found: Schema | None = super()._get_request_body(direction)
            return found
        schema, _ = self._get_request_for_media_type(given, direction)
        return {"required": True, "content": {"application/json": {"schema": schema}}}

    def _get_response_bodies(self, direction: Any = "response") -> Schema:
        found: Schema = super()._get_response_bodies(direction)
        self._component("Error", ResolvedComponent.SCHEMA, refusing.ERROR)
        for status, response in found.items():
            if "content" not in response or not response["description"]:
                response["description"] = DONE[status]
            if self._is_counted():
                response.setdefault("headers", {}).update(self._rate_headers())
        return {**found, **self._refused()}

    def _refused(self) -> Schema:
        """The systematic refusals are components of the document, written once."""
        reasons = self._reasons()
        found: Schema = refusing.responses(self._expected(), reasons)
        own = {str(refusing.status_of(reason)) for reason in reasons}
        for status in found.keys() - own:
            name = f"Refused{status}"
            found[status] = self._component(name, ResolvedComponent.RESPONSE, found[status])
        return found

    def _expected(self) -> set[int]:
        """The statuses that follow from what the operation is."""
        expected = {406, 503}
        if self._get_request_body() is not None:
            expected |= {400, 413, 415}
        if any(found["in"] == "query" for found in self._process_override_parameters().values()):
            expected.add(400)
        if self.view.get_authenticators():
            expected |= {401} if self.method in SAFE else {401, 403}
        if "{" in self.path or (self._is_list_view() and self._get_paginator()):
            expected.add(404)
        return expected | ({429} if self._is_counted() else set())

    def _is_counted(self) -> bool:
        return bool(self.view.get_throttles())

    def _rate_headers(self) -> Schema:
        return {
            name: self._component(name, ResolvedComponent.HEADER, schema)
            for name, schema in refusing.RATE_HEADERS.items()
        }

    def _component(self, name: str, kind: str, schema: Schema) -> Schema:
        found = ResolvedComponent(name=name, type=kind, schema=schema, object=name)
        self.registry.register_on_missing(found)
        return dict(found.ref)

    def _handler(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", self.method.lower()), None)

    def _reasons(self) -> tuple[refusing.Reason, ...]:
        """Those of the handler, or of the `perform_…` behind a handler of the framework."""
        action = getattr(self.view, "action", None) or ""
        performed = f"perform_{action.removeprefix('partial_')}"
        named: tuple[refusing.Reason, ...] = ()
        for handler in (self._handler(), getattr(self.view, performed, None)):
            named += getattr(handler, "reasons", ())
        return named

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: bool = False
    ) -> Schema | None:
        if direction == "response" and isinstance(field, ChoiceField):
            field.allow_blank |= _is_blank_in_its_row(field)
        found: Schema | None = super()._map_serializer_field(field, direction, bypass_extensions)
        return found

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Schema:
        found: Schema = super()._map_basic_serializer(serializer, direction)
        # Docstrings speak to those who read the code.
        found.pop("description", None)
        if direction == "request" and isinstance(serializer, StrictSerializer):
            found["additionalProperties"] = False
        return found


def _is_blank_in_its_row(field: ChoiceField) -> bool:
    """A field that is only read does not say that its column may hold nothing."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = {column.name: column for column in model._meta.get_fields()} if model else {}
    return bool(getattr(columns.get(field.source), "blank", False))


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "profiles.auth.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = (
            "로그인이 돌려준 `access`를 `Authorization: Bearer …`로 보냅니다. 10분 뒤에 끝납니다."
        )
        return {"type": "http", "scheme": "bearer", "description": told}


class BrowserScheme(OpenApiAuthenticationExtension):
    target_class = "profiles.auth.BrowserAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = "웹 앱의 쿠키. 바꾸는 요청에는 `X-CSRFToken`이 함께 있어야 합니다."
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": told,
        }
