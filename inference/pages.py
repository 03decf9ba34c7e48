"""Web pages of an article, where a citation leads, and of the clinics."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from rest_framework.exceptions import ValidationError

from drmaum.lib.errors import Refusal, as_response
from inference.clinics import search
from inference.knowledge.loading import HEADINGS, SAYS
from inference.models import Article, Passage
from inference.serializers import ClinicQuerySerializer
from profiles.models import Species

CLINICS_SHOWN = 10


def article(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Article.objects.answering(), slug=slug)
    passages = found.passages.exclude(section=SAYS).order_by("position")
    parts = [_part(passage) for passage in passages]
    return render(request, "pages/article.html", {"article": found, "parts": parts})


def _part(passage: Passage) -> dict[str, Any]:
    lines = [line for line in passage.text.splitlines() if line.strip()]
    return {
        "section": passage.section,
        "heading": HEADINGS.get(passage.section, passage.section),
        "is_list": all(line.startswith("- ") for line in lines),
        "lines": [line.removeprefix("- ") for line in lines],
    }


def clinics(request: HttpRequest) -> HttpResponse:
    """Clinics in a typed place, for everybody and without JavaScript."""
    given = {
        "place": request.GET.get("place", ""),
        "species": request.GET.get("species") or Species.DOG.value,
    }
    context = {
        **given,
        "kinds": Species.choices,
        "register": search.newest_register(),
        **(_in_place(given) if "place" in request.GET else {"status": HTTPStatus.OK}),
    }
    response = render(request, "pages/clinics.html", context, status=context["status"])
    response["Cache-Control"] = "no-store"
    return response


def _in_place(given: dict[str, str]) -> dict[str, Any]:
    """The clinics of that place, or why there are none."""
    try:
        if not given["place"].strip():
            raise search.PlaceTooShort
        form = ClinicQuerySerializer(data=given)
        form.is_valid(raise_exception=True)
        where = form.validated_data
        found = search.in_place(where["place"], where["species"], CLINICS_SHOWN)
        return {"clinics": found, "status": HTTPStatus.OK}
    except (ValidationError, Refusal) as error:
        refused = as_response(error, {})
        if refused is None:
            raise
        return {"problem": refused.data["message"], "status": refused.status_code}
