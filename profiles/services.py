"""What people and their animals can do: the writes of this app."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles import accounts, weighing
from profiles.accounts.base import Claim, WeakPassword, WrongCredentials
from profiles.codes import forget_tries
from profiles.models import Consent, EmailCode, MedicalRecord, Pet, SignIn, User
from profiles.signals import consent_changed
from profiles.tokens import Tokens, end_all_sign_ins

CONSENT_VERSIONS = {
    Consent.Kind.TERMS: "2026-11",
    Consent.Kind.PRIVACY: "2026-11",
    Consent.Kind.OVERSEAS_AI: "2026-11",
    Consent.Kind.VET_REVIEW: "2026-11",
}
REQUIRED_CONSENTS = (Consent.Kind.TERMS, Consent.Kind.PRIVACY)


class ConsentMissing(Refusal):
    code = "consent_missing"
    message = _("이용약관과 개인정보 수집·이용에 동의해 주세요.")


class ConsentRequired(Refusal):
    code = "consent_required"
    message = _("필수 동의예요. 동의를 거두려면 탈퇴해 주세요.")


class SignUpChanged(Refusal):
    status = HTTPStatus.CONFLICT
    code = "sign_up_changed"
    message = _("같은 주소로 가입이 다시 신청됐어요. 처음부터 다시 가입해 주세요.")


def sign_up(*, email: str, password: str, name: str, consents: Mapping[str, bool]) -> None:
    """Create an owner with consents and mail a code.

    An address that is already here gets no second account and the same silent answer; if it
    was never confirmed, the newer password counts and a new code goes out.
    Raises ConsentMissing or WeakPassword.
    """
    if not all(consents.get(kind) for kind in REQUIRED_CONSENTS):
        raise ConsentMissing
    _check_password(password, email)
    email, provider = _plain(email), accounts.chosen()
    claim = provider.claim(email=email, password=password)
    forget_tries(email=email, purpose=EmailCode.Purpose.SIGN_UP)
    if claim is None:
        return
    user = _create_or_find(email, claim, name, consents)
    if user.email_verified_at is None:
        provider.greet(user=user)


@transaction.atomic
def _create_or_find(email: str, claim: Claim, name: str, consents: Mapping[str, bool]) -> User:
    kept = {"password": claim.password, "cognito_sub": claim.sub, "name": name}
    found = User.objects.filter(email=email).first()
    if found and found.email_verified_at:
        if claim.sub:  # confirmed in the time before the pool; its name and consents stay
            User.objects.filter(pk=found.pk).update(cognito_sub=claim.sub)
        return found
    try:
        with transaction.atomic():
            user = found or User.objects.create(email=email, **kept)
    except IntegrityError:  # the same address, signed up at the same moment
        return User.objects.get(email=email)
    if found:
        User.objects.filter(pk=user.pk).update(**kept)
        user.refresh_from_db()
    record_consents(user=user, consents=consents)
    return user


def sign_up_mark(*, email: str) -> str:
    """Which sign-up of an address this is: another password makes another mark."""
    user = find_user(email)
    return user.get_session_auth_hash() if user and not user.email_verified_at else ""


def confirm_email(*, email: str, digits: str, mark: str | None = None) -> User:
    """Confirm an address by its code. Raises WrongCode, ExpiredCode, TooManyTries, SignUpChanged.

    `mark` is what the browser remembers of its own sign-up: a stranger who signed the same
    address up in between must not have his password confirmed.
    """
    user = find_user(email)
    if mark is not None and user and mark != sign_up_mark(email=email):
        raise SignUpChanged
    accounts.chosen().confirm(email=_plain(email), user=user, digits=digits)
    if user is None:
        raise WrongCredentials
    user.email_verified_at = user.email_verified_at or timezone.now()
    user.save(update_fields=["email_verified_at"])
    return user


def confirm_and_log_in(*, email: str, digits: str, password: str = "") -> Tokens | None:
    """As `confirm_email`, and open a sign-in; None where that takes a password and none is
    given."""
    user = confirm_email(email=email, digits=digits)
    return accounts.chosen().sign_in_confirmed(user=user, password=password)


def resend_code(*, email: str) -> None:
    """Mail a new sign-up code, silently nothing for an unknown or confirmed address."""
    accounts.chosen().resend(email=_plain(email), user=find_user(email))
    forget_tries(email=email, purpose=EmailCode.Purpose.SIGN_UP)


def check_credentials(*, email: str, password: str) -> User:
    """The user behind e-mail and password. Raises WrongCredentials or EmailUnconfirmed."""
    return accounts.chosen().check(email=_plain(email), password=password)


def log_in(*, email: str, password: str) -> Tokens:
    """As `check_credentials`, for one device of an API client."""
    return accounts.chosen().log_in(email=_plain(email), password=password)


def refresh_sign_in(*, refresh: str) -> Tokens:
    """Exchange a refresh token for a new pair. Raises InvalidToken."""
    return accounts.chosen().refresh(refresh=refresh)


def log_out(*, opened: SignIn) -> None:
    """End the sign-in of one device, at once."""
    accounts.chosen().log_out(opened=opened)


def ask_password_reset(*, email: str) -> None:
    """Mail a reset code, silently nothing for an unknown address."""
    accounts.chosen().ask_reset(email=_plain(email), user=find_user(email))
    forget_tries(email=email, purpose=EmailCode.Purpose.RESET)


def reset_password(*, email: str, digits: str, password: str) -> None:
    """Set a new password and end every sign-in.

    Raises WeakPassword, WrongCode, ExpiredCode, TooManyTries.
    """
    _check_password(password, email)
    user = find_user(email)
    kept = accounts.chosen().reset(email=_plain(email), user=user, digits=digits, password=password)
    if user is None:  # somebody of the pool, who has not been here yet
        return
    with transaction.atomic():
        user.password = kept
        user.email_verified_at = user.email_verified_at or timezone.now()
        user.save(update_fields=["password", "email_verified_at"])
        end_all_sign_ins(user=user)


@transaction.atomic
def record_consents(*, user: User, consents: Mapping[str, bool]) -> None:
    """Append to the ledger what the owner granted or refused."""
    Consent.objects.bulk_create(
        Consent(
            user=user,
            kind=kind,
            version=CONSENT_VERSIONS[Consent.Kind(kind)],
            is_granted=consents[kind],
        )
        for kind in Consent.Kind.values
        if kind in consents
    )


@transaction.atomic
def change_consent(*, user: User, kind: str, is_granted: bool) -> None:
    """Grant or withdraw an optional consent, at once. Raises ConsentRequired."""
    if kind in REQUIRED_CONSENTS and not is_granted:
        raise ConsentRequired
    record_consents(user=user, consents={kind: is_granted})
    consent_changed.send(User, user=user, kind=kind, is_granted=is_granted)


def current_consents(*, user: User) -> list[Consent]:
    """The newest entry of each kind."""
    newest = user.consents.order_by("kind", "-created_at", "-pk").distinct("kind")
    return list(newest)


def has_consent(*, user: User, kind: Consent.Kind) -> bool:
    """Whether the newest entry of this kind grants it."""
    newest = user.consents.filter(kind=kind).order_by("-created_at", "-pk").first()
    return bool(newest and newest.is_granted)


@transaction.atomic
def register_pet(*, owner: User, facts: Mapping[str, Any]) -> Pet:
    pet = Pet.objects.create(owner=owner, **{**facts, "weight_kg": None})
    _note_weight(pet, facts)
    return pet


@transaction.atomic
def change_pet(*, pet: Pet, facts: Mapping[str, Any]) -> Pet:
    """A weight that changed counts as weighed today."""
    known = Pet.objects.select_for_update().values_list("weight_kg", flat=True).get(pk=pet.pk)
    others = {name: value for name, value in facts.items() if name != "weight_kg"}
    for name, value in others.items():
        setattr(pet, name, value)
    pet.weight_kg = known
    if others:
        pet.save(update_fields=list(others))
    if facts.get("weight_kg", known) != known:
        _note_weight(pet, facts)
    return pet


def _note_weight(pet: Pet, facts: Mapping[str, Any]) -> None:
    """The one place where a weight in a pet's facts becomes a weighing of today."""
    kg = facts.get("weight_kg")
    if kg is not None:
        weighing.weigh(pet=pet, kg=kg, measured_on=timezone.localdate())
    elif "weight_kg" in facts:
        pet.weight_kg = None
        pet.save(update_fields=["weight_kg"])


def archive_pet(*, pet: Pet) -> None:
    """Put a pet away. Its consultations are kept; erasing them is another act."""
    Pet.objects.filter(pk=pet.pk).update(archived_at=timezone.now())


@transaction.atomic
def add_record(*, pet: Pet, facts: Mapping[str, Any]) -> MedicalRecord:
    return MedicalRecord.objects.create(pet=pet, **facts)


def find_user(email: str) -> User | None:
    return User.objects.filter(email=_plain(email), is_active=True).first()


def _plain(email: str) -> str:
    return email.strip().lower()


def _check_password(password: str, email: str) -> None:
    try:
        password_validation.validate_password(password, User(email=email))
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
