"""What staff does with a gap of the library: an article is begun and linked, or it is closed."""

from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from inference.models import Article, KnowledgeGap
from profiles.models import User

Status = KnowledgeGap.Status
MOST_SAYS, LONGEST_SAYS, LONGEST_TITLE = 8, 80, 100


class NotAnEditor(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_an_editor"
    message = _("지식 공백은 권한이 있는 사람만 다룰 수 있어요.")


@transaction.atomic
def start(*, gap: KnowledgeGap, by: User) -> KnowledgeGap:
    """Somebody begins to write the article that is missing. Raises NotAnEditor."""
    _check(by, "inference.change_knowledgegap", "inference.add_article")
    return _set(gap, Status.STARTED)


@transaction.atomic
def close(*, gap: KnowledgeGap, by: User) -> KnowledgeGap:
    """Nothing is left to be done for it. Raises NotAnEditor."""
    _check(by, "inference.change_knowledgegap")
    return _set(gap, Status.CLOSED)


@transaction.atomic
def reopen(*, gap: KnowledgeGap, by: User) -> KnowledgeGap:
    """Take a beginning or a closing back; its article is no longer the gap's. Raises NotAnEditor."""
    _check(by, "inference.change_knowledgegap")
    KnowledgeGap.objects.filter(pk=gap.pk).update(article=None)
    return _set(gap, Status.OPEN)


@transaction.atomic
def link_article(*, gap_id: str | int, article: Article) -> None:
    """The article that was begun for a gap is saved. A gap that is gone meanwhile, or a number
    that is none, changes nothing."""
    if str(gap_id).isdecimal():
        gap = KnowledgeGap.objects.filter(pk=int(gap_id))
        gap.update(article=article, status=Status.STARTED)


def first_values(gap: KnowledgeGap) -> dict[str, str]:
    """What the form of a new article is opened with: its GET parameters."""
    lines = list(dict.fromkeys(one["text"][:LONGEST_SAYS] for one in gap.questions))
    return {
        "title": gap.title[:LONGEST_TITLE],
        "says": "\n".join(lines[:MOST_SAYS]),
        "species": ",".join(gap.species),
        "gap": str(gap.pk),
    }


def _set(gap: KnowledgeGap, status: str) -> KnowledgeGap:
    KnowledgeGap.objects.filter(pk=gap.pk).update(status=status)
    gap.refresh_from_db()
    return gap


def _check(by: User, *permissions: str) -> None:
    if not by.has_perms(permissions):
        raise NotAnEditor
