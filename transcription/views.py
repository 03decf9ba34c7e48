"""Transcriptions over REST: how far they are, what was heard, what the owner decides."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.models import Consultation
from chat.refusals import ConsultationEnded, MessageEmpty, TranscriptTooLong
from drmaum.lib.pages import SafeCursorPagination
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from profiles.auth import person
from transcription import confirming, serializers
from transcription.models import Transcription

KEPT_NOWHERE = {"Cache-Control": "no-store"}


def _mine(request: Request, pk: UUID) -> Transcription:
    return get_object_or_404(Transcription.objects.visible_to(person(request)), pk=pk)


def _whole(row: Transcription) -> Response:
    return Response(serializers.WholeSerializer(row).data, headers=KEPT_NOWHERE)


class OldestFirst(SafeCursorPagination):
    ordering = ("created_at", "id")
    page_size = 100


class ConsultationTranscriptionsView(generics.ListAPIView[Transcription]):
    """상담의 녹음이 글로 바뀐 정도, 오래된 것부터. 글은 하나씩 읽습니다."""

    serializer_class = serializers.TranscriptionSerializer
    pagination_class = OldestFirst

    def get_queryset(self) -> QuerySet[Transcription]:
        mine = Consultation.objects.visible_to(person(self.request))
        found = get_object_or_404(mine, pk=self.kwargs["pk"])
        rows = Transcription.objects.visible_to(person(self.request)).filter(consultation=found)
        return rows.defer("text", "heard", "segments", "pieces", "steps")


class TranscriptionView(APIView):
    @extend_schema(responses=serializers.WholeSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """녹음 하나와 들은 글. 확인하기 전의 글은 AI에 전해지지 않습니다."""
        return _whole(_mine(request, pk))


class Deciding(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "sending"


class ConfirmView(Deciding):
    @may_refuse(
        confirming.TranscriptNotReady,
        confirming.TranscriptSent,
        ConsultationEnded,
        MessageEmpty,
        TranscriptTooLong,
    )
    @extend_schema(request=serializers.ConfirmSerializer, responses=serializers.WholeSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """확인하고 고친 글을 상담에 보냅니다. 그때부터 메시지이고, AI가 답합니다."""
        form = serializers.ConfirmSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        text = form.validated_data["text"]
        return _whole(confirming.confirm(transcription=_mine(request, pk), text=text))


class DiscardView(Deciding):
    @may_refuse(confirming.TranscriptSent)
    @extend_schema(request=None, responses=serializers.WholeSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """들은 글을 쓰지 않고 지웁니다. 되돌릴 수 없습니다."""
        return _whole(confirming.discard(transcription=_mine(request, pk)))


class RetryView(Deciding):
    @may_refuse(confirming.TranscriptNotReady, confirming.RecordingGone)
    @extend_schema(request=None, responses=serializers.WholeSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """실패한 녹음을 다시 글로 바꿉니다."""
        return _whole(confirming.retry(transcription=_mine(request, pk)))
