"""Shapes of passages, check-ins and clinics on the wire."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from chat.serializers import SentSerializer
from drmaum.lib.fields import StrictSerializer, TextField
from inference.clinics import search
from inference.clinics.places import LATITUDES, LONGITUDES
from inference.followups.answering import Choice
from inference.followups.questions import sentence
from inference.knowledge.loading import HEADINGS
from inference.knowledge.showing import label_of
from inference.models import Article, Basis, FollowUp, Passage
from profiles.models import Species


class ArticleSerializer(serializers.ModelSerializer[Article]):
    """`label` is to be shown with whatever is quoted of it: 출처 확인 or 수의사 검토, and when."""

    status = serializers.CharField(source="get_status_display")
    label: Any = serializers.SerializerMethodField()
    reviewer = serializers.CharField(source="reviewed_by.name", default="")

    class Meta:
        model = Article
        fields = [
            "slug", "title", "urgency", "sources", "status", "checked_at", "label", "reviewer",
            "reviewed_at", "expires_at", "is_expired", "licence",
        ]  # fmt: skip
        read_only_fields: Any = fields

    def get_label(self, article: Article) -> str:
        return label_of(article)


class PassageSerializer(serializers.ModelSerializer[Passage]):
    article = ArticleSerializer()
    heading = serializers.SerializerMethodField()

    class Meta:
        model = Passage
        fields = ["id", "heading", "section", "text", "article"]
        read_only_fields: Any = fields

    def get_heading(self, passage: Passage) -> str:
        return HEADINGS.get(passage.section, passage.section)


class BasisSerializer(serializers.ModelSerializer[Basis]):
    class Meta:
        model = Basis
        fields = ["reply", "profile", "records", "notes", "passages", "turns", "summary"]
        read_only_fields: Any = fields


class FactSerializer(serializers.Serializer[Any]):
    field: Any = serializers.CharField(source="key")
    label: Any = serializers.CharField()
    text = serializers.CharField()


class ToldSerializer(serializers.Serializer[Any]):
    message = serializers.UUIDField(source="message.pk")
    at = serializers.DateTimeField()
    at_text = serializers.CharField()
    urgency = serializers.CharField(source="triage.graver")
    text = serializers.CharField()


class ClinicCardSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    facts = FactSerializer(many=True)
    urgency = serializers.CharField()
    urgency_label = serializers.CharField()
    categories = serializers.ListField(child=serializers.CharField())
    first_at = serializers.DateTimeField(allow_null=True)
    told = ToldSerializer(many=True)
    note = serializers.CharField()
    text = serializers.CharField()


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    consultation = serializers.UUIDField(source="message.consultation_id")
    pet = serializers.UUIDField(source="message.consultation.pet_id")
    text = serializers.SerializerMethodField()

    class Meta:
        model = FollowUp
        fields = ["id", "consultation", "pet", "hours", "question", "text", "asked_at"]
        read_only_fields: Any = fields

    def get_text(self, follow_up: FollowUp) -> str:
        return sentence(follow_up)


class AnswerSerializer(StrictSerializer):
    """A choice, the owner's own words, or both."""

    choice = serializers.ChoiceField(Choice.choices, required=False, default="", allow_blank=True)
    text = TextField(required=False, default="", allow_blank=True)


class FollowUpAnsweredSerializer(SentSerializer):
    consultation = serializers.UUIDField()


class DegreesField(serializers.FloatField):
    """A coordinate between two bounds."""

    default_error_messages = {
        "invalid": _("위치는 숫자로 보내 주세요. 예: 37.5665"),
        "outside": _("한국 안의 위치에서만 찾을 수 있어요."),
    }

    def __init__(self, bounds: tuple[float, float], **options: Any) -> None:
        super().__init__(**options)
        self.bounds = bounds

    def to_internal_value(self, data: Any) -> float:
        value = super().to_internal_value(data)
        if not self.bounds[0] <= value <= self.bounds[1]:
            self.fail("outside")
        return value


class ClinicQuerySerializer(StrictSerializer):
    """What to look for: a place, or both coordinates."""

    latitude = DegreesField(LATITUDES, required=False)
    longitude = DegreesField(LONGITUDES, required=False)
    place = TextField(required=False, default="", allow_blank=True, max_length=60)
    species = serializers.ChoiceField(Species.choices, required=False, default="")
    limit = serializers.IntegerField(required=False, default=5, min_value=1, max_value=search.MOST)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["place"] and not {"latitude", "longitude"} <= set(attrs):
            message = _("위도와 경도를 함께 보내거나 지역 이름(place)을 보내 주세요.")
            raise serializers.ValidationError(message, code="place_needed")
        return attrs


class ClinicMarkSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label: Any = serializers.CharField()
    source: Any = serializers.CharField()
    noted_on = serializers.DateField()


class ClinicSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    phone_url = serializers.CharField()
    address = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    map_url = serializers.CharField()
    metres = serializers.IntegerField(allow_null=True)
    is_open_24h = serializers.BooleanField()
    is_exotic = serializers.BooleanField()
    hours_known = serializers.BooleanField()
    notes = serializers.ListField(child=serializers.CharField())
    marks = ClinicMarkSerializer(many=True)
    as_of = serializers.DateField()
    source: Any = serializers.CharField()


class ClinicsSerializer(serializers.Serializer[Any]):
    clinics = ClinicSerializer(many=True)
