"""Web pages of an article, where a citation leads, and of the clinics."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from rest_framework.exceptions import ValidationError

from drmaum.lib.errors import Refusal, as_response
from inference.clinics import search
from inference.knowledge.showing import page_of
from inference.models import Article
from inference.serializers import ClinicQuerySerializer
from profiles.models import Species

CLINICS_SHOWN = 10


def article(request: HttpRequest, slug: str) -> HttpResponse:
    answering = Article.objects.answering().select_related("reviewed_by")
    found = get_object_or_404(answering, slug=slug)
    passages = found.passages.order_by("position").values_list("section", "text")
    return render(request, "pages/article.html", page_of(found, passages))


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
