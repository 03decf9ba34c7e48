"""Cursor pages: stable under inserts between two reads."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    ordering = "-created_at"
    page_size_query_param = "page_size"
    max_page_size = 100


class BySequence(CursorPagination):
    """Messages of one consultation, oldest first."""

    ordering = "seq"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
