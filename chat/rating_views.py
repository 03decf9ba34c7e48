"""What owners think of a whole consultation, over REST."""

from http import HTTPStatus
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat import feedback, serializers
from chat.models import Consultation, Rating
from drmaum.lib.refusing import may_refuse
from profiles.auth import person


class RatingView(APIView):
    @extend_schema(responses=serializers.RatingSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """상담에 남긴 별점. 아직 없으면 404입니다."""
        mine = Rating.objects.visible_to(person(request))
        found = get_object_or_404(mine, consultation=pk)
        return Response(serializers.RatingSerializer(found).data)

    @may_refuse(feedback.NothingToRate)
    @extend_schema(
        request=serializers.RateConsultationSerializer, responses=serializers.RatingSerializer
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """상담에 별점을 남깁니다. 다시 보내면 바뀝니다."""
        form = serializers.RateConsultationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        rated = feedback.rate_consultation(
            consultation=self._mine(request, pk),
            stars=given["stars"],
            reasons=sorted(given["reasons"]),
            comment=given["comment"],
        )
        return Response(serializers.RatingSerializer(rated).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """별점을 거둡니다."""
        feedback.withdraw_consultation_rating(consultation=self._mine(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)

    def _mine(self, request: Request, pk: UUID) -> Consultation:
        return get_object_or_404(Consultation.objects.visible_to(person(request)), pk=pk)
