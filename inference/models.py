"""Jobs and their runs, triage results, the knowledge library, the ledger of model calls."""

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

from chat.models import Consultation, Message, Urgency
from profiles.models import Pet, User

EMBEDDING_DIMENSIONS = 384


class InferenceJob(models.Model):
    """The promise that a message gets a reply: queue item, lease and dead letter in one row."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("대기")
        RUNNING = "running", _("실행 중")
        DONE = "done", _("완료")
        DEAD = "dead", _("실패")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="job", verbose_name=_("메시지")
    )
    reply_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("상태"), max_length=8, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("실패한 시도"), default=0)
    losses = models.PositiveSmallIntegerField(_("밖에서 끊긴 시도"), default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("접수"), auto_now_add=True)
    finished_at = models.DateTimeField(_("끝"), null=True, blank=True)
    error = models.CharField(_("오류"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("추론 작업")
        verbose_name_plural = _("추론 작업")
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["queued", "running"]),
                name="job_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.pk}"


class Run(models.Model):
    """One attempt at a job, with its steps as the admin's timeline shows them.

    `steps` is a list of {name, outcome, ms, error, detail} in the order in which they ran.
    """

    job = models.ForeignKey(InferenceJob, on_delete=models.CASCADE, related_name="runs")
    fence = models.PositiveIntegerField()
    outcome = models.CharField(_("결과"), max_length=16, default="running")
    steps = models.JSONField(default=list)
    started_at = models.DateTimeField(_("시작"), auto_now_add=True)
    milliseconds = models.PositiveIntegerField(_("밀리초"), null=True, blank=True)

    class Meta:
        verbose_name = _("실행")
        verbose_name_plural = _("실행")
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["job", "fence"], name="run_fence")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.started_at:%m-%d %H:%M:%S}"


class TriageResult(models.Model):
    """What the rules said of one message."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="triage")
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency)
    findings = models.JSONField(default=list)
    is_question = models.BooleanField(default=False)
    is_third_party = models.BooleanField(default=False)
    rules_version = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("트리아지 결과")
        verbose_name_plural = _("트리아지 결과")

    def __str__(self) -> str:
        return self.urgency


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


class ModelCall(models.Model):
    """The ledger: every call to a model, whatever came of it."""

    job = models.ForeignKey(InferenceJob, on_delete=models.SET_NULL, null=True, blank=True)
    consultation = models.ForeignKey(Consultation, on_delete=models.SET_NULL, null=True, blank=True)
    provider = models.CharField(max_length=20)
    model = models.CharField(max_length=60)
    outcome = models.CharField(max_length=24)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("모델 호출")
        verbose_name_plural = _("모델 호출")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome}"
