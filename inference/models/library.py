"""The knowledge library: articles and the passages that are found and cited."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

from chat.models import Urgency
from profiles.models import Pet, User

EMBEDDING_DIMENSIONS = 384


class ArticleQuerySet(models.QuerySet["Article"]):
    def answering(self, today: date | None = None) -> "ArticleQuerySet":
        """Articles that may answer: checked and not expired."""
        day = today or timezone.localdate()
        checked = [Article.Status.SOURCE_CHECKED, Article.Status.VET_REVIEWED]
        return self.filter(status__in=checked, expires_at__gt=day)


class Article(models.Model):
    """One document of the library."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("초안")
        # Written from the sources it names. Becomes "출처 확인" article by article, once each
        # has been held against the originals.
        SOURCE_CHECKED = "source_checked", _("출처 표기")
        VET_REVIEWED = "vet_reviewed", _("수의사 검토")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("제목"), max_length=120)
    category = models.CharField(_("분류"), max_length=20)
    species = ArrayField(models.CharField(max_length=12))
    conditions = models.JSONField(default=list)
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency)
    sources = models.JSONField(default=list)
    status = models.CharField(_("상태"), max_length=16, choices=Status, default=Status.DRAFT)
    checked_at = models.DateField(_("확인일"))
    expires_at = models.DateField(_("만료일"))
    body = models.TextField(_("본문"))
    content_hash = models.CharField(max_length=64)
    indexed_at = models.DateTimeField(null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("지식 문서")
        verbose_name_plural = _("지식 문서")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, user: User) -> "PassageQuerySet":
        """Public knowledge, and what came from the user's own consultations."""
        return self.filter(Q(owner=None) | Q(owner=user))


class Passage(models.Model):
    """A piece of text that can be found and cited.

    Knowledge has an article and no owner; what came from a consultation has an owner and a
    pet, and is found for them alone.
    """

    class Kind(models.TextChoices):
        KNOWLEDGE = "knowledge", _("지식")
        SOAP = "soap", _("상담 노트")
        TRANSCRIPT = "transcript", _("전사")

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.KNOWLEDGE)
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="passages"
    )
    owner = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    pet = models.ForeignKey(Pet, on_delete=models.CASCADE, null=True, blank=True)
    section = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    species = ArrayField(models.CharField(max_length=12), default=list)
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    model = models.CharField(max_length=60)
    embedding = HalfVectorField(dimensions=EMBEDDING_DIMENSIONS)
    words = SearchVectorField(null=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("조각")
        verbose_name_plural = _("조각")
        indexes = [
            HnswIndex(
                name="passage_knowledge_hnsw",
                fields=["embedding"],
                opclasses=["halfvec_cosine_ops"],
                condition=Q(kind="knowledge"),
                m=16,
                ef_construction=64,
            ),
            models.Index(fields=["owner", "kind"], name="passage_owner"),
            GinIndex(fields=["words"], name="passage_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="knowledge", owner=None, article__isnull=False)
                | (~Q(kind="knowledge") & Q(owner__isnull=False)),
                name="passage_scope_fits_kind",
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]
