"""The form of a check-in's card: answered, then on to the consultation."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST
from rest_framework.exceptions import ValidationError

from drmaum.lib.errors import Refusal, as_response
from inference.followups import answering, asking
from inference.models import FollowUp
from inference.serializers import AnswerSerializer
from profiles.auth import person


@login_required
@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(asking.answerable_by(person(request)), pk=pk)
    form = AnswerSerializer(data={name: request.POST.get(name, "") for name in ("choice", "text")})
    try:
        form.is_valid(raise_exception=True)
        message = answering.answer(follow_up=found, **form.validated_data)
        return redirect("consultation", pk=message.consultation_id)
    except (ValidationError, Refusal) as error:
        refused = as_response(error, {})
        if refused is None:
            raise
        messages.info(request, refused.data["message"])
        return redirect("consultation", pk=_where(found))


def _where(follow_up: FollowUp) -> UUID:
    """The consultation that holds the answer, or the question."""
    said = follow_up.answer or follow_up.message
    return said.consultation_id
