"""How the library is found: spaces of vectors, statistics of words, and the runs that fill them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from inference.models.library import Passage
from profiles.models import User


class EmbeddingSpaceQuerySet(models.QuerySet["EmbeddingSpace"]):
    def live(self) -> "EmbeddingSpace | None":
        """The space that questions are asked in; None before the first index."""
        return self.filter(is_live=True).first()


class EmbeddingSpace(models.Model):
    """The vectors of one embedding model. One space is live; another may be built beside it.

    A retired space keeps its vectors for a while, for the questions that were embedded in it.
    """

    model = models.CharField(_("임베딩 모델"), max_length=120, unique=True)
    dimensions = models.PositiveSmallIntegerField(_("차원"))
    # The cosine at which two texts are strangers, and at which they say the same: every model
    # uses another stretch of the scale.
    floor = models.FloatField(_("무관한 글의 유사도"), default=0.0)
    ceiling = models.FloatField(_("같은 뜻의 유사도"), default=1.0)
    is_live = models.BooleanField(_("사용 중"), default=False)
    made_at = models.DateTimeField(_("만든 때"), auto_now_add=True)
    live_at = models.DateTimeField(_("사용 시작"), null=True, blank=True)
    retired_at = models.DateTimeField(_("사용 종료"), null=True, blank=True)

    objects = EmbeddingSpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("임베딩 공간")
        verbose_name_plural = _("임베딩 공간")
        constraints = [
            models.UniqueConstraint(
                fields=["is_live"], condition=Q(is_live=True), name="one_live_space"
            )
        ]

    def __str__(self) -> str:
        return self.model


class PassageVector(models.Model):
    """The vector of a passage in one space. Each space has an index of its own, made with it
    (knowledge.spaces), since the number of dimensions differs. `is_public` repeats the
    passage's kind, so that the index holds the library alone."""

    space = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE)
    passage = models.ForeignKey(Passage, on_delete=models.CASCADE, related_name="vectors")
    is_public = models.BooleanField()
    content_hash = models.CharField(max_length=64)
    embedding = HalfVectorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["passage", "space"], name="one_vector_a_space")
        ]

    def __str__(self) -> str:
        return f"{self.passage_id} in {self.space_id}"


class Lexeme(models.Model):
    """A morpheme of the library, and in how many public passages it stands."""

    text = models.CharField(max_length=80, primary_key=True)
    passages = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.text


class IndexRunQuerySet(models.QuerySet["IndexRun"]):
    def newest(self) -> "IndexRun | None":
        return self.order_by("-started_at").first()


class IndexRun(models.Model):
    """One reindex: what it was asked, how far it is, and what failed and why."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("대기")
        RUNNING = "running", _("진행 중")
        DONE = "done", _("완료")
        FAILED = "failed", _("일부 실패")
        INTERRUPTED = "interrupted", _("중단됨")

    status = models.CharField(_("상태"), max_length=12, choices=Status, default=Status.WAITING)
    model = models.CharField(_("임베딩 모델"), max_length=120)
    is_full = models.BooleanField(_("전체"), default=False)
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)
    total = models.PositiveIntegerField(_("전체 문서"), default=0)
    done = models.PositiveIntegerField(_("처리한 문서"), default=0)
    counts = models.JSONField(_("새로움·바뀜·삭제·그대로"), default=dict)
    failed = models.JSONField(_("실패"), default=dict)
    started_at = models.DateTimeField(_("시작"), auto_now_add=True)
    progressed_at = models.DateTimeField(_("마지막 진행"), null=True, blank=True)
    finished_at = models.DateTimeField(_("끝"), null=True, blank=True)

    objects = IndexRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("색인 작업")
        verbose_name_plural = _("색인 작업")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.model}"
