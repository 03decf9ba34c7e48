"""Cursor pages: stable under inserts between two reads."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination


class SafeCursorPagination(CursorPagination):
    """A made-up cursor is not found, rather than a server error."""

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
