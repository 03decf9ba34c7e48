"""Files that an owner adds to a consultation: photos and recordings."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models.talk import Consultation, Message
from profiles.models import Pet, User


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User) -> "UploadQuerySet":
        """The user's own, and the portrait and papers of every pet that the user cares for."""
        papers = Q(pet__in=Pet.objects.visible_to(user))
        return self.filter(Q(owner=user) | papers).exclude(status=Upload.Status.REMOVED)

    def usable(self) -> "UploadQuerySet":
        return self.filter(status=Upload.Status.READY)


class Upload(models.Model):
    """The promise of a file: an address was given out, the file came, was checked, is usable.

    It belongs to a consultation, or to a pet: its portrait, or a document of its history.

    Nothing that was sent is usable before a worker has looked into it. The bytes lie in the media
    storage under `key`; what is known of them (pixels or seconds, codec, thumbnails) in `facts`.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("사진")
        AUDIO = "audio", _("음성")

    class Purpose(models.TextChoices):
        TALK = "talk", _("상담")
        PORTRAIT = "portrait", _("프로필 사진")
        DOCUMENT = "document", _("진료 서류")

    class Status(models.TextChoices):
        ASKED = "asked", _("올리는 중")
        CHECKING = "checking", _("확인 중")
        READY = "ready", _("사용 가능")
        REFUSED = "refused", _("쓸 수 없음")
        REMOVED = "removed", _("지움")

    class BodyPart(models.TextChoices):
        EYE = "eye", _("눈")
        EAR = "ear", _("귀")
        SKIN = "skin", _("피부")
        TEETH = "teeth", _("이빨")
        STOOL = "stool", _("변")
        GAIT = "gait", _("걸음걸이")
        OTHER = "other", _("그 밖")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="uploads")
    consultation = models.ForeignKey(
        Consultation,
        on_delete=models.CASCADE,
        related_name="uploads",
        verbose_name=_("상담"),
        null=True,
        blank=True,
    )
    pet = models.ForeignKey(
        Pet, on_delete=models.CASCADE, related_name="uploads", null=True, blank=True
    )
    purpose = models.CharField(_("쓰임"), max_length=8, choices=Purpose, default=Purpose.TALK)
    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="photos"
    )
    kind = models.CharField(_("종류"), max_length=8, choices=Kind)
    status = models.CharField(_("상태"), max_length=10, choices=Status, default=Status.ASKED)
    key = models.CharField(max_length=200, unique=True)
    """Where the bytes lie: ASCII only, and nothing of the owner's in it."""
    name = models.CharField(_("파일 이름"), max_length=120, blank=True)
    content_type = models.CharField(_("형식"), max_length=60)
    size = models.PositiveBigIntegerField(_("크기"), default=0)
    body_part = models.CharField(_("부위"), max_length=8, choices=BodyPart, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    refusal = models.CharField(_("거절 까닭"), max_length=40, blank=True)
    is_kept = models.BooleanField(_("계속 보관"), default=False)
    removes_at = models.DateTimeField(_("지울 때"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    enqueued_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("올린 파일")
        verbose_name_plural = _("올린 파일")
        ordering = ["created_at"]
        indexes = [
            models.Index(fields=["owner", "-created_at"]),
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=["asked", "checking"]),
                name="upload_unfinished",
            ),
            models.Index(
                fields=["removes_at"],
                condition=Q(removes_at__isnull=False),
                name="upload_retention",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="talk", consultation__isnull=False, pet=None)
                | (Q(consultation=None, pet__isnull=False, kind="photo") & ~Q(purpose="talk")),
                name="upload_belongs",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
