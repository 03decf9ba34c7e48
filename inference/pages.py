"""Web page of an article: where a citation leads."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from inference.knowledge.loading import HEADINGS, SAYS
from inference.models import Article, Passage


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
