"""Shapes of consultations and messages on the wire."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from chat.models import Consultation, Message
from drmaum.lib.fields import StrictSerializer, TextField


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    class Meta:
        model = Consultation
        fields = [
            "id",
            "pet",
            "title",
            "urgency",
            "head_seq",
            "created_at",
            "active_at",
            "ended_at",
            "ending",
        ]
        read_only_fields = fields


class OpenConsultationSerializer(StrictSerializer):
    pet = serializers.UUIDField()


class MessageSerializer(serializers.ModelSerializer[Message]):
    class Meta:
        model = Message
        fields = ["id", "seq", "role", "kind", "status", "text", "answers", "facts", "created_at"]
        read_only_fields = fields


class SendSerializer(StrictSerializer):
    consultation = serializers.UUIDField()
    # The length is the service's rule, so that every way in meets the same sentence.
    text = TextField(allow_blank=True, help_text=f"최대 {settings.LONGEST_MESSAGE}자")
    idempotency_key = serializers.RegexField(
        r"^[A-Za-z0-9_-]{8,64}$", required=False, allow_blank=True, default=""
    )


class SentSerializer(serializers.Serializer[Any]):
    status = serializers.CharField()
    message = MessageSerializer()


class EventsSerializer(serializers.Serializer[Any]):
    head = serializers.IntegerField()
    events = serializers.ListField(child=serializers.DictField())


class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="초")
