"""Shapes of uploads on the wire."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat.models import Upload
from chat.uploads import addresses, refusals
from drmaum.lib.fields import StrictSerializer, TextField


class AskSerializer(StrictSerializer):
    consultation = serializers.UUIDField(required=False, help_text="상담에 보낼 파일이면")
    pet = serializers.UUIDField(required=False, help_text="프로필 사진이나 진료 서류이면")
    purpose = serializers.ChoiceField(
        choices=Upload.Purpose.choices, required=False, default=Upload.Purpose.TALK.value
    )
    kind = serializers.ChoiceField(choices=Upload.Kind.choices)
    name = TextField(max_length=255, required=False, allow_blank=True, default="")
    content_type = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default="", help_text="모르면 비워 두세요"
    )
    size = serializers.IntegerField(min_value=0, max_value=10**12, help_text="바이트")
    body_part = serializers.ChoiceField(
        choices=Upload.BodyPart.choices, required=False, allow_blank=True, default=""
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        is_talk = given["purpose"] == Upload.Purpose.TALK
        if is_talk == ("pet" in given) or is_talk != ("consultation" in given):
            raise serializers.ValidationError(_("상담과 반려동물 가운데 하나만 알려 주세요."))
        if not is_talk and given["kind"] != Upload.Kind.PHOTO:
            raise serializers.ValidationError({"kind": _("사진만 올릴 수 있어요.")})
        return given


class KeepSerializer(StrictSerializer):
    is_kept = serializers.BooleanField()


class PostFormSerializer(serializers.Serializer[Any]):
    url = serializers.CharField()
    fields_ = serializers.DictField(child=serializers.CharField())
    expires_in = serializers.IntegerField(help_text="초")

    def get_fields(self) -> dict[str, Any]:
        """`fields` is the name of something else in a serializer."""
        found = super().get_fields()
        return {name.rstrip("_"): field for name, field in found.items()}


class AskedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Upload.Status.choices)
    post = PostFormSerializer()


class UploadSerializer(serializers.ModelSerializer[Upload]):
    message = serializers.SerializerMethodField(help_text="거절됐거나 늦어질 때 보여 줄 문장")
    sent_with = serializers.UUIDField(source="message_id", allow_null=True, read_only=True)
    facts = serializers.SerializerMethodField(help_text="사진: width, height / 음성: seconds")
    thumb_url = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="5분 동안 유효한 주소")

    class Meta:
        model = Upload
        fields = [
            "id",
            "consultation",
            "pet",
            "purpose",
            "kind",
            "status",
            "refusal",
            "message",
            "sent_with",
            "name",
            "content_type",
            "size",
            "body_part",
            "facts",
            "thumb_url",
            "url",
            "removes_at",
            "is_kept",
            "created_at",
        ]
        read_only_fields = fields

    def get_message(self, upload: Upload) -> str:
        if upload.refusal:
            return str(refusals.SENTENCES[upload.refusal])
        return str(refusals.LATE) if "waiting" in upload.facts else ""

    @extend_schema_field(serializers.DictField())
    def get_facts(self, upload: Upload) -> dict[str, Any]:
        shown = ("width", "height", "seconds")
        return {name: upload.facts[name] for name in shown if name in upload.facts}

    def get_thumb_url(self, upload: Upload) -> str | None:
        return addresses.address_of(upload, addresses.THUMB)

    def get_url(self, upload: Upload) -> str | None:
        return addresses.address_of(upload)
