"""Shapes of consultations and messages on the wire."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat import searching
from chat.models import Consultation, Feedback, Message, Rating, Urgency
from drmaum.lib.fields import StrictSerializer, TextField
from profiles.models import Species


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    pet_name = serializers.CharField(source="pet.name", read_only=True)
    species = serializers.ChoiceField(choices=Species.choices, source="pet.species", read_only=True)

    class Meta:
        model = Consultation
        fields = [
            "id",
            "pet",
            "pet_name",
            "species",
            "title",
            "urgency",
            "head_seq",
            "created_at",
            "active_at",
            "ended_at",
            "ending",
            "pinned_at",
        ]
        read_only_fields = fields


class PinSerializer(StrictSerializer):
    is_pinned = serializers.BooleanField()


class HistorySerializer(serializers.Serializer[Any]):
    """What of the consultations is asked for."""

    pet = serializers.UUIDField(required=False)
    urgency = serializers.ChoiceField(choices=Urgency.choices, required=False)
    is_open = serializers.BooleanField(required=False, allow_null=True, default=None)
    is_pinned = serializers.BooleanField(required=False, allow_null=True, default=None)


class SearchSerializer(serializers.Serializer[Any]):
    q = TextField(max_length=searching.LONGEST_QUERY)
    pet = serializers.UUIDField(required=False)


class FoundSerializer(serializers.Serializer[Message]):
    """`marks`: where in the snippet the words stand, [from, to) in letters."""

    message = serializers.UUIDField(source="pk")
    consultation = serializers.UUIDField(source="consultation_id")
    title = serializers.CharField(source="consultation.title")
    pet = serializers.CharField(source="consultation.pet.name")
    role = serializers.ChoiceField(choices=Message.Role.choices)
    at = serializers.DateTimeField(source="created_at")
    snippet = serializers.SerializerMethodField()
    marks = serializers.SerializerMethodField()

    def get_snippet(self, message: Message) -> str:
        return self._found(message).snippet

    def get_marks(self, message: Message) -> list[list[int]]:
        return [list(mark) for mark in self._found(message).marks]

    def _found(self, message: Message) -> searching.Found:
        query = self.context["request"].query_params.get("q", "")
        return searching.snippet_of(message, searching.patterns_of(query))


class OpenConsultationSerializer(StrictSerializer):
    pet = serializers.UUIDField()


class FeedbackSerializer(serializers.ModelSerializer[Feedback]):
    class Meta:
        model = Feedback
        fields = ["is_helpful", "reasons", "comment", "changed_at"]
        read_only_fields = ["changed_at"]


class RateSerializer(StrictSerializer):
    is_helpful = serializers.BooleanField()
    reasons = serializers.MultipleChoiceField(
        choices=Feedback.Reason.choices, required=False, default=set
    )
    comment = TextField(max_length=1000, required=False, allow_blank=True, default="")


class RatingSerializer(serializers.ModelSerializer[Rating]):
    class Meta:
        model = Rating
        fields = ["stars", "reasons", "comment", "changed_at"]
        read_only_fields = fields


class RateConsultationSerializer(StrictSerializer):
    stars = serializers.IntegerField(min_value=1, max_value=5)
    reasons = serializers.MultipleChoiceField(
        choices=Rating.Reason.choices, required=False, default=set
    )
    comment = TextField(max_length=1000, required=False, allow_blank=True, default="")


class MessageSerializer(serializers.ModelSerializer[Message]):
    feedback = serializers.SerializerMethodField()
    photos = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = [
            "id",
            "seq",
            "role",
            "kind",
            "status",
            "text",
            "answers",
            "version",
            "revises",
            "facts",
            "photos",
            "feedback",
            "created_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.UUIDField()))
    def get_photos(self, message: Message) -> list[str]:
        return [str(photo.pk) for photo in message.photos.all()]

    @extend_schema_field(FeedbackSerializer(allow_null=True))
    def get_feedback(self, message: Message) -> dict[str, Any] | None:
        found = getattr(message, "feedback", None)
        return dict(FeedbackSerializer(found).data) if found else None


class SendSerializer(StrictSerializer):
    consultation = serializers.UUIDField()
    # The length is the service's rule, so that every way in meets the same sentence.
    text = TextField(allow_blank=True, help_text=f"최대 {settings.LONGEST_MESSAGE}자")
    idempotency_key = serializers.RegexField(
        r"^[A-Za-z0-9_-]{8,64}$", required=False, allow_blank=True, default=""
    )
    revises = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="고쳐 묻는 메시지의 id"
    )
    # How many is the service's rule; the bound here keeps a list of millions out.
    photos = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        default=list,
        max_length=100,
        help_text="확인이 끝난 사진의 id, 최대 6장",
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
