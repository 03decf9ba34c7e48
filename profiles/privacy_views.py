"""Receipts of erasures, and copies of everything, over REST."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from drmaum.lib.refusing import may_refuse
from profiles import asking, serializers
from profiles.auth import person
from profiles.models import DataExport, Erasure


class ErasureView(generics.RetrieveAPIView[Erasure]):
    """삭제 확인서. 로그인하지 않아도 번호를 아는 사람은 볼 수 있습니다."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    queryset = Erasure.objects.all()
    serializer_class = serializers.ErasureSerializer


class ExportsView(generics.ListAPIView[DataExport]):
    """내 자료를 모은 파일들, 새것부터."""

    queryset = DataExport.objects.none()
    serializer_class = serializers.DataExportSerializer

    def get_queryset(self) -> QuerySet[DataExport]:
        return DataExport.objects.visible_to(person(self.request))

    @may_refuse(asking.ExportUnderWay, asking.TooManyExports)
    @extend_schema(request=None, responses={202: serializers.DataExportSerializer})
    def post(self, request: Request) -> Response:
        """내 자료를 모두 모아 달라고 합니다. 한 번에 하나, 하루 세 번까지. 다 되면 메일로 알립니다."""
        asked = asking.ask_export(user=person(request))
        body = serializers.DataExportSerializer(asked).data
        return Response(body, status=HTTPStatus.ACCEPTED)


class ExportView(generics.RetrieveAPIView[DataExport]):
    """내 자료를 모은 파일 하나의 상태. 파일은 웹에서 로그인한 본인만 받을 수 있습니다."""

    queryset = DataExport.objects.none()
    serializer_class = serializers.DataExportSerializer

    def get_queryset(self) -> QuerySet[DataExport]:
        return DataExport.objects.visible_to(person(self.request))
