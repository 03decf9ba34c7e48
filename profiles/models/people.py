"""People: accounts, codes, sign-ins, consents."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        fields = {"role": User.Role.STAFF, "is_superuser": True, **fields}
        return self.create_user(email, password, email_verified_at=timezone.now(), **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the name."""

    class Role(models.TextChoices):
        OWNER = "owner", _("보호자")
        VET = "vet", _("수의사")
        STAFF = "staff", _("운영자")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("이메일"), unique=True)
    name = models.CharField(_("이름"), max_length=60, blank=True)
    role = models.CharField(_("역할"), max_length=8, choices=Role, default=Role.OWNER)
    is_active = models.BooleanField(_("사용 중"), default=True)
    email_verified_at = models.DateTimeField(_("이메일 확인"), null=True, blank=True)
    # Who this is in the user pool, where accounts are kept in one.
    cognito_sub = models.CharField(
        max_length=64, unique=True, null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("가입"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = UserManager()

    class Meta:
        verbose_name = _("사용자")
        verbose_name_plural = _("사용자")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_caseless")]

    def __str__(self) -> str:
        return self.email

    @property
    def called(self) -> str:
        """How colleagues read of this person."""
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether the portal's door opens; what lies behind it is a matter of permissions."""
        return self.role in (self.Role.VET, self.Role.STAFF)


class EmailCode(models.Model):
    """A six-digit code that was mailed. Only its keyed digest is kept."""

    class Purpose(models.TextChoices):
        SIGN_UP = "sign_up", _("가입 확인")
        RESET = "reset", _("비밀번호 재설정")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=8, choices=Purpose)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "purpose", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.user_id}"


class SignIn(models.Model):
    """One device that signed in: its refresh token rotates, and a reused one ends it.

    Of a sign-in at Cognito, `family` is the claim by which all its access tokens name it, and
    the refresh token is kept sealed, so that a logout can revoke it there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    refresh_digest = models.CharField(max_length=64, unique=True)
    used_digests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    family = models.CharField(max_length=64, unique=True, null=True, blank=True)
    sealed_refresh = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    refreshed_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


class SocketTicket(models.Model):
    """A one-time right to open one socket, fetched over REST and valid for a minute."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="socket_tickets")
    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, null=True)
    session_key = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}"


class Consent(models.Model):
    """One entry of the consent ledger. Never changed: the newest of a kind counts."""

    class Kind(models.TextChoices):
        TERMS = "terms", _("이용약관")
        PRIVACY = "privacy", _("개인정보 수집·이용")
        OVERSEAS_AI = "overseas_ai", _("해외 AI 사업자 처리 위탁")
        VET_REVIEW = "vet_review", _("수의사의 상담 노트 검토")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=16, choices=Kind)
    version = models.CharField(max_length=16)
    is_granted = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("동의 기록")
        verbose_name_plural = _("동의 기록")
        indexes = [models.Index(fields=["user", "kind", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.version} {self.is_granted}"
