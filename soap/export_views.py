"""One consultation as a file, over REST and as a page's download."""

import json
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from chat.models import Consultation
from drmaum.lib.errors import Refusal
from drmaum.lib.rates import ScopedRate
from drmaum.lib.refusing import may_refuse
from profiles.auth import person
from profiles.models import User
from soap import exporting, pdf
from soap.export_serializers import TakenSerializer

TYPES = {"json": "application/json; charset=utf-8", "pdf": "application/pdf"}


class UnknownFile(Refusal):
    code = "unknown_file"
    message = _("PDF나 JSON 파일로 받을 수 있어요.")


class ExportView(APIView):
    throttle_classes = [ScopedRate]
    throttle_scope = "sending"

    @may_refuse(UnknownFile)
    @extend_schema(
        parameters=[OpenApiParameter("as", enum=list(TYPES), required=True)],
        responses={
            (200, "application/json"): TakenSerializer,
            (200, "application/pdf"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """상담 하나를 파일로 받습니다: 나눈 말, 위험 신호, 근거, 사진 목록, 요약.

        `json`은 고치기 전의 말까지 모두, `pdf`는 지금 남아 있는 대화를 담습니다.
        """
        return _file(person(request), pk, request.query_params.get("as", ""))


@login_required
@require_safe
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        return _file(person(request), pk, request.GET.get("as", ""))
    except UnknownFile as refusal:
        return HttpResponse(str(refusal.message), "text/plain; charset=utf-8", refusal.status)


def _file(user: User, pk: UUID, ending: str) -> HttpResponse:
    """Raises UnknownFile, Http404."""
    if ending not in TYPES:
        raise UnknownFile
    mine = Consultation.objects.visible_to(user).select_related("pet")
    consultation = get_object_or_404(mine, pk=pk)
    taken = exporting.take(consultation=consultation, user=user)
    content = pdf.render_talk(taken) if ending == "pdf" else _as_json(taken)
    response = HttpResponse(content, content_type=TYPES[ending])
    name = exporting.file_name(consultation, ending)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _as_json(taken: exporting.Taken) -> bytes:
    told = TakenSerializer(taken).data
    return json.dumps(told, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder).encode()
