"""Serializer pieces shared by all apps."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from drmaum.lib.text import UnreadableTextError, clean


class TextField(serializers.CharField):
    """Text from a person: composed, without invisible signs, never blank unless allowed."""

    default_error_messages = {
        "unreadable": _("읽을 수 없는 글자가 들어 있어요."),
        "blank": _("내용을 입력해 주세요."),
    }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str):
            try:
                data = clean(data)
            except UnreadableTextError:
                self.fail("unreadable")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        """A number is no text, though the framework would write it out."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, rather than dropping them in silence."""

    default_error_messages = {"unknown": _("알 수 없는 항목이에요.")}

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        unknown = set(data) - set(self.fields)
        if unknown:
            message = [self.error_messages["unknown"]]
            raise serializers.ValidationError(dict.fromkeys(sorted(map(str, unknown)), message))
        return found
