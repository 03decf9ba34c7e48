"""Shapes of summaries and shared links on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from drmaum.lib.fields import StrictSerializer
from soap.awaiting import SENTENCES
from soap.models import ShareLink, ShareView
from soap.plain import REVIEWS
from soap.sharing import DEFAULT_DAYS, openings_of, shortened


class PieceSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    meaning = serializers.CharField(help_text="어려운 낱말의 쉬운 뜻. 없으면 빈 글")


class ChangeSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class PartSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["S", "O", "A", "P"])
    heading = serializers.CharField()
    lines = serializers.ListField(
        child=PieceSerializer(many=True), help_text="한 줄은 낱말 묶음의 줄"
    )
    advised_on = serializers.CharField(help_text="모두 같은 날의 안내일 때, 그 날. 아니면 빈 글")
    changes = ChangeSerializer(many=True, help_text="승인 뒤에 수의사가 고친 때와 까닭")


class NamedSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField()

    def to_representation(self, instance: tuple[str, str]) -> dict[str, str]:
        return {"name": instance[0], "value": instance[1]}


class SummarySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    consultation = serializers.UUIDField()
    pet = serializers.CharField()
    urgency = serializers.CharField()
    urgency_label = serializers.CharField()
    written_at = serializers.DateTimeField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field of the wire
        help_text="누가 쓰고 확인한 글인지. 요약과 늘 함께 보여 주세요"
    )
    review = serializers.ChoiceField(choices=list(REVIEWS))
    review_label = serializers.CharField()
    approved_by = serializers.CharField(help_text="확인한 수의사의 이름. 아직이면 빈 글")
    approved_at = serializers.DateTimeField(allow_null=True)
    is_default = serializers.BooleanField(help_text="AI 모델 없이 만든 자동 요약")
    keywords = NamedSerializer(many=True)
    background = NamedSerializer(
        many=True, help_text="없다고 한 증상과 예전 일. 지금의 소견이 아님"
    )
    parts = PartSerializer(many=True)


class AwaitedSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=list(SENTENCES))
    sentence = serializers.CharField()
    note = SummarySerializer(allow_null=True)


class FoundNoteSerializer(serializers.Serializer[Any]):
    """`marks`: where in the snippet the words stand, [from, to) in letters."""

    note = serializers.UUIDField(source="note.pk")
    consultation = serializers.UUIDField(source="note.consultation_id")
    title = serializers.CharField(source="note.consultation.title")
    pet = serializers.CharField(source="note.pet.name")
    heading = serializers.CharField(help_text="요약의 어느 부분인지")
    at = serializers.DateTimeField(source="note.created_at")
    snippet = serializers.CharField()
    marks = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class ShareSerializer(StrictSerializer):
    # Which days may be chosen is the service's rule, so that every way in meets one sentence.
    days = serializers.IntegerField(
        required=False, default=DEFAULT_DAYS, min_value=1, max_value=365, help_text="1, 7, 30"
    )


class OpeningSerializer(serializers.ModelSerializer[ShareView]):
    where = serializers.SerializerMethodField(help_text="줄여 쓴 접속 주소")

    class Meta:
        model = ShareView
        fields = ["at", "where"]

    def get_where(self, view: ShareView) -> str:
        return shortened(view.address)


class LinkSerializer(serializers.ModelSerializer[ShareLink]):
    opened = serializers.IntegerField(read_only=True, default=0, help_text="열린 횟수")
    openings = serializers.SerializerMethodField(help_text="최근에 열린 때와 곳")

    class Meta:
        model = ShareLink
        fields = ["id", "created_at", "expires_at", "opened", "openings"]

    @extend_schema_field(OpeningSerializer(many=True))
    def get_openings(self, link: ShareLink) -> list[OpeningSerializer]:
        return OpeningSerializer(openings_of(link), many=True).data  # type: ignore[return-value]


class SharedSerializer(serializers.Serializer[Any]):
    link = LinkSerializer()
    address = serializers.CharField(help_text="링크의 주소. 이때만 알 수 있어요")
    qr = serializers.CharField(help_text="주소를 담은 QR코드 그림(data: SVG)")
