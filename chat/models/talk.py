"""Consultations, their messages, and the event log that is the truth about both."""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from profiles.models import Pet, User


class Urgency(models.TextChoices):
    """How soon an animal has to be seen. The order of danger is `RANK`, not the order here."""

    EMERGENCY = "emergency", _("응급")
    URGENT = "urgent", _("당일 진료")
    SOON = "soon", _("진료 예약")
    HOME = "home", _("집에서 관찰")
    NOT_MEDICAL = "not_medical", _("건강 상담 아님")


RANK: dict[str, int] = {
    Urgency.NOT_MEDICAL: 0,
    Urgency.HOME: 1,
    Urgency.SOON: 2,
    Urgency.URGENT: 3,
    Urgency.EMERGENCY: 4,
}


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def visible_to(self, user: User) -> "ConsultationQuerySet":
        return self.filter(owner=user)

    def open(self) -> "ConsultationQuerySet":
        return self.filter(ended_at=None)

    def wanted(
        self,
        *,
        pet: uuid.UUID | None = None,
        urgency: str = "",
        is_open: bool | None = None,
        is_pinned: bool | None = None,
    ) -> "ConsultationQuerySet":
        """Those that fit all that is asked for."""
        asked = {
            "pet": pet,
            "urgency": urgency or None,
            "ended_at__isnull": is_open,
            "pinned_at__isnull": None if is_pinned is None else not is_pinned,
        }
        return self.filter(**{name: value for name, value in asked.items() if value is not None})

    def locked(self, consultation_id: uuid.UUID) -> "Consultation":
        """The row, held until the running transaction ends, with its pet."""
        rows = self.select_for_update(of=["self"]).select_related("pet")
        return rows.get(pk=consultation_id)


class Consultation(models.Model):
    """One conversation about one pet."""

    class Ending(models.TextChoices):
        OWNER = "owner", _("보호자가 끝냄")
        IDLE = "idle", _("오래 조용해서 끝남")
        ARCHIVED = "archived", _("보관")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consultations")
    pet = models.ForeignKey(Pet, on_delete=models.CASCADE, related_name="consultations")
    title = models.CharField(_("제목"), max_length=60, blank=True)
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency, blank=True)
    head_seq = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("시작"), auto_now_add=True)
    active_at = models.DateTimeField(_("마지막 활동"), auto_now_add=True)
    ended_at = models.DateTimeField(_("종료"), null=True, blank=True)
    ending = models.CharField(max_length=8, choices=Ending, blank=True)
    pinned_at = models.DateTimeField(_("고정"), null=True, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("상담")
        verbose_name_plural = _("상담")
        indexes = [
            models.Index(fields=["owner", "-active_at"]),
            models.Index(fields=["active_at"], condition=Q(ended_at=None), name="open_by_activity"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="consultation_ending_paired",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> "MessageQuerySet":
        return self.filter(consultation__owner=user)


class Message(models.Model):
    """What was said. A reply is the assistant's message that answers an owner's.

    Nothing is overwritten: a reply that was asked for again is a further `version`, an owner's
    message that was edited is a new one that `revises` the old.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("보호자")
        ASSISTANT = "assistant", _("AI")

    class Kind(models.TextChoices):
        TEXT = "text", _("글")
        AUDIO_TRANSCRIPT = "audio_transcript", _("음성 전사")

    class Status(models.TextChoices):
        COMPLETE = "complete", _("완료")
        STOPPED = "stopped", _("보호자가 멈춤")
        CUT = "cut", _("중간에 끊김")
        FAILED = "failed", _("답변하지 못함")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="messages"
    )
    seq = models.PositiveIntegerField()
    role = models.CharField(_("말한 이"), max_length=10, choices=Role)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.TEXT)
    status = models.CharField(max_length=10, choices=Status, default=Status.COMPLETE)
    text = models.TextField(_("내용"))
    answers = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies"
    )
    version = models.PositiveSmallIntegerField(_("몇 번째 답변"), default=1)
    revises = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="revisions"
    )
    author = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    idempotency_key = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("메시지")
        verbose_name_plural = _("메시지")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "seq"], name="message_seq"),
            models.UniqueConstraint(
                fields=["answers", "version"],
                condition=Q(answers__isnull=False),
                name="one_reply_a_version",
            ),
            models.UniqueConstraint(
                fields=["author", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_message_a_key",
            ),
            models.CheckConstraint(
                condition=Q(role="owner", answers=None)
                | Q(role="assistant", author=None, revises=None),
                name="message_role_fits",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User) -> "FeedbackQuerySet":
        return self.filter(message__consultation__owner=user)


class Feedback(models.Model):
    """What an owner thinks of one reply: thumb, reasons, a word. May change its mind."""

    class Reason(models.TextChoices):
        WRONG = "wrong", _("내용이 틀렸어요")
        FRIGHTENING = "frightening", _("불안하게 해요")
        MISSED_EMERGENCY = "missed_emergency", _("응급을 놓쳤어요")
        TOO_LONG = "too_long", _("너무 길어요")
        HARD = "hard", _("이해하기 어려워요")
        UNHELPFUL = "unhelpful", _("물어본 것과 달라요")

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="feedback")
    is_helpful = models.BooleanField(_("도움이 됐나요"))
    reasons = ArrayField(
        models.CharField(max_length=20, choices=Reason), default=list, verbose_name=_("까닭")
    )
    comment = models.TextField(_("의견"), max_length=1000, blank=True)
    handled_at = models.DateTimeField(_("확인"), null=True, blank=True)
    created_at = models.DateTimeField(_("처음"), auto_now_add=True)
    changed_at = models.DateTimeField(_("바꿈"), auto_now=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("답변 평가")
        verbose_name_plural = _("답변 평가")
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return "👍" if self.is_helpful else "👎"


class RatingQuerySet(models.QuerySet["Rating"]):
    def visible_to(self, user: User) -> "RatingQuerySet":
        return self.filter(consultation__owner=user)


class Rating(models.Model):
    """What an owner thinks of a consultation as a whole. May change its mind."""

    class Reason(models.TextChoices):
        QUICK = "quick", _("빨랐어요")
        CLEAR = "clear", _("이해하기 쉬웠어요")
        CALMING = "calming", _("마음이 놓였어요")
        USEFUL = "useful", _("실제로 도움이 됐어요")
        SLOW = "slow", _("오래 걸렸어요")
        UNCLEAR = "unclear", _("이해하기 어려웠어요")
        FRIGHTENING = "frightening", _("더 불안해졌어요")
        WRONG = "wrong", _("실제와 달랐어요")

    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, related_name="rating"
    )
    stars = models.PositiveSmallIntegerField(_("별점"))
    reasons = ArrayField(
        models.CharField(max_length=20, choices=Reason), default=list, verbose_name=_("까닭")
    )
    comment = models.TextField(_("의견"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("처음"), auto_now_add=True)
    changed_at = models.DateTimeField(_("바꿈"), auto_now=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("상담 평가")
        verbose_name_plural = _("상담 평가")
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="rating_one_to_five"
            )
        ]

    def __str__(self) -> str:
        return "★" * self.stars


class Event(models.Model):
    """One entry of a consultation's log. `seq` has no gaps; sockets only hint at it."""

    class Kind(models.TextChoices):
        MESSAGE = "message"
        TRIAGE = "triage"
        REPLY_STARTED = "reply.started"
        REPLY_RESTART = "reply.restart"
        REPLY_DONE = "reply.done"
        REPLY_FAILED = "reply.failed"
        TRANSCRIPT = "transcript"
        SOAP = "soap"
        ENDED = "ended"

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["consultation", "seq"], name="event_seq")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

    def as_wire(self) -> dict[str, Any]:
        """The event as sockets and the REST history show it."""
        return {
            "type": self.kind,
            "seq": self.seq,
            "at": self.created_at.isoformat(),
            **self.payload,
        }
