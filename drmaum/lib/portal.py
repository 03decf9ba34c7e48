"""Pieces of the portal that all apps share."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from drmaum.lib.addresses import address_of

__all__ = ["ReadOnlyAdmin", "address_of", "back", "tag"]


class ReadOnlyAdmin(ModelAdmin):
    """What the product writes and people only read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def tag(text: Any, colour: str = "") -> SafeString:
    """A small label; colours are info, success, warning, danger, primary."""
    return render_to_string("unfold/helpers/label.html", {"type": colour, "text": text})


def back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """To the page whose button was pressed."""
    came_from = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(came_from if is_ours else otherwise)
