"""A K-SOAP note: a keyword block, four sections, and what was changed after its approval."""

import uuid

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Case, F, Q, SmallIntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from chat.models import RANK, Consultation, Urgency
from profiles.models import Pet, User

# Urgency as a number, the same expression in the index and in the order of the queue.
DANGER = Case(
    *(When(urgency=urgency, then=Value(rank)) for urgency, rank in sorted(RANK.items())),
    default=Value(0),
    output_field=SmallIntegerField(),
)
LOCKED = pgtrigger.Q(old__status__in=["approved"])


class SoapNoteQuerySet(models.QuerySet["SoapNote"]):
    def visible_to(self, user: User) -> "SoapNoteQuerySet":
        """The owner's own. What vets may see is `reviewable_by`."""
        return self.filter(owner=user, pet__archived_at=None)

    def readable_by(self, user: User) -> "SoapNoteQuerySet":
        """The owner's own, and those of every pet that the user cares for."""
        return self.filter(
            Q(owner=user) | Q(pet__in=Pet.objects.visible_to(user)), pet__archived_at=None
        )

    def reviewable_by(self, vet: User) -> "SoapNoteQuerySet":
        """Assigned to this vet, or waiting in the common queue because its owner agreed."""
        if not vet.has_perm("soap.review_soapnote"):
            return self.none()
        return self.filter(Q(assigned_to=vet) | Q(assigned_to=None, offered_at__isnull=False))

    def listed_for(self, vet: User) -> "SoapNoteQuerySet":
        """The lines of the queue: whoever assigns notes also sees which vet has which."""
        if vet.has_perm("soap.assign_soapnote"):
            return self.filter(Q(assigned_to=vet) | Q(offered_at__isnull=False))
        return self.reviewable_by(vet)

    def waiting(self) -> "SoapNoteQuerySet":
        """Not yet approved, the most dangerous first, then the longest waiting."""
        open_ones = self.exclude(status=SoapNote.Status.APPROVED)
        return open_ones.order_by(DANGER.desc(), "offered_at", "pk")


@pghistory.track(append_only=True)
class SoapNote(models.Model):
    """The note of one consultation. Its AI draft stays in the history; what a vet approved
    cannot be changed by anybody, only amended."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("초안")
        IN_REVIEW = "in_review", _("검토 중")
        APPROVED = "approved", _("승인")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, related_name="note", verbose_name=_("상담")
    )
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notes")
    pet = models.ForeignKey(Pet, on_delete=models.CASCADE, related_name="notes")
    status = models.CharField(_("상태"), max_length=10, choices=Status, default=Status.DRAFT)
    urgency = models.CharField(_("긴급도"), max_length=12, choices=Urgency)
    keywords = models.JSONField(_("키워드"), default=dict)
    """주증상, 기간, 종/나이/체중, 응급 신호, 복용약, 알레르기; and what was denied or is past."""
    made_by = models.CharField(_("작성"), max_length=40)
    is_default = models.BooleanField(_("자동 요약"), default=False)
    prompt_version = models.CharField(max_length=16, blank=True)
    dropped = models.PositiveSmallIntegerField(_("근거 없어 뺀 문장"), default=0)
    assigned_to = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="assigned_notes",
        verbose_name=_("담당 수의사"),
    )  # fmt: skip
    offered_at = models.DateTimeField(_("검토 요청"), null=True, blank=True)
    opened_at = models.DateTimeField(_("검토 시작"), null=True, blank=True)
    approved_at = models.DateTimeField(_("승인일"), null=True, blank=True)
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="approved_notes",
        verbose_name=_("승인한 수의사"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    """Counts changes: whoever saves tells which one was read."""
    created_at = models.DateTimeField(_("작성일"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = SoapNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("K-SOAP 노트")
        verbose_name_plural = _("K-SOAP 노트")
        ordering = ["-created_at"]
        permissions = [
            ("review_soapnote", _("K-SOAP 노트를 수의사로서 검토할 수 있음")),
            ("assign_soapnote", _("K-SOAP 노트를 배정할 수 있음")),
        ]
        indexes = [
            models.Index(fields=["pet", "-created_at"]),
            models.Index(
                DANGER.desc(),
                F("offered_at").asc(),
                condition=~Q(status="approved"),
                name="note_queue",
            ),
            models.Index(fields=["assigned_to", "status"], name="note_assigned"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False)
                & Q(approved_by__isnull=False)
                | ~Q(status="approved") & Q(approved_at=None, approved_by=None),
                name="note_approved_by_somebody",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_note_is_locked", operation=pgtrigger.Update, condition=LOCKED
            )
        ]

    def __str__(self) -> str:
        return f"{self.pet_id} {self.created_at:%Y-%m-%d}"

    @property
    def is_locked(self) -> bool:
        return self.status == self.Status.APPROVED


@pghistory.track(append_only=True)
class Section(models.Model):
    """One of S, O, A, P: what was drafted, and what a vet made of it.

    `drafted` is a list of {"text", "evidence": [{"kind", "id", "label"}]}; kinds are message,
    audio, photo, profile, triage, source. `text` is what stands, one sentence a line.
    """

    class Kind(models.TextChoices):
        SUBJECTIVE = "S", _("주관적 소견")
        OBJECTIVE = "O", _("객관적 소견")
        ASSESSMENT = "A", _("평가")
        PLAN = "P", _("계획")

    class State(models.TextChoices):
        PENDING = "pending", _("검토 전")
        ACCEPTED = "accepted", _("그대로 채택")
        EDITED = "edited", _("고쳐 씀")

    note = models.ForeignKey(SoapNote, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=1, choices=Kind)
    drafted = models.JSONField(default=list)
    text = models.TextField(_("내용"), blank=True)
    state = models.CharField(_("검토"), max_length=10, choices=State, default=State.PENDING)
    edited_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Counts changes of this section: whoever saves tells which one was read."""

    class Meta:
        verbose_name = _("노트의 항목")
        verbose_name_plural = _("노트의 항목")
        ordering = ["note", "pk"]
        constraints = [models.UniqueConstraint(fields=["note", "kind"], name="section_once_a_note")]
        triggers = [
            pgtrigger.Trigger(
                name="approved_section_is_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "if exists (select 1 from soap_soapnote n where n.id = old.note_id"
                    " and n.status = 'approved') then"
                    " raise exception 'pgtrigger: the note of this section is approved';"
                    " end if; return new;"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def drafted_text(self) -> str:
        return "\n".join(sentence["text"] for sentence in self.drafted)


class Amendment(models.Model):
    """What a vet changed in a section of an approved note, and why. The newest one stands."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="amendments")
    text = models.TextField(_("바뀐 내용"))
    reason = models.CharField(_("까닭"), max_length=500)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("수정 기록")
        verbose_name_plural = _("수정 기록")
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="amendments_are_kept", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.reason
