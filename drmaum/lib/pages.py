"""Cursor pages: stable under inserts between two reads."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class SafeCursorPagination(CursorPagination):
    """A made-up cursor is not found, rather than a server error."""

    cursor_query_description = _(  # type: ignore[assignment]
        "이어지는 쪽. 응답의 `next`와 `previous`에 들어 있습니다."
    )
    page_size_query_description = _("한 쪽에 담을 수")  # type: ignore[assignment]

    def get_schema_operation_parameters(self, view: Any) -> Any:
        given = super().get_schema_operation_parameters(view)
        for parameter in given:
            if parameter["name"] == self.page_size_query_param:
                bounds = {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
                parameter["schema"] |= bounds
        return given

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError, DataError) as error:
            raise NotFound from error


class NewestFirst(SafeCursorPagination):
    ordering = "-created_at"
    page_size_query_param = "page_size"
    max_page_size = 100


class BySequence(SafeCursorPagination):
    """Messages of one consultation, oldest first."""

    ordering = "seq"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
