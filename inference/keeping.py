"""The writes of the library: bring articles in, write them, vouch for them, take them back.

Whatever changes an article's text takes the vouching away. The text is read in its new form at
once; it is found again when a worker has indexed it.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from drmaum.lib.errors import Refusal
from inference import tasks
from inference.knowledge.importing.given import content_hash, document_of, text_fields
from inference.knowledge.loading import Draft, pieces
from inference.knowledge.passages import draft_of, replace_passages
from inference.models import Article
from inference.owners_eyes import NotForOwners, unfit_in
from profiles.models import User

LONGEST_TERM = timedelta(days=3 * 366)
TEXT = (
    "title", "category", "species", "conditions", "says", "urgency", "sources", "licence", "body",
)  # fmt: skip


class NotAKeeper(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_a_keeper"
    message = _("지식 문서를 고칠 권한이 없어요.")


class NotAReviewingVet(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "not_a_reviewing_vet"
    message = _("지식 문서의 검토는 검토 권한이 있는 수의사만 할 수 있어요.")


class ReviewerNameless(Refusal):
    status = HTTPStatus.CONFLICT
    code = "reviewer_nameless"
    message = _("검토한 수의사의 이름이 문서에 보여요. 계정에 이름을 먼저 적어 주세요.")


class ShippedTextStays(Refusal):
    status = HTTPStatus.CONFLICT
    code = "shipped_text_stays"
    message = _("제품에 들어 있는 문서의 글은 여기서 고칠 수 없어요. 검토하거나 내릴 수는 있어요.")


class ArticleExpired(Refusal):
    status = HTTPStatus.CONFLICT
    code = "article_expired"
    message = _("만료일이 지난 문서예요. 내용이 아직 맞는지 보고 만료일을 먼저 늘려 주세요.")


class EmptyArticle(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "article_empty"
    message = _("본문이 비어 있어요. 내용을 먼저 적어 주세요.")


class WrongTerm(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "wrong_term"
    message = _("만료일은 내일부터 3년 안의 날로 정해 주세요.")


@dataclass
class Imported:
    """What became of files that were brought in: slugs by fate. `withdrawn` are parts that a
    document no longer has; `held` wait as drafts for the sentence named; `refused` are left out."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def import_articles(
    *, drafts: Sequence[Draft], by: User | None = None, is_indexed_later: bool = True
) -> Imported:
    """Store what files say. What was brought in before is updated; unchanged text keeps its
    standing, or is vouched for anew where the drafts are."""
    found = Imported()
    if by is not None and not by.has_perm("inference.add_article"):
        raise NotAKeeper
    for draft in drafts:
        _import_one(draft, by, found)
    for slug in _leftovers(drafts):
        withdraw = Article.objects.get(slug=slug)
        _decide(withdraw, by, gettext("문서가 짧아져서 내림"), **_as_draft())
        found.withdrawn.append(slug)
    if is_indexed_later and (found.new or found.changed):
        transaction.on_commit(_ask_for_index)
    return found


@transaction.atomic
def write_article(*, article: Article, by: User) -> Article:
    """Store what a person wrote or edited in the portal. A changed text is a draft again.

    Raises NotAKeeper, ShippedTextStays, WrongTerm, NotForOwners.
    """
    if not by.has_perm(f"inference.{'change' if article.pk else 'add'}_article"):
        raise NotAKeeper
    stored = Article.objects.select_for_update().filter(pk=article.pk).first()
    if stored is None or stored.expires_at != article.expires_at:
        _check_term(article.expires_at)
    if stored is None:
        article.slug = article.slug or f"written-{uuid4().hex[:12]}"
        article.origin, article.added_by = Article.Origin.WRITTEN, by
        article.checked_at = timezone.localdate()
    elif _hash_of(article) == _hash_of(stored):
        Article.objects.filter(pk=stored.pk).update(expires_at=article.expires_at)
        return article
    elif stored.origin == Article.Origin.SHIPPED:
        raise ShippedTextStays
    else:
        # A file that is brought in again must not undo what a person wrote.
        article.origin = Article.Origin.WRITTEN
    _check_words(article)
    _set(article, **_as_draft())
    _keep_text(article)
    transaction.on_commit(_ask_for_index)
    return article


@transaction.atomic
def check_article(*, article: Article, by: User) -> Article:
    """This person has held the text against its sources today. A vet's review stands.

    Raises NotAKeeper, ArticleExpired, NotForOwners.
    """
    _may_keep(by)
    locked = _locked(article)
    if locked.is_expired:
        raise ArticleExpired
    _check_words(locked)
    return _decide(locked, by, gettext("출처 확인"), **_as_checked(locked))


@transaction.atomic
def review_article(*, article: Article, by: User) -> Article:
    """A veterinarian stands for this text by name.

    Raises NotAReviewingVet, ReviewerNameless, ArticleExpired, NotForOwners.
    """
    if not by.has_perm("inference.review_article"):
        raise NotAReviewingVet
    if not by.name.strip():
        raise ReviewerNameless
    locked = _locked(article)
    if locked.is_expired:
        raise ArticleExpired
    _check_words(locked)
    status = Article.Status.VET_REVIEWED
    values = {"status": status, "reviewed_by": by, "reviewed_at": timezone.now()}
    return _decide(locked, by, gettext("수의사 검토 승인"), **values)


@transaction.atomic
def withdraw_article(*, article: Article, by: User) -> Article:
    """Let it answer no longer; it stays to be read by staff. Raises NotAKeeper."""
    if not by.has_perm("inference.review_article"):
        _may_keep(by)
    return _decide(_locked(article), by, gettext("내림"), **_as_draft())


@transaction.atomic
def extend(*, article: Article, by: User, expires_at: date) -> Article:
    """Let it answer until another day. Raises NotAKeeper, WrongTerm."""
    _may_keep(by)
    _check_term(expires_at)
    said = gettext("만료일을 %(day)s로 바꿈") % {"day": expires_at}
    return _decide(_locked(article), by, said, expires_at=expires_at)


def _import_one(draft: Draft, by: User | None, found: Imported) -> None:
    article = Article.objects.select_for_update().filter(slug=draft.slug).first()
    if article is not None and article.origin != Article.Origin.IMPORTED:
        found.refused[draft.slug] = "it was edited in the portal since: edit it there"
        return
    unfit = unfit_in(draft.title, draft.body) if draft.status != Article.Status.DRAFT else None
    if unfit is not None:
        found.held[draft.slug] = unfit
    is_checked = draft.status == Article.Status.SOURCE_CHECKED and unfit is None
    if article is not None and article.content_hash == draft.content_hash:
        found.unchanged.append(draft.slug)
        if is_checked:
            values = {**_as_checked(article), "expires_at": draft.expires_at}
            _decide(article, by, gettext("출처 확인 (가져오기)"), **values)
        return
    (found.changed if article else found.new).append(draft.slug)
    article = article or Article(slug=draft.slug, added_by=by)
    _set(article, origin=draft.origin, expires_at=draft.expires_at, checked_at=draft.checked_at)
    _set(article, **{name: _plain(getattr(draft, name)) for name in TEXT})
    _set(article, **_as_draft())
    if is_checked:
        article.status = Article.Status.SOURCE_CHECKED
    _keep_text(article)


def _keep_text(article: Article) -> None:
    """Store a text that is new, with what owners read of it."""
    article.content_hash, article.indexed_at = _hash_of(article), None
    article.save()
    replace_passages(article, pieces(draft_of(article)))


def _leftovers(drafts: Iterable[Draft]) -> list[str]:
    """Parts that answer and that their document, brought in again, no longer has."""
    slugs = {draft.slug for draft in drafts}
    answering = Article.objects.filter(origin=Article.Origin.IMPORTED)
    answering = answering.exclude(status=Article.Status.DRAFT).exclude(slug__in=slugs)
    parts = answering.filter(slug__regex=r"-p\d+$").values_list("slug", flat=True)
    documents = {document_of(slug) for slug in slugs}
    return [slug for slug in parts if document_of(slug) in documents]


def _hash_of(article: Article) -> str:
    return content_hash(text_fields(**{name: getattr(article, name) for name in TEXT}))


def _as_draft() -> dict[str, Any]:
    return {"status": Article.Status.DRAFT, "reviewed_by": None, "reviewed_at": None}


def _as_checked(article: Article) -> dict[str, Any]:
    is_reviewed = article.status == Article.Status.VET_REVIEWED
    status = article.status if is_reviewed else Article.Status.SOURCE_CHECKED
    return {"status": status, "checked_at": timezone.localdate()}


def _decide(article: Article, by: User | None, said: str, **values: Any) -> Article:
    """Store a decision, and who made it in the article's history."""
    _set(article, **values)
    article.save(update_fields=list(values))
    if by is not None:
        LogEntry.objects.log_actions(by.pk, [article], CHANGE, said, single_object=True)
    return article


def _set(article: Article, **values: Any) -> None:
    for name, value in values.items():
        setattr(article, name, value)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).get(pk=article.pk)


def _may_keep(by: User) -> None:
    if not by.has_perm("inference.change_article"):
        raise NotAKeeper


def _check_term(day: date) -> None:
    today = timezone.localdate()
    if not today < day <= today + LONGEST_TERM:
        raise WrongTerm


def _check_words(article: Article) -> None:
    if not article.body.strip():
        raise EmptyArticle
    sentence = unfit_in(article.title, article.body)
    if sentence is not None:
        raise NotForOwners(sentence)


def _ask_for_index() -> None:
    """When the broker is away the next round does it."""
    with suppress(OperationalError):
        tasks.index_waiting_articles.delay()
