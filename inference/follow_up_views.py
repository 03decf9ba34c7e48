"""Check-ins over REST."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.refusals import MessageEmpty, MessageTooLong
from chat.views import PREPARING
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from inference.followups import answering, asking
from inference.models import FollowUp
from inference.serializers import (
    AnswerSerializer,
    FollowUpAnsweredSerializer,
    FollowUpSerializer,
)
from profiles.auth import person


class FollowUpsView(generics.ListAPIView[FollowUp]):
    """아직 답하지 않은 안부 확인."""

    queryset = FollowUp.objects.none()
    serializer_class = FollowUpSerializer

    def get_queryset(self) -> QuerySet[FollowUp]:
        return asking.waiting_for(person(self.request))


class AnswerView(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "sending"

    @may_refuse(answering.FollowUpAnswered, MessageEmpty, MessageTooLong)
    @extend_schema(request=AnswerSerializer, responses=FollowUpAnsweredSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """안부 확인에 답합니다. 답은 상담의 메시지가 되어 위험 신호를 다시 살핍니다.

        상담이 끝났으면 같은 아이의 새 상담이 열립니다. `consultation`이 그 상담입니다.
        """
        found = get_object_or_404(asking.answerable_by(person(request)), pk=pk)
        form = AnswerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        message = answering.answer(follow_up=found, **form.validated_data)
        sent = {
            "status": PREPARING,
            "consultation": message.consultation_id,
            "message": message,
        }
        return Response(FollowUpAnsweredSerializer(sent).data)
