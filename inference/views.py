"""Passages that answers cite, and the second try of a failed reply."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.models import Message
from chat.serializers import SentSerializer
from chat.views import PREPARING
from inference import services
from inference.models import Passage
from inference.serializers import PassageSerializer
from profiles.auth import person


class PassageView(generics.RetrieveAPIView[Passage]):
    """답변이 인용한 조각과 그 문서의 출처."""

    queryset = Passage.objects.none()
    serializer_class = PassageSerializer

    def get_queryset(self) -> QuerySet[Passage]:
        visible = Passage.objects.visible_to(person(self.request))
        return visible.filter(article__isnull=False).select_related("article")


class RetryView(APIView):
    @extend_schema(request=None, responses=SentSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """만들지 못한 답변을 다시 요청합니다. 답변이 이미 있으면 아무것도 바뀌지 않습니다."""
        message = get_object_or_404(
            Message.objects.visible_to(person(request)), pk=pk, role=Message.Role.OWNER
        )
        services.answer_again(message=message)
        return Response(SentSerializer({"status": PREPARING, "message": message}).data)
