"""Which refusals the API's document lists for an operation: those that its handler names, and
those that follow from what the operation is (a body, a sign-in, an id in its address).
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, TypeVar

from rest_framework import exceptions
from rest_framework.serializers import BaseSerializer

from drmaum.lib.errors import MESSAGES, Refusal, TooLarge

Handler = TypeVar("Handler", bound=Callable[..., Any])
Reason = type[Refusal] | type[exceptions.APIException]

ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message"],
    "description": "받아들이지 않은 요청에 대한 하나의 형식",
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
                    "required": ["code", "message"],
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
    },
}
RETRY_AFTER = {
    "Retry-After": {
        "description": "다시 보내도 되는 때까지 남은 초",
        "schema": {"type": "integer", "minimum": 1},
    }
}
RATE_HEADERS = {
    "RateLimit-Limit": {
        "description": "정해진 시간에 보낼 수 있는 요청의 수",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Remaining": {
        "description": "그 가운데 남은 수",
        "schema": {"type": "integer", "minimum": 0},
    },
    "RateLimit-Reset": {
        "description": "다시 처음부터 셀 때까지 남은 초",
        "schema": {"type": "integer", "minimum": 0},
    },
}
TOLD: dict[int, str] = {
    400: "보낸 내용에 맞지 않는 것이 있습니다.",
    401: "로그인하지 않았거나, 로그인이 끝났습니다.",
    403: "할 수 없는 일입니다. 웹 앱의 쿠키로 보낼 때는 `X-CSRFToken`이 없을 때도 그렇습니다.",
    404: "없거나, 볼 수 없는 것입니다.",
    406: "이 형식으로는 답할 수 없습니다.",
    409: "지금의 상태에서는 할 수 없습니다.",
    413: "보낸 내용이 너무 큽니다.",
    415: "읽을 수 없는 형식입니다.",
    422: "내용은 읽었지만 받아들일 수 없습니다.",
    429: "요청이 너무 잦습니다.",
    503: "잠시 쓸 수 없습니다. 같은 요청을 다시 보내도 됩니다.",
}
INVALID = {
    "code": "invalid_input",
    "message": "이 필드는 필수 항목입니다.",
    "fields": {"name": [{"code": "required", "message": "이 필드는 필수 항목입니다."}]},
}
THROTTLED = {
    "code": "too_many_requests",
    "message": "요청이 많아요. 12초 뒤에 다시 보내 주세요.",
}
ALWAYS: dict[int, list[dict[str, Any]]] = {
    400: [INVALID, {"code": "parse_error", "message": MESSAGES["parse_error"]}],
    401: [
        {"code": code, "message": MESSAGES[code]}
        for code in ("not_authenticated", "authentication_failed")
    ],
    429: [THROTTLED],
    503: [{"code": "unavailable", "message": MESSAGES["unavailable"]}],
} | {
    int(kind.status_code): [
        {"code": kind.default_code, "message": MESSAGES[str(kind.default_code)]}
    ]
    for kind in (
        exceptions.PermissionDenied,
        exceptions.NotFound,
        exceptions.NotAcceptable,
        TooLarge,
        exceptions.UnsupportedMediaType,
    )
}


def may_refuse(*reasons: Reason) -> Callable[[Handler], Handler]:
    """Name what a handler of the API may refuse with; its document lists them."""

    def named(handler: Handler) -> Handler:
        handler.reasons = reasons  # type: ignore[attr-defined]
        return handler

    return named


def with_body(serializer: type[BaseSerializer[Any]]) -> Callable[[Handler], Handler]:
    """Name the body that a handler of DELETE reads."""

    def named(handler: Handler) -> Handler:
        handler.body = serializer  # type: ignore[attr-defined]
        return handler

    return named


def status_of(reason: Reason) -> int:
    return int(reason.status if issubclass(reason, Refusal) else reason.status_code)


def responses(statuses: Iterable[int], reasons: Iterable[Reason]) -> dict[str, Any]:
    """The refusing part of an operation's `responses`."""
    found: dict[int, list[dict[str, Any]]] = {status: ALWAYS[status] for status in statuses}
    for reason in reasons:
        status = status_of(reason)
        found[status] = [*found.get(status, []), _example(reason)]
    return {str(status): _response(status, found[status]) for status in sorted(found)}


def _example(reason: Reason) -> dict[str, Any]:
    if issubclass(reason, Refusal):
        return {"code": reason.code, "message": reason.message}
    code = str(reason.default_code)
    return {"code": code, "message": MESSAGES[code]}


def _response(status: int, bodies: list[dict[str, Any]]) -> dict[str, Any]:
    examples = {
        body["code"]: {"value": {**body, "message": str(body["message"])}} for body in bodies
    }
    content = {"schema": {"$ref": "#/components/schemas/Error"}, "examples": examples}
    headers = RETRY_AFTER | RATE_HEADERS if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    return {
        "description": TOLD[status],
        **({"headers": headers} if headers else {}),
        "content": {"application/json": content},
    }
