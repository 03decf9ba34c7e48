"""Weights and what is due for a pet, over REST."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from drmaum.lib.pages import SafeCursorPagination
from drmaum.lib.refusing import may_refuse
from profiles import care, weighing
from profiles import care_serializers as serializers
from profiles.auth import person
from profiles.models import Care, Pet, Weight


def pet_of(request: Request, pet_id: UUID) -> Pet:
    return get_object_or_404(Pet.objects.visible_to(person(request)), pk=pet_id)


class NewestWeighingFirst(SafeCursorPagination):
    ordering = "-measured_on"
    page_size_query_param = "page_size"
    max_page_size = 200


class SoonestFirst(SafeCursorPagination):
    ordering = ("due_on", "created_at")
    page_size_query_param = "page_size"
    max_page_size = 200


class WeightViewSet(
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet[Weight],
):
    """반려동물의 몸무게, 새것부터. 가장 새것이 프로필의 몸무게입니다."""

    queryset = Weight.objects.none()
    serializer_class = serializers.WeightSerializer
    pagination_class = NewestWeighingFirst

    def get_queryset(self) -> QuerySet[Weight]:
        pet = pet_of(self.request, self.kwargs["pet_id"])
        return Weight.objects.visible_to(person(self.request)).filter(pet=pet)

    def perform_create(self, serializer: BaseSerializer[Weight]) -> None:
        pet = pet_of(self.request, self.kwargs["pet_id"])
        serializer.instance = weighing.weigh(pet=pet, **serializer.validated_data)

    def perform_destroy(self, instance: Weight) -> None:
        weighing.remove(weight=instance)


class CareViewSet(viewsets.ModelViewSet[Care]):
    """반려동물의 돌봄 일정: 예방접종, 구충, 검진, 약."""

    queryset = Care.objects.none()
    serializer_class = serializers.CareSerializer
    pagination_class = SoonestFirst
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> QuerySet[Care]:
        pet = pet_of(self.request, self.kwargs["pet_id"])
        mine = Care.objects.visible_to(person(self.request)).filter(pet=pet)
        wanted = self.request.query_params.get("is_done") if self.action == "list" else None
        if wanted in ("true", "false"):
            return mine.filter(done_on__isnull=wanted == "false")
        return mine.select_related("pet")

    def get_serializer_class(self) -> type[BaseSerializer[Care]]:
        if self.action == "partial_update":
            return serializers.CareChangeSerializer
        return serializers.CareSerializer

    @extend_schema(
        parameters=[OpenApiParameter("is_done", OpenApiTypes.BOOL, description="한 것만, 할 것만")]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """일정, 날짜가 이른 것부터."""
        return super().list(request, *args, **kwargs)

    @may_refuse(care.CareUnknown, care.CareOpen)
    def perform_create(self, serializer: BaseSerializer[Care]) -> None:
        pet = pet_of(self.request, self.kwargs["pet_id"])
        serializer.instance = care.add(pet=pet, facts=serializer.validated_data)

    def perform_update(self, serializer: BaseSerializer[Care]) -> None:
        serializer.instance = care.change(care=self.get_object(), facts=serializer.validated_data)

    @extend_schema(
        request=serializers.DoneSerializer, responses={200: serializers.FinishedSerializer}
    )
    def done(self, request: Request, **kwargs: Any) -> Response:
        """했다고 적습니다. 다시 할 것이면 다음 일정이 생깁니다. 두 번 보내도 한 번만 적습니다."""
        form = serializers.DoneSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        row = self.get_object()
        done_on = form.validated_data.get("done_on") or timezone.localdate()
        following = care.finish(care=row, done_on=done_on)
        finished = {"done": row, "next": following}
        return Response(serializers.FinishedSerializer(finished).data)

    @extend_schema(request=None, responses={200: serializers.CareSerializer, 204: None})
    def skip(self, request: Request, **kwargs: Any) -> Response:
        """이번에는 건너뜁니다. 되풀이하지 않는 일정은 지워집니다."""
        following = care.skip(care=self.get_object())
        if following is None:
            return Response(status=HTTPStatus.NO_CONTENT)
        return Response(serializers.CareSerializer(following).data)


class ProposalsView(APIView):
    @extend_schema(responses=serializers.ProposalSerializer(many=True))
    def get(self, request: Request, pet_id: UUID) -> Response:
        """종류와 나이에 맞는 권장 일정 가운데 아직 넣지 않은 것. 넣으려면 `code`와 함께 보냅니다."""
        found = care.proposals(pet_of(request, pet_id))
        return Response(serializers.ProposalSerializer(found, many=True).data)
