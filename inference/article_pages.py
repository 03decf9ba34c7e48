"""Two pages of the portal beside the library: bringing a file in, and an article as owners see it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from drmaum.lib.errors import Refusal
from inference import keeping
from inference.article_forms import UploadForm
from inference.article_reasons import told_in_korean
from inference.knowledge.importing.reading import read
from inference.knowledge.loading import ArticleError
from inference.knowledge.showing import page_of
from inference.models import Article
from profiles.auth import person

CHANGELIST = "admin:inference_article_changelist"


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Read a file and store what it holds as drafts."""
    if not request.user.has_perm("inference.add_article"):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            drafts = read(file.name, file.read(), form.given)
            found = keeping.import_articles(drafts=drafts, by=person(request))
        except ArticleError as error:
            form.add_error("file", told_in_korean(error))
        except Refusal as refusal:
            form.add_error(None, str(refusal.message))
        else:
            _tell(request, found)
            return redirect(CHANGELIST)
    shown = {"title": _("파일 가져오기"), "opts": Article._meta, "form": form}
    context = {**admin.site.each_context(request), **shown}
    return TemplateResponse(request, "admin/article_upload.html", context)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an article, drafts and expired ones as well."""
    if not request.user.has_perm("inference.view_article"):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.select_related("reviewed_by"), pk=pk)
    passages = article.passages.order_by("position").values_list("section", "text")
    context: dict[str, Any] = {**page_of(article, passages), "is_preview": True}
    response = render(request, "pages/article.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _tell(request: HttpRequest, found: keeping.Imported) -> None:
    counts = {name: len(getattr(found, name)) for name in ("new", "changed", "unchanged")}
    message = _(
        "새 문서 %(new)d개, 바뀐 문서 %(changed)d개, 그대로인 문서 %(unchanged)d개예요. "
        "새로 들어온 글은 초안이에요. 출처와 맞춰 본 뒤 ‘출처 확인’을 해 주세요."
    )
    messages.success(request, message % counts)
    if found.withdrawn:
        message = _("문서가 짧아져서 %(count)d개를 내렸어요.") % {"count": len(found.withdrawn)}
        messages.warning(request, message)
    if found.refused:
        message = _("포털에서 고친 문서 %(count)d개는 그대로 두었어요. 포털에서 직접 고쳐 주세요.")
        messages.warning(request, message % {"count": len(found.refused)})
