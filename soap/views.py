"""Summaries and their links over REST."""

from http import HTTPStatus
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.models import Consultation
from chat.searching import QueryUnfit
from chat.serializers import SearchSerializer
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from profiles.auth import person
from soap import awaiting, offering, qr, searching, serializers, sharing
from soap.models import ShareLink, SoapNote
from soap.note_pages import link_address
from soap.plain import summarise

KEPT_NOWHERE = {"Cache-Control": "no-store"}


class AwaitedNoteView(APIView):
    @extend_schema(responses=serializers.AwaitedSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """상담의 요약. 아직 쓰고 있으면 `state`가 `writing`이고 `note`는 비어 있습니다.

        `open`은 끝나지 않은 상담, `none`은 나눈 이야기가 없는 상담, `failed`는 만들지 못한
        요약입니다.
        """
        found = get_object_or_404(Consultation.objects.visible_to(person(request)), pk=pk)
        awaited = awaiting.note_of(found, person(request))
        body = {
            "state": awaited.state,
            "sentence": awaited.sentence,
            "note": summarise(awaited.note) if awaited.note else None,
        }
        return Response(serializers.AwaitedSerializer(body).data, headers=KEPT_NOWHERE)


class NoteView(APIView):
    @extend_schema(responses=serializers.SummarySerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """쉬운 말로 쓴 상담 요약 하나. 함께 돌보는 아이의 요약도 읽을 수 있습니다."""
        body = serializers.SummarySerializer(summarise(_readable(request, pk))).data
        return Response(body, headers=KEPT_NOWHERE)


class NoteSearchView(APIView):
    @may_refuse(QueryUnfit)
    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, required=True, description="찾을 말, 100자까지"),
            OpenApiParameter("pet", UUID, description="이 아이의 요약에서만"),
        ],
        responses=serializers.FoundNoteSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """상담 요약에서 찾습니다. 띄어쓰기와 조사, 어미가 달라도 찾습니다. 새것부터 스무 개까지."""
        form = SearchSerializer(data=request.query_params)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        found = searching.search(user=person(request), query=given["q"], pet=given.get("pet"))
        body = serializers.FoundNoteSerializer(found, many=True).data
        return Response(body, headers=KEPT_NOWHERE)


class ReviewRequestView(APIView):
    @may_refuse(offering.AlreadyReviewed)
    @extend_schema(request=None, responses=serializers.SummarySerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """수의사에게 이 요약의 확인을 부탁합니다. `vet_review` 동의를 함께 남깁니다."""
        asked = offering.ask_review(note=_mine(request, pk), owner=person(request))
        body = serializers.SummarySerializer(summarise(asked)).data
        return Response(body, headers=KEPT_NOWHERE)


class LinksView(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "sending"

    @extend_schema(responses=serializers.LinkSerializer(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """지금 열리는 공유 링크와, 언제 어디에서 열렸는지."""
        links = sharing.links_of(_mine(request, pk))
        return Response(serializers.LinkSerializer(links, many=True).data, headers=KEPT_NOWHERE)

    @may_refuse(sharing.UnknownDays, sharing.TooManyLinks)
    @extend_schema(
        request=serializers.ShareSerializer, responses={201: serializers.SharedSerializer}
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """요약을 볼 수 있는 링크를 만듭니다. 주소는 이 응답에서만 알 수 있습니다."""
        found = _mine(request, pk)
        form = serializers.ShareSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        shared = sharing.share(note=found, owner=person(request), **form.validated_data)
        address = link_address(request._request, shared.secret)
        body = {"link": shared.link, "address": address, "qr": qr.as_image(address)}
        made = serializers.SharedSerializer(body).data
        return Response(made, status=HTTPStatus.CREATED, headers=KEPT_NOWHERE)


class LinkView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """링크를 거둡니다. 바로 열리지 않게 됩니다."""
        link = get_object_or_404(ShareLink.objects.visible_to(person(request)), pk=pk)
        sharing.revoke(link=link, owner=person(request))
        return Response(status=HTTPStatus.NO_CONTENT)


def _readable(request: Request, pk: UUID) -> SoapNote:
    shared = SoapNote.objects.readable_by(person(request)).select_related("pet", "approved_by")
    return get_object_or_404(shared, pk=pk)


def _mine(request: Request, pk: UUID) -> SoapNote:
    mine = SoapNote.objects.visible_to(person(request)).select_related("pet", "approved_by")
    return get_object_or_404(mine, pk=pk)
