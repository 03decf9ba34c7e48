"""Articles and their keepers, for tests of the library in the portal."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from inference import keeping
from inference.knowledge.importing.reading import read
from inference.models import Article
from inference.tests.board import vet
from inference.tests.files import FREE, given

BODY = """## 무엇일 수 있나요

귀 안이 붓고 붉어지는 외이염일 수 있어요.

## 바로 병원에 가야 하는 신호

- 고개가 기울면 바로 병원에 연락해 주세요.

## 지금 할 일

- 귀 안을 불빛으로 살펴봐 주세요."""
DOSE = "하루에 두 번 5mg을 먹이세요."
READ = ("view_article", "add_article", "change_article", "delete_article")


def keeper(*more: str, role: str = "staff"):
    """Staff who may write articles and hold them against their sources."""
    return vet(*READ, *more, role=role)


def reviewing_vet():
    return vet(*READ, "review_article")


def written(by: Any, **fields: Any) -> Article:
    """A new article of this person's, not stored yet unless by `stored`."""
    told = {
        "title": "귀를 자주 터는 강아지", "category": "ear", "species": ["dog"],
        "conditions": [{"ko": "외이염", "en": "otitis externa"}], "says": ["귀를 긁어요"],
        "urgency": "soon", "sources": [{"publisher": "병원", "title": "안내서"}],
        "licence": "직접 작성", "body": BODY,
        "expires_at": timezone.localdate() + timedelta(days=300), **fields,
    }  # fmt: skip
    return keeping.write_article(article=Article(**told), by=by)


def brought_in(text: str = FREE, name: str = "귀.md", **fields: Any) -> keeping.Imported:
    drafts = read(name, text.encode(), given(today=timezone.localdate(), **fields))
    return keeping.import_articles(drafts=drafts)


def expire(article: Article) -> Article:
    Article.objects.filter(pk=article.pk).update(expires_at=timezone.localdate())
    article.refresh_from_db()
    return article
