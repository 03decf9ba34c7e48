"""Passages that answers cite, what an answer used, and asking for a reply again."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.models import Consultation, Message
from chat.refusals import ConsultationEnded
from chat.serializers import SentSerializer
from chat.views import PREPARING
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from inference import services
from inference.models import Basis, Passage
from inference.serializers import BasisSerializer, ClinicCardSerializer, PassageSerializer
from inference.summary import summary_of
from profiles.auth import person


class PassageView(generics.RetrieveAPIView[Passage]):
    """답변이 인용한 조각과 그 문서의 출처."""

    queryset = Passage.objects.none()
    serializer_class = PassageSerializer

    def get_queryset(self) -> QuerySet[Passage]:
        visible = Passage.objects.visible_to(person(self.request))
        return visible.filter(article__isnull=False).select_related("article__reviewed_by")


class BasisView(generics.RetrieveAPIView[Basis]):
    """답변에 사용한 정보: 프로필, 기록, 지난 노트, 찾아본 지식 문서."""

    queryset = Basis.objects.none()
    serializer_class = BasisSerializer
    lookup_field = "reply"

    def get_queryset(self) -> QuerySet[Basis]:
        return Basis.objects.filter(reply__in=Message.objects.visible_to(person(self.request)))


class SummaryView(APIView):
    @extend_schema(responses=ClinicCardSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """병원에 보여줄 요약: 아이의 프로필과, 위험 신호가 보인 보호자의 말 그대로."""
        mine = Consultation.objects.visible_to(person(request)).select_related("pet")
        summary = summary_of(get_object_or_404(mine, pk=pk))
        return Response(ClinicCardSerializer(summary).data, headers={"Cache-Control": "no-store"})


class RegenerateView(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "sending"

    @may_refuse(ConsultationEnded, services.TooManyVersions)
    @extend_schema(request=None, responses=SentSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """같은 질문에 다른 답변을 요청합니다. 앞선 답변은 그대로 남습니다."""
        message = get_object_or_404(
            Message.objects.visible_to(person(request)), pk=pk, role=Message.Role.OWNER
        )
        services.regenerate(message=message)
        return Response(SentSerializer({"status": PREPARING, "message": message}).data)


class RetryView(APIView):
    @may_refuse(ConsultationEnded)
    @extend_schema(request=None, responses=SentSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """만들지 못한 답변을 다시 요청합니다. 답변이 이미 있으면 아무것도 바뀌지 않습니다."""
        message = get_object_or_404(
            Message.objects.visible_to(person(request)), pk=pk, role=Message.Role.OWNER
        )
        services.answer_again(message=message)
        return Response(SentSerializer({"status": PREPARING, "message": message}).data)
