"""Consultations over REST."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat import erasing, feedback, reading, refusals, serializers, services
from chat.models import Consultation, Message
from chat.uploads import refusals as file_refusals
from drmaum.lib.pages import BySequence
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from profiles import tokens
from profiles.auth import person, sign_in_of
from profiles.models import Pet
from profiles.serializers import ErasureSerializer

PREPARING = "답변을 준비하고 있어요"


class ConsultationsView(generics.ListAPIView[Consultation]):
    """내 상담 목록, 새것부터. 아이, 긴급도, 열림, 고정으로 거를 수 있습니다."""

    queryset = Consultation.objects.none()
    serializer_class = serializers.ConsultationSerializer

    @extend_schema(parameters=[serializers.HistorySerializer])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """내 상담 목록, 새것부터. 아이, 긴급도, 열림, 고정으로 거를 수 있습니다."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Consultation]:
        form = serializers.HistorySerializer(data=self.request.query_params)
        form.is_valid(raise_exception=True)
        mine = Consultation.objects.visible_to(person(self.request)).select_related("pet")
        return mine.wanted(**form.validated_data)

    @may_refuse(NotFound)
    @extend_schema(
        request=serializers.OpenConsultationSerializer,
        responses={201: serializers.ConsultationSerializer},
    )
    def post(self, request: Request) -> Response:
        """새 상담을 엽니다."""
        form = serializers.OpenConsultationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pet = get_object_or_404(
            Pet.objects.visible_to(person(request)), pk=form.validated_data["pet"]
        )
        opened = services.open_consultation(owner=person(request), pet=pet)
        body = serializers.ConsultationSerializer(opened).data
        return Response(body, status=HTTPStatus.CREATED)


class ConsultationView(generics.RetrieveAPIView[Consultation]):
    """상담 하나."""

    queryset = Consultation.objects.none()
    serializer_class = serializers.ConsultationSerializer

    def get_queryset(self) -> QuerySet[Consultation]:
        return Consultation.objects.visible_to(person(self.request))

    @extend_schema(responses={202: ErasureSerializer})
    def delete(self, request: Request, pk: UUID) -> Response:
        """상담과 그 말, 파일, 요약을 모두 지웁니다. 되돌릴 수 없습니다."""
        erased = erasing.erase_consultation(consultation=self.get_object())
        return Response(ErasureSerializer(erased).data, status=HTTPStatus.ACCEPTED)


class EndView(APIView):
    @extend_schema(request=None, responses=serializers.ConsultationSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """상담을 끝냅니다. 대화는 그대로 남습니다."""
        found = get_object_or_404(Consultation.objects.visible_to(person(request)), pk=pk)
        ended = services.end_consultation(consultation=found, ending=Consultation.Ending.OWNER)
        return Response(serializers.ConsultationSerializer(ended).data)


class MessagesView(generics.ListAPIView[Message]):
    """상담의 메시지, 오래된 것부터."""

    queryset = Message.objects.none()
    serializer_class = serializers.MessageSerializer
    pagination_class = BySequence

    def get_queryset(self) -> QuerySet[Message]:
        found = get_object_or_404(
            Consultation.objects.visible_to(person(self.request)), pk=self.kwargs["pk"]
        )
        mine = Message.objects.visible_to(person(self.request)).filter(consultation=found)
        return mine.select_related("feedback").prefetch_related("photos")


class EventsView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("after", int, description="이 번호 뒤의 사건만")],
        responses=serializers.EventsSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """상담의 사건 기록. 소켓 없이도 놓친 것을 모두 받습니다."""
        found = get_object_or_404(Consultation.objects.visible_to(person(request)), pk=pk)
        after = request.query_params.get("after", "0")
        seq = min(int(after), found.head_seq) if after.isdecimal() and len(after) < 10 else 0
        events = reading.events_after(found.pk, seq)
        return Response({"head": found.head_seq, "events": events})


class SendView(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "sending"

    @may_refuse(
        NotFound,
        refusals.MessageEmpty,
        refusals.MessageTooLong,
        refusals.ConsultationEnded,
        refusals.KeyReused,
        refusals.CannotRevise,
        file_refusals.TooManyPhotos,
        file_refusals.PhotoUnusable,
    )
    @extend_schema(request=serializers.SendSerializer, responses=serializers.SentSerializer)
    def post(self, request: Request) -> Response:
        """메시지를 보냅니다. 저장되면 바로 응답하고, 답변은 소켓으로 전합니다."""
        given = self._read(request)
        found = get_object_or_404(
            Consultation.objects.visible_to(person(request)), pk=given["consultation"]
        )
        message = services.send_message(
            consultation=found,
            author=person(request),
            text=given["text"],
            key=given["idempotency_key"],
            revises=given["revises"],
            photos=given["photos"],
        )
        body = serializers.MessageSerializer(message).data
        return Response({"status": PREPARING, "message": body})

    def _read(self, request: Request) -> dict[str, Any]:
        key = request.headers.get("Idempotency-Key")
        data = {**dict(request.data), "idempotency_key": key} if key else request.data
        form = serializers.SendSerializer(data=data)
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)


class StopView(APIView):
    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, pk: UUID) -> Response:
        """만들고 있는 답변을 멈춥니다. 어느 기기에서나 됩니다. 끝난 답변에는 아무 일도 없습니다."""
        found = get_object_or_404(Consultation.objects.visible_to(person(request)), pk=pk)
        services.ask_to_stop(consultation_id=found.pk)
        return Response(status=HTTPStatus.ACCEPTED)


class FeedbackView(APIView):
    @may_refuse(feedback.NotAReply)
    @extend_schema(request=serializers.RateSerializer, responses=serializers.FeedbackSerializer)
    def put(self, request: Request, pk: UUID) -> Response:
        """답변을 평가합니다. 다시 보내면 바뀝니다."""
        form = serializers.RateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        rated = feedback.rate_reply(
            reply=self._reply(request, pk),
            is_helpful=given["is_helpful"],
            reasons=sorted(given["reasons"]),
            comment=given["comment"],
        )
        return Response(serializers.FeedbackSerializer(rated).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """평가를 거둡니다."""
        feedback.withdraw_rating(reply=self._reply(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)

    def _reply(self, request: Request, pk: UUID) -> Message:
        return get_object_or_404(Message.objects.visible_to(person(request)), pk=pk)


class TicketView(APIView):
    @extend_schema(request=None, responses={201: serializers.TicketSerializer})
    def post(self, request: Request) -> Response:
        """소켓을 한 번 여는 표를 받습니다. 60초 동안 유효합니다."""
        value = tokens.issue_ticket(
            user=person(request),
            opened=sign_in_of(request),
            session_key=request.session.session_key or "",
        )
        seconds = int(tokens.TICKET_LIFETIME.total_seconds())
        return Response({"ticket": value, "expires_in": seconds}, status=HTTPStatus.CREATED)
