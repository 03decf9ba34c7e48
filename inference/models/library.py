"""The knowledge library: articles and the passages that are found and cited."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pgvector.django import SparseVectorField

from chat.models import Consultation, Urgency
from profiles.models import Consent, Pet, User

# The ids of morphemes are hashes of this many values (knowledge.lexemes).
LEXEME_SPACE = 2**29


class ArticleQuerySet(models.QuerySet["Article"]):
    def answering(self, today: date | None = None) -> "ArticleQuerySet":
        """Articles that may answer: checked and not expired."""
        day = today or timezone.localdate()
        checked = [Article.Status.SOURCE_CHECKED, Article.Status.VET_REVIEWED]
        return self.filter(status__in=checked, expires_at__gt=day)


class Article(models.Model):
    """One document of the library: shipped, brought in from a file, or written in the portal."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("초안")
        SOURCE_CHECKED = "source_checked", _("출처 확인")
        VET_REVIEWED = "vet_reviewed", _("수의사 검토")

    class Origin(models.TextChoices):
        SHIPPED = "shipped", _("기본 제공")
        IMPORTED = "imported", _("가져온 문서")
        WRITTEN = "written", _("포털에서 작성")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("제목"), max_length=120)
    category = models.CharField(_("분류"), max_length=20)
    species = ArrayField(models.CharField(max_length=12))
    conditions = models.JSONField(default=list)
    says = ArrayField(models.TextField(), default=list, blank=True)
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency)
    # Rules of triage whose dangers it is about: where one was found, it comes first.
    red_flags = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("응급 신호")
    )
    sources = models.JSONField(default=list)
    licence = models.CharField(_("이용 조건"), max_length=200, blank=True)
    origin = models.CharField(_("출처 구분"), max_length=10, choices=Origin, default=Origin.SHIPPED)
    status = models.CharField(_("상태"), max_length=16, choices=Status, default=Status.DRAFT)
    checked_at = models.DateField(_("확인일"))
    expires_at = models.DateField(_("만료일"))
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("검토한 수의사"),
    )  # fmt: skip
    reviewed_at = models.DateTimeField(_("검토일"), null=True, editable=False)
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("등록한 사람"),
    )  # fmt: skip
    body = models.TextField(_("본문"))
    content_hash = models.CharField(max_length=64)
    indexed_at = models.DateTimeField(null=True, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("지식 문서")
        verbose_name_plural = _("지식 문서")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="vet_reviewed", reviewed_by__isnull=False)
                & Q(reviewed_at__isnull=False)
                | ~Q(status="vet_reviewed") & Q(reviewed_by=None, reviewed_at=None),
                name="article_reviewed_by_somebody",
            )
        ]
        permissions = [("review_article", _("지식 문서를 수의사로서 검토할 수 있음"))]

    def __str__(self) -> str:
        return self.title

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.localdate()

    @property
    def standing(self) -> str | Promise:
        """What a reader is told of its worth: the status, or that its time is over."""
        return _("만료") if self.is_expired else self.Status(self.status).label

    @property
    def stands_since(self) -> date:
        """The day of that status: a vet's review, or else the check against its sources."""
        if self.reviewed_at is not None:
            return timezone.localdate(self.reviewed_at)
        return self.checked_at


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, user: User) -> "PassageQuerySet":
        """Public knowledge, and what came from the user's own consultations."""
        return self.filter(Q(owner=None) | Q(owner=user))

    def may_leave_the_country(self) -> "PassageQuerySet":
        """Public knowledge, and private passages whose owner agreed to models abroad."""
        asked = Consent.objects.filter(user=OuterRef("owner"), kind=Consent.Kind.OVERSEAS_AI)
        newest = Subquery(asked.order_by("-created_at").values("is_granted")[:1])
        return self.annotate(agreed=newest).filter(Q(owner=None) | Q(agreed=True))


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
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, null=True, blank=True)
    section = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    species = ArrayField(models.CharField(max_length=12), default=list)
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    words = SearchVectorField(null=True)
    # How much of BM25 each morpheme brings here: its product with a question's weights.
    terms = SparseVectorField(dimensions=LEXEME_SPACE, null=True)

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("조각")
        verbose_name_plural = _("조각")
        indexes = [
            models.Index(fields=["owner", "pet", "kind"], name="passage_owner"),
            GinIndex(fields=["words"], name="passage_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="knowledge", owner=None, article__isnull=False)
                | (~Q(kind="knowledge") & Q(owner__isnull=False)),
                name="passage_scope_fits_kind",
            ),
            # A passage keeps its row, and a citation its address, when an article is edited.
            models.UniqueConstraint(
                fields=["article", "section", "position"], name="passage_once_a_place"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
