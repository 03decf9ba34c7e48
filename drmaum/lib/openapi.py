"""What the OpenAPI document says beyond what views say of themselves: how one signs in, and the
one shape of every error."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "string", "description": "바뀌지 않는 이름", "example": "not_found"},
        "message": {"type": "string", "description": "사람에게 보여 줄 문장"},
        "fields": {
            "type": "object",
            "description": "거절된 입력: 이름 → {code, message}의 목록",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
    },
}
REFUSED = {
    "4XX": "요청을 받아들이지 않았습니다. 너무 잦은 요청(429)에는 `Retry-After`(초)가 있습니다.",
    "503": "잠시 쓸 수 없습니다. 같은 요청을 다시 보내도 됩니다.",
}
VERBS = {"get", "post", "put", "patch", "delete"}


def with_errors(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A postprocessing hook: every operation may be refused, in one shape."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for path in result["paths"].values():
        for verb, operation in path.items():
            if verb in VERBS:
                for status, text in REFUSED.items():
                    refused = {"description": text, "content": body}
                    operation["responses"].setdefault(status, refused)
    return result


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "profiles.auth.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = (
            "로그인이 돌려준 `access`를 `Authorization: Bearer …`로 보냅니다. 10분 뒤에 끝납니다."
        )
        return {"type": "http", "scheme": "bearer", "description": told}


class BrowserScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "profiles.auth.BrowserAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        told = "웹 앱의 쿠키. 바꾸는 요청에는 `X-CSRFToken`이 함께 있어야 합니다."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": told}
