"""The one error shape of the API: a stable `code` for programs, a Korean `message` for people.

    {"code": "consultation_ended", "message": "이미 끝난 상담이에요.", "fields": {…}}

`fields` is present only where single inputs were refused: name -> list of {code, message}.
"""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response


class Refusal(Exception):
    """A request that the product declines. Raised by services; subclasses name the reason."""

    status = HTTPStatus.BAD_REQUEST
    code = "refused"
    message: Any = _("요청을 처리할 수 없어요.")
    retry_after: int | None = None  # seconds, where waiting helps

    def __init__(self, message: Any = None) -> None:
        self.message = message or self.message
        super().__init__(self.code)


MESSAGES: dict[str, Any] = {
    "not_authenticated": _("로그인이 필요해요."),
    "authentication_failed": _("로그인이 만료됐어요. 다시 로그인해 주세요."),
    "permission_denied": _("이 작업을 할 권한이 없어요."),
    "not_found": _("찾을 수 없어요."),
    "method_not_allowed": _("이 주소에서는 할 수 없는 요청이에요."),
    "not_acceptable": _("JSON 형식으로만 답할 수 있어요."),
    "unsupported_media_type": _("JSON 형식으로 보내 주세요."),
    "parse_error": _("요청 내용을 읽을 수 없어요. JSON 형식을 확인해 주세요."),
    "too_large": _("보내신 내용이 너무 커요."),
    "unavailable": _("잠시 연결이 원활하지 않아요. 곧 다시 시도해 주세요."),
    "error": _("문제가 생겼어요. 잠시 뒤에 다시 시도해 주세요."),
}


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


def shape(code: str, message: Any, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    body: dict[str, Any] = {"code": code, "message": str(message)}
    if fields:
        body["fields"] = fields
    return body


def as_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Returns None for what should surface as a server error."""
    if isinstance(error, Refusal):
        headers = {"Retry-After": str(error.retry_after)} if error.retry_after else None
        body = shape(error.code, error.message)
        return Response(body, status=error.status, headers=headers)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if not isinstance(error, exceptions.APIException):
        return None
    response = Response(_body(error), status=error.status_code)
    if isinstance(error, exceptions.Throttled):
        response["Retry-After"] = str(_wait_of(error))
    challenge = getattr(error, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    return response


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        fields = _fields(error.get_full_details())
        first = next(iter(fields.values()))[0]
        return shape("invalid_input", first["message"], fields)
    if isinstance(error, exceptions.Throttled):
        message = f"요청이 많아요. {_wait_of(error)}초 뒤에 다시 보내 주세요."
        return shape("too_many_requests", message)
    code = error.default_code
    return shape(code, MESSAGES.get(code, MESSAGES["error"]))


def _wait_of(error: exceptions.Throttled) -> int:
    """Whole seconds until the next request may pass."""
    return int(getattr(error, "wait", None) or 1) + 1


def _fields(details: Any, path: str = "") -> dict[str, list[dict[str, str]]]:
    """Flatten DRF's nested error details into dotted names."""
    if isinstance(details, dict) and isinstance(details.get("message"), str):
        leaf = {"code": str(details["code"]), "message": _printable(details["message"])}
        return {_printable(path) or "body": [leaf]}
    found: dict[str, list[dict[str, str]]] = {}
    items = details.items() if isinstance(details, dict) else ((None, part) for part in details)
    for key, part in items:
        inner = path if key is None or key == "non_field_errors" else f"{path}.{key}".strip(".")
        for name, problems in _fields(part, inner).items():
            found.setdefault(name, []).extend(problems)
    return found or {path or "body": [{"code": "invalid", "message": str(MESSAGES["error"])}]}


def _printable(text: str) -> str:
    """Half of a surrogate pair, as a client may send it, cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode()


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def json_error(code: str, status: int) -> JsonResponse:
    body = shape(code, MESSAGES[code])
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
