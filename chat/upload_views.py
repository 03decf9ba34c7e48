"""Uploads over REST: asking, posting, confirming, reading, removing."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db.models import QuerySet
from django.http import Http404, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat import upload_serializers as serializers
from chat.models import Consultation, Upload
from chat.refusals import ConsultationEnded
from chat.uploads import addresses, asking, holding, refusals, streaming
from chat.uploads.formats import LARGEST
from chat.uploads.storage import MissingFileError, StorageDownError, media
from drmaum.lib.pages import SafeCursorPagination
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from profiles.auth import person
from profiles.models import Pet

FORM_BYTES = 16 * 1024
FIELDS = ("token", "key", "Content-Type")
FORM = {
    "type": "object",
    "required": [*FIELDS, "file"],
    "properties": {
        **{name: {"type": "string"} for name in FIELDS},
        "file": {"type": "string", "format": "binary"},
    },
}


class Uploads(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "uploads"


def _mine(request: Request, pk: UUID) -> Upload:
    return get_object_or_404(Upload.objects.visible_to(person(request)), pk=pk)


class UploadsView(Uploads):
    @may_refuse(
        NotFound,
        ConsultationEnded,
        refusals.FileUnsupported,
        refusals.FileEmpty,
        refusals.FileTooLarge,
        refusals.QuotaFiles,
        refusals.QuotaBytes,
        refusals.QuotaAudioMinutes,
    )
    @extend_schema(request=serializers.AskSerializer, responses={201: serializers.AskedSerializer})
    def post(self, request: Request) -> Response:
        """사진이나 음성을 올릴 주소를 받습니다. 주소는 10분 동안, 그 파일 하나에만 유효합니다."""
        form = serializers.AskSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given: dict[str, Any] = dict(form.validated_data)
        mine = {
            "consultation": Consultation.objects.visible_to(person(request)),
            "pet": Pet.objects.visible_to(person(request)),
        }
        for name in mine.keys() & given.keys():
            given[name] = get_object_or_404(mine[name], pk=given[name])
        upload = asking.ask(owner=person(request), **given)
        post = media().post_form(upload)
        seconds = settings.MEDIA_POST_SECONDS
        where = {"url": post.url, "fields": post.fields, "expires_in": seconds}
        asked = {"id": upload.pk, "status": upload.status, "post": where}
        return Response(serializers.AskedSerializer(asked).data, status=HTTPStatus.CREATED)


class UploadView(APIView):
    @extend_schema(responses=serializers.UploadSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """올린 파일 하나의 상태와 주소."""
        return Response(serializers.UploadSerializer(_mine(request, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """올린 파일을 지웁니다. 되돌릴 수 없습니다."""
        holding.remove(upload=_mine(request, pk))
        return Response(status=HTTPStatus.NO_CONTENT)


class ConfirmView(Uploads):
    @extend_schema(request=None, responses={202: serializers.UploadSerializer})
    def post(self, request: Request, pk: UUID) -> Response:
        """파일을 다 올렸다고 알립니다. 확인이 끝나면 쓸 수 있습니다."""
        confirmed = asking.confirm(upload_id=_mine(request, pk).pk)
        body = serializers.UploadSerializer(confirmed).data
        return Response(body, status=HTTPStatus.ACCEPTED)


class KeepView(Uploads):
    @may_refuse(refusals.CannotKeep)
    @extend_schema(request=serializers.KeepSerializer, responses=serializers.UploadSerializer)
    def post(self, request: Request, pk: UUID) -> Response:
        """녹음을 기한 뒤에도 보관하거나, 보관을 그만둡니다."""
        form = serializers.KeepSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        kept = holding.keep(upload=_mine(request, pk), is_kept=form.validated_data["is_kept"])
        return Response(serializers.UploadSerializer(kept).data)


class OldestFirst(SafeCursorPagination):
    ordering = ("created_at", "id")
    page_size = 100


class ConsultationUploadsView(generics.ListAPIView[Upload]):
    """상담에 올린 파일, 오래된 것부터."""

    queryset = Upload.objects.none()
    serializer_class = serializers.UploadSerializer
    pagination_class = OldestFirst

    def get_queryset(self) -> QuerySet[Upload]:
        found = get_object_or_404(
            Consultation.objects.visible_to(person(self.request)), pk=self.kwargs["pk"]
        )
        return Upload.objects.visible_to(person(self.request)).filter(consultation=found)


class FileView(Uploads):
    """Where a client posts its bytes when there is no bucket. The signed token is what lets it."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [MultiPartParser]

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        request.upload_handlers = [TemporaryFileUploadHandler(request)]
        return super().initialize_request(request, *args, **kwargs)

    @may_refuse(
        refusals.AddressEnded,
        refusals.FileUnsupported,
        refusals.FileEmpty,
        refusals.FileTooLarge,
        refusals.UploadClosed,
        refusals.StorageAway,
    )
    @extend_schema(request={"multipart/form-data": FORM}, responses={204: None}, auth=[])
    def post(self, request: Request, pk: UUID) -> Response:
        """받은 주소로 파일을 올립니다. 받은 항목을 먼저, `file`을 마지막에 보냅니다."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > max(LARGEST.values()) + FORM_BYTES:
            raise refusals.FileTooLarge
        file = request.FILES.get("file")
        if file is None:
            raise refusals.FileEmpty
        given = {name: str(request.POST.get(name, "")) for name in FIELDS}
        asking.receive(
            upload_id=pk,
            token=given["token"],
            key=given["key"],
            content_type=given["Content-Type"],
            file=file,
        )
        return Response(status=HTTPStatus.NO_CONTENT)


class ContentView(APIView):
    """The bytes of a checked upload, to whoever holds its signed address."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @may_refuse(refusals.AddressEnded, refusals.StorageAway)
    @extend_schema(
        parameters=[
            OpenApiParameter("variant", enum=addresses.VARIANTS, required=True),
            OpenApiParameter("token", required=True),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
        auth=[],
    )
    def get(self, request: Request, pk: UUID) -> HttpResponseBase:
        """파일의 내용. 주소는 5분 동안 유효합니다."""
        variant = request.query_params.get("variant", addresses.FULL)
        if not addresses.is_good(pk, variant, request.query_params.get("token", "")):
            raise refusals.AddressEnded
        upload = get_object_or_404(Upload.objects.usable(), pk=pk)
        key, content_type = addresses.stored_at(upload, variant)
        disposition = streaming.disposition(upload, key)
        elsewhere = media().address(key, content_type, disposition)
        if elsewhere:
            return streaming.private(HttpResponseRedirect(elsewhere))
        try:
            return streaming.serve(request._request, key, content_type, disposition)
        except MissingFileError as error:
            raise Http404 from error
        except StorageDownError as error:
            raise refusals.StorageAway from error
