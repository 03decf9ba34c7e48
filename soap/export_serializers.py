"""The shape of a consultation that is taken along."""

from typing import Any

from rest_framework import serializers

from chat.models import Consultation, Message, Upload, Urgency
from soap.exporting import Danger, Said
from soap.serializers import SummarySerializer


class TakenConsultationSerializer(serializers.ModelSerializer[Consultation]):
    pet = serializers.CharField(source="pet.name")
    species = serializers.CharField(source="pet.species")
    urgency_label = serializers.CharField(source="get_urgency_display")

    class Meta:
        model = Consultation
        fields = [
            "id", "pet", "species", "title", "urgency", "urgency_label", "created_at", "ended_at",
            "ending", "pinned_at",
        ]  # fmt: skip


class TakenSourceSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    title = serializers.CharField()
    heading = serializers.CharField(default="")
    label = serializers.CharField(default="")  # type: ignore[assignment]  # a field of the wire


class TakenMessageSerializer(serializers.Serializer[Said]):
    id = serializers.UUIDField(source="message.pk")
    seq = serializers.IntegerField(source="message.seq")
    role = serializers.ChoiceField(choices=Message.Role.choices, source="message.role")
    kind = serializers.ChoiceField(choices=Message.Kind.choices, source="message.kind")
    status = serializers.ChoiceField(choices=Message.Status.choices, source="message.status")
    writer = serializers.CharField(help_text="누가 쓴 글인지. AI가 쓴 글이면 그렇게 적혀 있어요")
    text = serializers.CharField(source="message.text")
    answers = serializers.UUIDField(source="message.answers_id", allow_null=True)
    version = serializers.IntegerField(source="message.version")
    revises = serializers.UUIDField(source="message.revises_id", allow_null=True)
    is_standing = serializers.BooleanField(help_text="나중에 고쳐 쓰거나 다시 답하지 않은 글")
    sources = TakenSourceSerializer(many=True)
    created_at = serializers.DateTimeField(source="message.created_at")


class TakenPhotoSerializer(serializers.ModelSerializer[Upload]):
    class Meta:
        model = Upload
        fields = ["id", "message", "name", "content_type", "size", "body_part", "created_at"]


class TakenDangerSerializer(serializers.Serializer[Danger]):
    at = serializers.DateTimeField()
    message = serializers.CharField(help_text="말한 메시지의 id. 녹음에서 들었으면 빈 글")
    urgency = serializers.ChoiceField(choices=Urgency.choices)
    urgency_label = serializers.CharField()
    categories = serializers.ListField(child=serializers.CharField())
    why = serializers.ListField(child=serializers.CharField())
    now = serializers.ListField(child=serializers.CharField(), help_text="바로 할 일")
    avoid = serializers.ListField(child=serializers.CharField(), help_text="하지 말아야 할 일")
    is_question = serializers.BooleanField()
    is_third_party = serializers.BooleanField()


class TakenSerializer(serializers.Serializer[Any]):
    notice = serializers.CharField()
    exported_at = serializers.DateTimeField()
    consultation = TakenConsultationSerializer()
    messages = TakenMessageSerializer(many=True, source="said")
    dangers = TakenDangerSerializer(many=True)
    photos = TakenPhotoSerializer(many=True, help_text="사진의 목록. 주소는 없습니다")
    note = SummarySerializer(allow_null=True)
