"""Transcriptions on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from drmaum.lib.fields import TextField
from transcription import outcomes
from transcription.models import Transcription


class TranscriptionSerializer(serializers.ModelSerializer[Transcription]):
    """What becomes of a recording. `message` is a sentence for its owner where no text came of it,
    `sent` the message that the confirmed text became."""

    message = serializers.SerializerMethodField()
    sent = serializers.UUIDField(source="message_id", allow_null=True)

    class Meta:
        model = Transcription
        fields = [
            "id",
            "upload",
            "consultation",
            "status",
            "progress",
            "urgency",
            "message",
            "sent",
            "created_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_message(self, row: Transcription) -> str:
        is_over = row.status in (Transcription.Status.DEAD, Transcription.Status.SKIPPED)
        return outcomes.sentence(row.error.split(" ")[0]) if is_over else ""


class WordSerializer(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField()
    start = serializers.FloatField(allow_null=True)
    end = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)


class SegmentSerializer(serializers.Serializer[dict[str, Any]]):
    start = serializers.FloatField()
    end = serializers.FloatField()
    speaker = serializers.CharField()
    words = WordSerializer(many=True)


class WholeSerializer(TranscriptionSerializer):
    """With the text that stands and what was heard, by speaker."""

    segments = SegmentSerializer(many=True)

    class Meta(TranscriptionSerializer.Meta):
        fields = [*TranscriptionSerializer.Meta.fields, "text", "segments"]
        read_only_fields = fields


class ConfirmSerializer(serializers.Serializer[dict[str, Any]]):
    text = TextField(help_text="보호자가 확인하고 고친 글")
