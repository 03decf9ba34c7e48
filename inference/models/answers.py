"""What answers are made from besides the library: approved answers, memories, and the basis."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField

from chat.models import Consultation, Message, Urgency
from inference.models.library import Article
from profiles.models import Species, User


class ApprovedAnswerQuerySet(models.QuerySet["ApprovedAnswer"]):
    def serving(self) -> "ApprovedAnswerQuerySet":
        """Answers that a veterinarian approved and whose phrasings can be found."""
        return self.filter(status=ApprovedAnswer.Status.APPROVED, indexed_at__isnull=False)

    def unindexed(self) -> "ApprovedAnswerQuerySet":
        return self.filter(status=ApprovedAnswer.Status.APPROVED, indexed_at=None)


class ApprovedAnswer(models.Model):
    """An answer that a veterinarian has reviewed: served as it is, before a model is asked."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("초안")
        APPROVED = "approved", _("승인")
        RETIRED = "retired", _("내림")

    questions = models.TextField(
        _("질문"), help_text=_("보호자가 쓸 법한 말로, 한 줄에 하나씩 적어 주세요.")
    )
    must_mention = models.CharField(
        _("꼭 들어가야 하는 말"),
        max_length=200,
        help_text=_(
            "이 가운데 하나는 질문에 있어야 이 답변이 나가요. 쉼표로 나눠 주세요. 예: 포도, 건포도"
        ),
    )
    species = ArrayField(
        models.CharField(max_length=12, choices=Species), verbose_name=_("동물 종류")
    )
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency)
    text = models.TextField(_("답변"), max_length=4000)
    articles = models.ManyToManyField(Article, blank=True, verbose_name=_("근거 문서"))
    status = models.CharField(_("상태"), max_length=10, choices=Status, default=Status.DRAFT)
    written_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("검토한 수의사"),
    )  # fmt: skip
    reviewed_at = models.DateTimeField(_("검토일"), null=True, editable=False)
    uses = models.PositiveIntegerField(_("쓰인 횟수"), default=0, editable=False)
    last_used_at = models.DateTimeField(_("마지막 사용"), null=True, editable=False)
    indexed_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ApprovedAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("수의사 검토 답변")
        verbose_name_plural = _("수의사 검토 답변")
        ordering = ["-changed_at"]
        permissions = [("approve_answer", _("답변을 수의사로서 승인할 수 있음"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="approved_answer_review_paired",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(reviewed_at__isnull=False),
                name="approved_answer_is_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return self.questions.partition("\n")[0][:60]

    @property
    def reviewer_name(self) -> str:
        return self.reviewed_by.name if self.reviewed_by else ""

    @property
    def reviewed_on(self) -> str:
        """The day of the review, as yyyy-mm-dd."""
        return timezone.localdate(self.reviewed_at).isoformat() if self.reviewed_at else ""

    @property
    def phrasings(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]

    @property
    def needed_words(self) -> list[str]:
        return [word.strip() for word in self.must_mention.split(",") if word.strip()]


class ApprovedPhrasing(models.Model):
    """One way to ask the question of an approved answer, as a vector."""

    answer = models.ForeignKey(ApprovedAnswer, on_delete=models.CASCADE, related_name="vectors")
    text = models.CharField(max_length=600)
    model = models.CharField(max_length=120)
    embedding = HalfVectorField()

    def __str__(self) -> str:
        return self.text[:40]


class Memory(models.Model):
    """The running summary of a long consultation: what was said up to `until_seq`."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, related_name="memory"
    )
    until_seq = models.PositiveIntegerField()
    text = models.TextField()
    made_by = models.CharField(max_length=20)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("상담 요약")
        verbose_name_plural = _("상담 요약")

    def __str__(self) -> str:
        return self.text[:40]


class Basis(models.Model):
    """What one answer used, as its owner may read it: facts of the pet, records, notes,
    passages, how many earlier messages, and the running summary.

    Lists of objects: profile {field, label, text}, records {id, text}, notes {id, text},
    passages {id, title, heading, is_cited}.
    """

    reply = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="basis")
    profile = models.JSONField(default=list)
    records = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    passages = models.JSONField(default=list)
    turns = models.PositiveIntegerField(default=0)
    summary = models.TextField(blank=True)

    class Meta:
        verbose_name = _("답변에 사용한 정보")
        verbose_name_plural = _("답변에 사용한 정보")

    def __str__(self) -> str:
        return str(self.reply_id)
