"""The history over REST: pins, and search in what was said."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat import pinning, searching, serializers
from chat.models import Consultation, Message
from drmaum.lib.pages import SafeCursorPagination
from drmaum.lib.refusing import may_refuse
from profiles.auth import person


class PinView(APIView):
    @extend_schema(request=serializers.PinSerializer, responses=serializers.ConsultationSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """상담을 지난 상담의 맨 위에 고정하거나, 고정을 풉니다."""
        form = serializers.PinSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        found = get_object_or_404(Consultation.objects.visible_to(person(request)), pk=pk)
        pinned = pinning.pin(consultation=found, is_pinned=form.validated_data["is_pinned"])
        return Response(serializers.ConsultationSerializer(pinned).data)


class NewestMessages(SafeCursorPagination):
    ordering = ("-created_at", "-id")
    page_size = 20


class SearchView(generics.ListAPIView[Message]):
    """나눈 이야기에서 찾습니다. 띄어쓰기와 조사, 어미가 달라도 찾습니다. 새것부터."""

    queryset = Message.objects.none()
    serializer_class = serializers.FoundSerializer
    pagination_class = NewestMessages

    @may_refuse(searching.QueryUnfit)
    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True, description="찾을 말, 100자까지"),
            OpenApiParameter("pet", UUID, description="이 아이의 상담에서만"),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """나눈 이야기에서 찾습니다. 띄어쓰기와 조사, 어미가 달라도 찾습니다. 새것부터."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Message]:
        form = serializers.SearchSerializer(data=self.request.query_params)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        return searching.search(user=person(self.request), query=given["q"], pet=given.get("pet"))
