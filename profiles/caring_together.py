"""Caring for a pet together: an owner invites an address, its person accepts, either may end it.

A caretaker reads and writes the pet's page as its owner does, and reads the summaries of its
consultations. What is said in a consultation stays with whoever said it; a pet is erased, put away
or shared further by its owner alone.
"""

from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from drmaum.lib.errors import Refusal
from profiles import tasks
from profiles.models import Caretaker, Pet, User
from profiles.signals import care_ended

MOST, MOST_A_DAY = 5, 10


class InvitesOneself(Refusal):
    code = "invites_oneself"
    message = _("이미 이 아이의 보호자예요. 다른 분의 이메일을 적어 주세요.")


class AlreadyCaring(Refusal):
    status = HTTPStatus.CONFLICT
    code = "already_caring"
    message = _("이미 함께 돌보고 있는 분이에요.")


class TooManyCaretakers(Refusal):
    status = HTTPStatus.CONFLICT
    code = "too_many_caretakers"
    message = _("한 아이를 함께 돌보는 분은 다섯 분까지 초대할 수 있어요.")


class TooManyInvitations(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_invitations"
    message = _("초대는 하루에 열 번까지 보낼 수 있어요. 내일 다시 시도해 주세요.")


@transaction.atomic
def invite(*, pet: Pet, email: str) -> Caretaker:
    """Invite an address by mail; one that was invited before and waits is invited anew.
    Raises InvitesOneself, AlreadyCaring, TooManyCaretakers, TooManyInvitations."""
    address = email.strip().lower()
    owner = User.objects.select_for_update(of=("self",)).get(pk=pet.owner_id)
    if address == owner.email:
        raise InvitesOneself
    rows = Caretaker.objects.filter(pet=pet, ended_at=None)
    if rows.active().filter(email=address).exists():
        raise AlreadyCaring
    if rows.exclude(email=address).count() >= MOST:
        raise TooManyCaretakers
    today = timezone.now() - timedelta(days=1)
    if Caretaker.objects.filter(pet__owner=owner, invited_at__gt=today).count() >= MOST_A_DAY:
        raise TooManyInvitations
    rows.filter(email=address).update(ended_at=timezone.now())
    invited = Caretaker.objects.create(pet=pet, email=address)
    transaction.on_commit(tasks.enqueue_invitations)
    return invited


@transaction.atomic
def accept(*, invitation: Caretaker, user: User) -> Caretaker:
    """Care for the pet from now on. Raises Caretaker.DoesNotExist when it was taken back."""
    found = Caretaker.objects.inviting(user).select_for_update(of=("self",)).get(pk=invitation.pk)
    found.user, found.accepted_at = user, timezone.now()
    found.save(update_fields=["user", "accepted_at"])
    return found


@transaction.atomic
def end(*, caretaker: Caretaker) -> None:
    """By the owner or by the caretaker; an invitation that waits is taken back or declined."""
    found = Caretaker.objects.select_for_update(of=("self",)).get(pk=caretaker.pk)
    if found.ended_at is not None:
        return
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    if found.user_id is not None:
        care_ended.send(Caretaker, pet_id=found.pet_id, user_id=found.user_id)


def hand_over(*, owner: User) -> list[UUID]:
    """Before an account goes: pets that others care for pass to whoever has done so longest."""
    passed = []
    for pet in Pet.objects.select_for_update(of=("self",)).filter(owner=owner, archived_at=None):
        heir = pet.caretakers.active().select_related("user").order_by("accepted_at").first()
        if heir is None or heir.user is None:
            continue
        pet.owner = heir.user
        pet.save(update_fields=["owner"])
        heir.delete()
        passed.append(pet.pk)
    return passed
